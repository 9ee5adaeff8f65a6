/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.examples.quickstart;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.fs.AutoCloseableRegistry;
import org.apache.flink.table.api.config.TableConfigOptions;
import org.apache.flink.table.client.cli.CliClient;
import org.apache.flink.table.client.config.ResultMode;
import org.apache.flink.table.client.config.SqlClientOptions;
import org.apache.flink.table.client.gateway.Executor;
import org.apache.flink.table.gateway.SqlGateway;
import org.apache.flink.table.gateway.api.endpoint.SqlGatewayEndpointFactoryUtils;
import org.apache.flink.table.gateway.rest.SqlGatewayRestEndpointFactory;
import org.apache.flink.table.gateway.rest.util.SqlGatewayRestOptions;
import org.apache.flink.table.gateway.service.context.DefaultContext;
import org.apache.flink.table.gateway.service.session.SessionManager;
import org.apache.flink.util.NetUtils;
import org.jline.terminal.Terminal;

/**
 * Flink's SQL client and gateway on a Flink of this process, with a table declared: the changes of
 * an emulated table, which is filled and goes on being written to until the session is closed. Used
 * once, by one thread.
 */
final class SqlSession implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration WRITE_PAUSE = Duration.ofMillis(500);

    /** Beside the log, as all that the quickstart leaves behind. */
    private static final Path HISTORY =
            Path.of(System.getProperty("log.file", "target/quickstart.log"))
                    .resolveSibling("sql-history");

    private static final int CONCURRENT_JOBS = 8;

    /** So that what matters of a row fits into a narrow terminal's line. */
    private static final int COLUMN_WIDTH = 16;

    private final StopSignal stop;
    private final AutoCloseableRegistry opened;
    private final TableAddress table;
    private final FlinkCluster flink;
    private final InetSocketAddress gateway;

    /** Where the client's input comes from, and its output goes to. */
    interface TerminalFactory {

        /**
         * @param greeting shown after the client's own
         */
        Terminal open(String greeting) throws IOException;
    }

    private SqlSession(
            StopSignal stop,
            AutoCloseableRegistry opened,
            TableAddress table,
            FlinkCluster flink,
            InetSocketAddress gateway) {
        this.stop = stop;
        this.opened = opened;
        this.table = table;
        this.flink = flink;
        this.gateway = gateway;
    }

    /** Starts everything but the client. */
    static SqlSession open(StopSignal stop) throws Exception {
        // Closes in reverse order.
        AutoCloseableRegistry opened = new AutoCloseableRegistry();
        try {
            BusyTable table = new BusyTable();
            opened.registerCloseable(table);
            FlinkCluster flink = FlinkCluster.start(CONCURRENT_JOBS);
            opened.registerCloseable(flink);
            table.keepWriting(WRITE_PAUSE);
            // So that it ends first.
            opened.registerCloseable(table::stopWriting);
            InetSocketAddress gateway = startGateway(flink, opened);
            return new SqlSession(stop, opened, table.table().address(), flink, gateway);
        } catch (Exception e) {
            opened.close();
            throw e;
        }
    }

    private static InetSocketAddress startGateway(FlinkCluster flink, AutoCloseableRegistry opened)
            throws Exception {
        NetUtils.Port port = NetUtils.getAvailablePort();
        opened.registerCloseable(port);
        Configuration endpoint = new Configuration();
        endpoint.set(SqlGatewayRestOptions.ADDRESS, "localhost");
        endpoint.set(SqlGatewayRestOptions.BIND_ADDRESS, "localhost");
        endpoint.set(SqlGatewayRestOptions.PORT, port.getPort());
        Configuration configuration = flink.sessionConfiguration();
        configuration.addAll(
                endpoint,
                SqlGatewayEndpointFactoryUtils.getSqlGatewayOptionPrefix(
                        SqlGatewayRestEndpointFactory.IDENTIFIER));
        SqlGateway gateway =
                new SqlGateway(
                        configuration,
                        SessionManager.create(
                                new DefaultContext(configuration, Collections.emptyList())));
        opened.registerCloseable(gateway::stop);
        gateway.start();
        return InetSocketAddress.createUnresolved("localhost", port.getPort());
    }

    /** Executes what the user types until told to quit, in the terminal if there is one. */
    void converse() throws Exception {
        if (System.console() == null) {
            converse(
                    greeting -> SqlTerminals.ofStreams(System.in, System.out, greeting),
                    ResultMode.TABLEAU);
        } else {
            converse(SqlTerminals::ofProcess, ResultMode.TABLE);
        }
    }

    /**
     * @param mode how results are shown
     */
    void converse(TerminalFactory terminals, ResultMode mode) throws Exception {
        Configuration configuration = sessionConfiguration(mode);
        configuration.set(TableConfigOptions.DISPLAY_MAX_COLUMN_WIDTH, COLUMN_WIDTH);
        run(configuration, terminals, CliClient::executeInInteractiveMode);
    }

    /**
     * Executes the statements of a script, up to the first that fails. An INSERT is waited for, as
     * the Flink that executes it ends with the session.
     *
     * @param out where the client's output goes
     * @return whether none has failed
     */
    boolean execute(String script, OutputStream out) throws Exception {
        Configuration configuration = sessionConfiguration(ResultMode.TABLEAU);
        configuration.set(TableConfigOptions.TABLE_DML_SYNC, true);
        try (FailedStatements failed = FailedStatements.watch()) {
            run(
                    configuration,
                    greeting -> SqlTerminals.ofStreams(InputStream.nullInputStream(), out, ""),
                    client -> client.executeInNonInteractiveMode(script));
            return !failed.any();
        }
    }

    private Configuration sessionConfiguration(ResultMode mode) {
        Configuration configuration = flink.sessionConfiguration();
        configuration.set(SqlClientOptions.EXECUTION_RESULT_MODE, mode);
        return configuration;
    }

    private void run(
            Configuration configuration, TerminalFactory terminals, Consumer<CliClient> use)
            throws Exception {
        Executor executor =
                Executor.create(
                        new DefaultContext(configuration, Collections.emptyList()),
                        gateway,
                        "quickstart");
        opened.registerCloseable(executor::close);
        CliClient client = new CliClient(() -> open(terminals), executor, HISTORY);
        opened.registerCloseable(client::close);
        if (!client.executeInitialization(declarations())) {
            throw new IllegalStateException("The tables could not be declared; see the log.");
        }
        CompletableFuture<Void> end = new CompletableFuture<>();
        Thread thread =
                new Thread(
                        () -> {
                            try {
                                use.accept(client);
                                end.complete(null);
                            } catch (Throwable t) {
                                end.completeExceptionally(t);
                            }
                        },
                        "sql-client");
        thread.setDaemon(true);
        thread.start();
        while (!end.isDone()) {
            stop.pause(POLL);
            // The client would not notice.
            if (System.out.checkError()) {
                throw new IOException("The output is closed.");
            }
        }
        end.get();
    }

    private Terminal open(TerminalFactory terminals) {
        try {
            Terminal terminal = terminals.open(greeting());
            // Where the client does not handle it.
            terminal.handle(Terminal.Signal.INT, signal -> stop.stop());
            return terminal;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String declarations() {
        return declaration(
                        table.table(),
                        "  changed_at TIMESTAMP_LTZ(3) METADATA FROM 'row-timestamp',",
                        "  op STRING METADATA FROM 'op-type',",
                        "  order_id STRING,",
                        "  state STRING,",
                        "  amount INT,",
                        "  note STRING,",
                        "  revision INT,",
                        "  WATERMARK FOR changed_at AS SOURCE_WATERMARK()")
                + declaration(
                        Payments.TABLE,
                        "  paid_at TIMESTAMP_LTZ(3) METADATA FROM 'row-timestamp',",
                        "  payment_id BIGINT,",
                        "  order_id STRING,",
                        "  WATERMARK FOR paid_at AS SOURCE_WATERMARK()");
    }

    private String declaration(String name, String... columns) {
        return String.join(
                "\n",
                "CREATE TABLE " + name + " (",
                String.join("\n", columns),
                ") WITH (",
                "  'connector' = 'otsstream',",
                "  'endpoint' = '" + table.endpoint() + "',",
                "  'instance-name' = '" + table.instance() + "',",
                "  'table-name' = '" + name + "',",
                "  'access-key-id' = '" + table.credentials().getAccessKeyId() + "',",
                "  'access-key-secret' = '" + table.credentials().getAccessKeySecret() + "',",
                // One machine dates all writes.
                "  'source-watermark.clock-margin' = '1 s'",
                ");\n");
    }

    private String greeting() {
        return String.join(
                "\n",
                "The table orders is declared: the changes of a table in an emulator on this",
                "machine, which is written to all the time. So is payments, which are joined with them",
                "in flink-connector-otsstream-examples/sql. Try",
                "",
                "    SELECT * FROM orders;",
                "    SELECT state, COUNT(*) AS changes FROM orders GROUP BY state;",
                "",
                "and Q to leave the result. Flink's web UI is at " + flink.webUi() + ".",
                "QUIT; or Ctrl-D ends everything.",
                "",
                "");
    }

    @Override
    public void close() throws Exception {
        opened.close();
    }
}
