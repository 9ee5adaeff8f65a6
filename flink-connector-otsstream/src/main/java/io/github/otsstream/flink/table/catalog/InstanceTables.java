/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.catalog;

import io.github.otsstream.flink.client.CallListener;
import io.github.otsstream.flink.client.OtsConnection;
import io.github.otsstream.flink.client.RetryPolicy;
import io.github.otsstream.flink.client.StreamInfo;
import io.github.otsstream.flink.client.TableClient;
import io.github.otsstream.flink.client.TableDescription;
import io.github.otsstream.flink.client.TableRow;
import io.github.otsstream.flink.client.TableSchema;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.table.catalog.exceptions.CatalogException;

/**
 * What a catalog asks of its instance. Calls block until the service has answered; interrupting the
 * thread ends them. They fail with a {@link CatalogException}.
 *
 * <p>The connection is opened by the first call, and closed for good. Thread-safe.
 */
@Internal
final class InstanceTables implements AutoCloseable {

    /** Any other name is refused by the service as wrong, instead of as unknown. */
    private static final Pattern TABLE_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,254}");

    private static final Set<String> TIME_SERIES_KEY = Set.of("_m_name", "time");

    private final String catalogName;
    private final OtsConnection connection;
    private final RetryPolicy retryPolicy;
    @Nullable private TableClient client;
    private boolean closed;

    InstanceTables(String catalogName, OtsConnection connection, RetryPolicy retryPolicy) {
        this.catalogName = catalogName;
        this.connection = connection;
        this.retryPolicy = retryPolicy;
    }

    /** Returns the names of the tables that have a stream, but for those for time series. */
    List<String> withStream() {
        // Two answers, however many tables there are.
        CompletableFuture<List<String>> names = client().listTables();
        Set<String> streamed =
                await("list the streams", client().listStreams()).stream()
                        .map(StreamInfo::getTableName)
                        .collect(Collectors.toSet());
        return await("list the tables", names).stream()
                .filter(streamed::contains)
                .sorted()
                .collect(Collectors.toList());
    }

    /** Returns what a table is, or nothing if there is none by that name. */
    Optional<TableDescription> describe(String tableName) {
        return TABLE_NAME.matcher(tableName).matches()
                ? await("describe table '" + tableName + "'", client().describeTable(tableName))
                : Optional.empty();
    }

    /** Returns some of a table's rows, from both of its ends. */
    List<TableRow> sample(TableSchema table, int rows) {
        return await(
                "read a sample of table '" + table.getTableName() + "'",
                client().sampleRows(table.getTableName(), table.getPrimaryKey().keySet(), rows));
    }

    static boolean isTimeSeries(TableDescription table) {
        return table.getSchema().getPrimaryKey().keySet().containsAll(TIME_SERIES_KEY);
    }

    private synchronized TableClient client() {
        if (closed) {
            throw new CatalogException("Catalog '" + catalogName + "' is closed.");
        }
        if (client == null) {
            client = connection.openTables(retryPolicy, CallListener.NONE);
        }
        return client;
    }

    private <T> T await(String what, CompletableFuture<T> answer) {
        try {
            return answer.get();
        } catch (InterruptedException e) {
            answer.cancel(false);
            Thread.currentThread().interrupt();
            throw new CatalogException(
                    "Catalog '" + catalogName + "' was interrupted when it was to " + what, e);
        } catch (ExecutionException e) {
            throw new CatalogException(
                    "Catalog '"
                            + catalogName
                            + "' can't "
                            + what
                            + " of instance '"
                            + connection.getInstanceName()
                            + "' at "
                            + connection.getEndpoint()
                            + ": "
                            + e.getCause().getMessage()
                            + ". Check the catalog's endpoint, instance-name and credentials, and"
                            + " that the endpoint can be reached from here.",
                    e.getCause());
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (client != null) {
            client.close();
            client = null;
        }
    }
}
