/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.http;

import io.github.otsstream.emulator.AccessKey;
import io.github.otsstream.emulator.EmulatorClock;
import io.github.otsstream.emulator.fault.FaultInjector;
import io.github.otsstream.emulator.operation.OperationRegistry;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpHandler;
import io.undertow.server.handlers.PathHandler;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import org.xnio.Options;
import org.xnio.Sequence;

/**
 * The HTTP server: the service at {@code /<Operation>}, and the admin interface below {@code
 * /admin}, which is no operation's name.
 */
public final class EmulatorServer implements AutoCloseable {

    private final String host;
    private final SSLContext tls;
    private final Collection<String> tlsProtocols;
    private final HttpHandler handler;
    private final int port;
    private Undertow undertow;
    private boolean closed;

    /**
     * Starts the server.
     *
     * @param port 0 for any free one
     * @param tls null = plain HTTP
     * @param tlsProtocols the JDK's names of the versions of TLS that are offered
     * @throws IllegalStateException if the address cannot be bound, saying why
     */
    public EmulatorServer(
            String host,
            int port,
            SSLContext tls,
            Collection<String> tlsProtocols,
            String instanceName,
            Collection<AccessKey> keys,
            EmulatorClock clock,
            OperationRegistry registry,
            FaultInjector faults,
            RequestCounters counters,
            HttpHandler admin) {
        ServiceHandler service =
                new ServiceHandler(
                        registry,
                        new RequestAuthenticator(instanceName, keys, clock, Clock.systemUTC()),
                        faults,
                        clock,
                        counters);
        this.host = host;
        this.tls = tls;
        this.tlsProtocols = tlsProtocols;
        this.handler = new PathHandler(service).addPrefixPath("/admin", admin);
        undertow = listen(port);
        this.port = ((InetSocketAddress) undertow.getListenerInfo().get(0).getAddress()).getPort();
    }

    private Undertow listen(int wantedPort) {
        Undertow.Builder builder = Undertow.builder();
        if (tls == null) {
            builder.addHttpListener(wantedPort, host);
        } else {
            builder.addHttpsListener(wantedPort, host, tls)
                    .setSocketOption(Options.SSL_ENABLED_PROTOCOLS, Sequence.of(tlsProtocols));
        }
        Undertow server =
                builder.setIoThreads(Runtime.getRuntime().availableProcessors())
                        // Only the admin interface uses workers.
                        .setWorkerThreads(2)
                        .setServerOption(UndertowOptions.ENABLE_HTTP2, false)
                        .setServerOption(UndertowOptions.ENABLE_CONNECTOR_STATISTICS, true)
                        .setHandler(handler)
                        .build();
        try {
            server.start();
            return server;
        } catch (RuntimeException e) {
            server.stop();
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IllegalStateException(
                    "Cannot listen on " + host + ":" + wantedPort + ": " + cause.getMessage(),
                    cause);
        }
    }

    /**
     * Closes all connections and refuses new ones, or takes them again at the same port.
     *
     * @throws IllegalStateException if the port cannot be bound again, saying why
     */
    public synchronized void refuseConnections(boolean refuse) {
        if (closed || refuse == (undertow == null)) {
            return;
        }
        if (refuse) {
            undertow.stop();
            undertow = null;
        } else {
            undertow = listen(port);
        }
    }

    /** How many connections clients have open; the admin interface's count too. */
    public synchronized long openConnections() {
        return closed || undertow == null
                ? 0
                : undertow.getListenerInfo().get(0).getConnectorStatistics().getActiveConnections();
    }

    /** The port that the server listens on. */
    public int port() {
        return port;
    }

    /** Closes all connections and waits for the server's threads to end. */
    @Override
    public synchronized void close() {
        refuseConnections(true);
        closed = true;
    }
}
