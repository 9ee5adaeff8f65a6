/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator;

import io.github.otsstream.emulator.admin.AdminHandler;
import io.github.otsstream.emulator.fault.FaultInjector;
import io.github.otsstream.emulator.fault.FaultPlan;
import io.github.otsstream.emulator.http.EmulatorServer;
import io.github.otsstream.emulator.http.RequestCounters;
import io.github.otsstream.emulator.operation.OperationRegistry;
import io.github.otsstream.emulator.operation.RowOperations;
import io.github.otsstream.emulator.operation.TableOperations;
import io.github.otsstream.emulator.operation.TimeseriesOperations;
import io.github.otsstream.emulator.storage.Database;
import io.github.otsstream.emulator.stream.StreamBehavior;
import io.github.otsstream.emulator.stream.StreamOperations;
import io.github.otsstream.emulator.stream.StreamService;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLContext;

/**
 * A Tablestore server of one instance, in memory, that the official SDKs can talk to.
 *
 * <pre>{@code
 * try (TablestoreEmulator emulator = TablestoreEmulator.builder().start()) {
 *     SyncClientInterface client = SyncClients.of(emulator);
 *     ...
 * }
 * }</pre>
 *
 * <p>It listens on the loopback interface unless told otherwise. Everything it holds is gone once
 * it is closed. Thread-safe.
 */
public final class TablestoreEmulator implements AutoCloseable {

    private final String scheme;
    private final String host;
    private final String instanceName;
    private final AccessKey defaultKey;
    private final EmulatorClock clock;
    private final EmulatorControl control;
    private final EmulatorServer server;

    private TablestoreEmulator(Builder builder) {
        scheme = builder.tls == null ? "http" : "https";
        host = builder.host;
        instanceName = builder.instanceName;
        List<AccessKey> keys =
                builder.keys.isEmpty() ? List.of(Builder.DEFAULT_KEY) : List.copyOf(builder.keys);
        defaultKey = keys.get(0);
        clock = builder.clock;

        StreamService streams = new StreamService(clock, builder.streamBehavior);
        Database database = new Database(clock, streams);
        TableOperations tables = new TableOperations(database);
        FaultInjector faults = new FaultInjector(builder.faults);
        RequestCounters counters = new RequestCounters();
        control = new EmulatorControl(clock, streams, faults, counters, tables);
        server =
                new EmulatorServer(
                        host,
                        builder.port,
                        builder.tls,
                        builder.tlsProtocols,
                        instanceName,
                        keys,
                        clock,
                        new OperationRegistry(
                                tables,
                                new RowOperations(database),
                                new TimeseriesOperations(database, streams),
                                new StreamOperations(streams)),
                        faults,
                        counters,
                        new AdminHandler(control, clock));
    }

    public static Builder builder() {
        return new Builder();
    }

    /** The address for SDK clients, for example {@code http://127.0.0.1:8087}. */
    public String endpoint() {
        return scheme + "://" + host + ":" + server.port();
    }

    public int port() {
        return server.port();
    }

    public String instanceName() {
        return instanceName;
    }

    /** Id of the first configured key pair. */
    public String accessKeyId() {
        return defaultKey.id();
    }

    /** Secret of the first configured key pair. */
    public String accessKeySecret() {
        return defaultKey.secret();
    }

    /**
     * Closes all connections and refuses new ones, as a service that is down; or takes them again,
     * at the same port. What the emulator holds stays.
     */
    public void refuseConnections(boolean refuse) {
        server.refuseConnections(refuse);
    }

    /** How many connections clients have open. */
    public long openConnections() {
        return server.openConnections();
    }

    /** The service's clock, which may be moved at any time. */
    public EmulatorClock clock() {
        return clock;
    }

    /** Splits, merges, trimming, faults, counters: what the service's API cannot do. */
    public EmulatorControl control() {
        return control;
    }

    /** Stops the server and drops all data. */
    @Override
    public void close() {
        server.close();
    }

    /** What an emulator is started with; each value has a default. */
    public static final class Builder {

        /** Known to everybody, and good for nothing but an emulator. */
        private static final AccessKey DEFAULT_KEY =
                new AccessKey("emulator", "emulator-secret", null);

        private String host = "127.0.0.1";
        private int port;
        private SSLContext tls;
        private List<String> tlsProtocols = List.of();
        private String instanceName = "emulator";
        private final List<AccessKey> keys = new ArrayList<>();
        private EmulatorClock clock = new EmulatorClock(Clock.systemUTC());
        private FaultPlan faults = FaultPlan.NONE;
        private StreamBehavior streamBehavior = StreamBehavior.DEFAULT;

        private Builder() {}

        /** The address to listen on: the loopback interface by default. */
        public Builder host(String address) {
            host = Objects.requireNonNull(address);
            return this;
        }

        /** The port to listen on; 0, the default, takes any free one. */
        public Builder port(int number) {
            if (number < 0 || number > 65_535) {
                throw new IllegalArgumentException(
                        "The port must be in 0..65535, but is " + number);
            }
            port = number;
            return this;
        }

        /**
         * Serves HTTPS, and no plain HTTP, with the certificate that the context holds; clients
         * have to trust it. The service's API and the admin interface are then at {@code https://}.
         *
         * <p>By TLS 1.2 only: with 1.3, the official SDK's HTTP client (httpasyncclient 4.0.2)
         * misses the first answer on some of its connections, and waits for it until it times out.
         */
        public Builder tls(SSLContext context) {
            return tls(context, "TLSv1.2");
        }

        /**
         * Serves HTTPS by the given versions of TLS.
         *
         * @param protocols the JDK's names of them, such as {@code TLSv1.3}
         */
        public Builder tls(SSLContext context, String... protocols) {
            tls = Objects.requireNonNull(context);
            tlsProtocols = List.of(protocols);
            return this;
        }

        /** The one instance that exists, {@code emulator} by default. */
        public Builder instanceName(String name) {
            instanceName = Objects.requireNonNull(name);
            return this;
        }

        /** Adds a key pair; the first takes the default one's place. */
        public Builder accessKey(String id, String secret) {
            return accessKey(id, secret, null);
        }

        /** Adds a key pair that is good only with this STS token. */
        public Builder accessKey(String id, String secret, String securityToken) {
            keys.add(new AccessKey(id, secret, securityToken));
            return this;
        }

        /** What the service takes for the time; the system's by default. */
        public Builder clock(EmulatorClock serviceClock) {
            clock = Objects.requireNonNull(serviceClock);
            return this;
        }

        /** What goes wrong from the start on. */
        public Builder faults(FaultPlan plan) {
            faults = Objects.requireNonNull(plan);
            return this;
        }

        /** How streams behave where the service's documentation leaves it open. */
        public Builder streamBehavior(StreamBehavior behavior) {
            streamBehavior = Objects.requireNonNull(behavior);
            return this;
        }

        /**
         * @throws IllegalStateException if the address cannot be bound
         */
        public TablestoreEmulator start() {
            return new TablestoreEmulator(this);
        }
    }
}
