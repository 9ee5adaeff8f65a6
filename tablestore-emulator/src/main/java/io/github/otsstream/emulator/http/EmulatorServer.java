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

/**
 * The HTTP server: the service at {@code /<Operation>}, and the admin interface below {@code
 * /admin}, which is no operation's name.
 */
public final class EmulatorServer implements AutoCloseable {

    private final Undertow undertow;
    private final int port;

    /**
     * Starts the server.
     *
     * @param port 0 for any free one
     * @throws IllegalStateException if the address cannot be bound, saying why
     */
    public EmulatorServer(
            String host,
            int port,
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
        undertow =
                Undertow.builder()
                        .addHttpListener(port, host)
                        .setIoThreads(Runtime.getRuntime().availableProcessors())
                        // Only the admin interface uses workers.
                        .setWorkerThreads(2)
                        .setServerOption(UndertowOptions.ENABLE_HTTP2, false)
                        .setHandler(new PathHandler(service).addPrefixPath("/admin", admin))
                        .build();
        try {
            undertow.start();
        } catch (RuntimeException e) {
            undertow.stop();
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IllegalStateException(
                    "Cannot listen on " + host + ":" + port + ": " + cause.getMessage(), cause);
        }
        this.port = ((InetSocketAddress) undertow.getListenerInfo().get(0).getAddress()).getPort();
    }

    /** The port that the server listens on. */
    public int port() {
        return port;
    }

    /** Closes all connections and waits for the server's threads to end. */
    @Override
    public void close() {
        undertow.stop();
    }
}
