/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import com.alicloud.openservices.tablestore.AsyncClient;
import com.alicloud.openservices.tablestore.ClientConfiguration;
import com.alicloud.openservices.tablestore.TableStoreCallback;
import com.alicloud.openservices.tablestore.TableStoreException;
import com.alicloud.openservices.tablestore.core.ResourceManager;
import com.alicloud.openservices.tablestore.core.auth.CredentialsProvider;
import com.alicloud.openservices.tablestore.core.auth.ServiceCredentials;
import com.alicloud.openservices.tablestore.model.CreateTableRequest;
import com.alicloud.openservices.tablestore.model.DeleteRowRequest;
import com.alicloud.openservices.tablestore.model.DescribeTableRequest;
import com.alicloud.openservices.tablestore.model.Direction;
import com.alicloud.openservices.tablestore.model.GetRangeRequest;
import com.alicloud.openservices.tablestore.model.GetRowRequest;
import com.alicloud.openservices.tablestore.model.ListStreamRequest;
import com.alicloud.openservices.tablestore.model.ListTableRequest;
import com.alicloud.openservices.tablestore.model.ListTableResponse;
import com.alicloud.openservices.tablestore.model.PrimaryKey;
import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import com.alicloud.openservices.tablestore.model.PutRowRequest;
import com.alicloud.openservices.tablestore.model.RangeRowQueryCriteria;
import com.alicloud.openservices.tablestore.model.ReservedThroughput;
import com.alicloud.openservices.tablestore.model.RetryStrategy;
import com.alicloud.openservices.tablestore.model.Row;
import com.alicloud.openservices.tablestore.model.RowDeleteChange;
import com.alicloud.openservices.tablestore.model.RowPutChange;
import com.alicloud.openservices.tablestore.model.SingleRowQueryCriteria;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.annotation.Nullable;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.flink.annotation.Internal;

/**
 * Tables over HTTP, by the official SDK's asynchronous client. The SDK's own retries are off:
 * failed attempts are made again by a {@link RetryPolicy}, as those on streams are.
 *
 * <p>Every answer is checked against its MD5 sum. Its signature is not checked: the SDK would print
 * the one that it expected.
 */
@Internal
final class SdkTableClient implements TableClient {

    /** Table calls are few; what exceeds this waits. */
    private static final int MAX_CONNECTIONS = 32;

    /** Of 4 MB at most, so that a sample of large rows stays small. */
    private static final int SAMPLE_PAGES = 4;

    private static final String ALREADY_EXISTS = "OTSObjectAlreadyExist";

    private final OtsConnection connection;
    private final RetryPolicy policy;
    private final CallListener listener;
    private final Timer timer = new ThreadTimer("otsstream-table-retry");
    private final RequestCredentials credentials;
    private final CallingCredentials calling = new CallingCredentials();
    private final AsyncClient sdk;
    private final Set<RetryingCall<?>> calls = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    SdkTableClient(OtsConnection connection, RetryPolicy policy, CallListener listener) {
        this.connection = connection;
        this.policy = policy;
        this.listener = listener;
        this.credentials = new RequestCredentials(connection.getCredentialsProvider());
        ClientConfiguration configuration = configurationOf(connection);
        ExecutorService callbacks =
                Executors.newSingleThreadExecutor(
                        action -> {
                            Thread thread = new Thread(action, "otsstream-table-callback");
                            thread.setDaemon(true);
                            return thread;
                        });
        this.sdk =
                new AsyncClient(
                        connection.getEndpoint(),
                        calling,
                        connection.getInstanceName(),
                        configuration,
                        new ResourceManager(configuration, callbacks));
    }

    private static ClientConfiguration configurationOf(OtsConnection connection) {
        ClientConfiguration configuration = new ClientConfiguration();
        configuration.setIoThreadCount(1);
        configuration.setRetryThreadCount(1);
        configuration.setMaxConnections(Math.min(MAX_CONNECTIONS, connection.getMaxConnections()));
        configuration.setConnectionTimeoutInMillisecond(
                (int) connection.getConnectTimeout().toMillis());
        configuration.setSocketTimeoutInMillisecond(
                (int) connection.getRequestTimeout().toMillis());
        configuration.setRetryStrategy(new NoRetries());
        configuration.setEnableResponseContentMD5Checking(true);
        configuration.setEnableResponseValidation(false);
        return configuration;
    }

    @Override
    public CompletableFuture<List<String>> listTables() {
        return retry(
                Operation.LIST_TABLE,
                Target.instance(connection.getInstanceName()),
                callback ->
                        sdk.listTable(
                                callback.<ListTableRequest, ListTableResponse>on(
                                        answer -> List.copyOf(answer.getTableNames()))));
    }

    @Override
    public CompletableFuture<List<StreamInfo>> listStreams() {
        return retry(
                Operation.LIST_STREAM,
                Target.instance(connection.getInstanceName()),
                callback ->
                        sdk.listStream(
                                new ListStreamRequest(),
                                callback.on(
                                        answer ->
                                                answer.getStreams().stream()
                                                        .map(SdkRowConversion::fromSdk)
                                                        .collect(Collectors.toList()))));
    }

    @Override
    public CompletableFuture<Optional<TableDescription>> describeTable(String tableName) {
        return this.<Optional<TableDescription>>retry(
                        Operation.DESCRIBE_TABLE,
                        tableName,
                        callback ->
                                sdk.describeTable(
                                        new DescribeTableRequest(tableName),
                                        callback.on(
                                                answer ->
                                                        Optional.of(
                                                                SdkRowConversion.fromSdk(answer)))))
                .exceptionally(
                        error -> {
                            if (failureIn(error).getKind() == OtsStreamException.Kind.NOT_FOUND) {
                                return Optional.empty();
                            }
                            throw failureIn(error);
                        });
    }

    @Override
    public CompletableFuture<Boolean> createTable(TableSchema schema) {
        CreateTableRequest request =
                new CreateTableRequest(
                        SdkRowConversion.toSdk(schema),
                        SdkRowConversion.optionsToSdk(schema),
                        new ReservedThroughput(0, 0));
        return this.<Boolean>retry(
                        Operation.CREATE_TABLE,
                        schema.getTableName(),
                        callback -> sdk.createTable(request, callback.on(answer -> true)))
                .exceptionally(
                        error -> {
                            if (ALREADY_EXISTS.equals(failureIn(error).getErrorCode())) {
                                return false;
                            }
                            throw failureIn(error);
                        });
    }

    @Override
    public CompletableFuture<Optional<TableRow>> getRow(String tableName, Map<String, ?> key) {
        SingleRowQueryCriteria query =
                new SingleRowQueryCriteria(tableName, SdkRowConversion.toSdk(key));
        query.setMaxVersions(1);
        return retry(
                Operation.GET_ROW,
                tableName,
                callback ->
                        sdk.getRow(
                                new GetRowRequest(query),
                                callback.on(
                                        answer ->
                                                Optional.ofNullable(answer.getRow())
                                                        .map(SdkRowConversion::fromSdk))));
    }

    @Override
    public CompletableFuture<List<Optional<TableRow>>> getRows(
            String tableName, List<? extends Map<String, ?>> keys, @Nullable Set<String> columns) {
        List<CompletableFuture<List<Optional<TableRow>>>> batches = new ArrayList<>();
        for (int from = 0; from < keys.size(); from += RowBatch.MAX_ROWS) {
            int to = Math.min(from + RowBatch.MAX_ROWS, keys.size());
            batches.add(read(tableName, new RowBatch(tableName, keys.subList(from, to), columns)));
        }
        CompletableFuture<List<Optional<TableRow>>> all =
                CompletableFuture.allOf(batches.toArray(new CompletableFuture<?>[0]))
                        .thenApply(
                                nothing -> {
                                    List<Optional<TableRow>> rows = new ArrayList<>(keys.size());
                                    batches.forEach(batch -> rows.addAll(batch.join()));
                                    return rows;
                                });
        // One that fails need not wait for the others.
        for (CompletableFuture<?> batch : batches) {
            batch.whenComplete(
                    (rows, error) -> {
                        if (error != null) {
                            all.completeExceptionally(failureIn(error));
                        }
                    });
        }
        return all;
    }

    private CompletableFuture<List<Optional<TableRow>>> read(String tableName, RowBatch batch) {
        return retry(
                Operation.BATCH_GET_ROW,
                tableName,
                callback -> {
                    List<Integer> missing = batch.missing();
                    if (missing.isEmpty()) {
                        callback.complete(batch.all());
                    } else {
                        sdk.batchGetRow(
                                batch.request(missing),
                                callback.on(answer -> batch.take(missing, answer)));
                    }
                });
    }

    @Override
    public CompletableFuture<List<TableRow>> getRange(
            String tableName, Map<String, ?> from, Map<String, ?> to) {
        return range(tableName, Direction.FORWARD, from, to, Integer.MAX_VALUE);
    }

    @Override
    public CompletableFuture<Optional<TableRow>> getLast(
            String tableName, Map<String, ?> from, Map<String, ?> to) {
        return range(tableName, Direction.BACKWARD, from, to, 1)
                .thenApply(rows -> rows.stream().findFirst());
    }

    private CompletableFuture<List<TableRow>> range(
            String tableName,
            Direction direction,
            Map<String, ?> from,
            Map<String, ?> to,
            int limit) {
        return rangeFrom(
                tableName,
                direction,
                SdkRowConversion.toSdk(from),
                SdkRowConversion.toSdk(to),
                limit,
                new ArrayList<>());
    }

    private CompletableFuture<List<TableRow>> rangeFrom(
            String tableName,
            Direction direction,
            PrimaryKey from,
            PrimaryKey to,
            int limit,
            List<TableRow> found) {
        return page(tableName, direction, from, to, limit)
                .thenCompose(
                        page -> {
                            found.addAll(page.rows);
                            // A page can be empty though more rows follow.
                            return page.next == null || found.size() >= limit
                                    ? CompletableFuture.completedFuture(found)
                                    : rangeFrom(tableName, direction, page.next, to, limit, found);
                        });
    }

    private CompletableFuture<RangePage> page(
            String tableName, Direction direction, PrimaryKey from, PrimaryKey to, int limit) {
        RangeRowQueryCriteria query = new RangeRowQueryCriteria(tableName);
        query.setMaxVersions(1);
        query.setDirection(direction);
        query.setInclusiveStartPrimaryKey(from);
        query.setExclusiveEndPrimaryKey(to);
        if (limit < Integer.MAX_VALUE) {
            query.setLimit(limit);
        }
        return retry(
                Operation.GET_RANGE,
                tableName,
                callback ->
                        sdk.getRange(
                                new GetRangeRequest(query),
                                callback.on(
                                        answer ->
                                                new RangePage(
                                                        answer.getRows(),
                                                        answer.getNextStartPrimaryKey()))));
    }

    @Override
    public CompletableFuture<List<TableRow>> sampleRows(
            String tableName, Collection<String> keyColumns, int count) {
        PrimaryKey lowest = SdkRowConversion.infiniteKey(keyColumns, PrimaryKeyValue.INF_MIN);
        PrimaryKey highest = SdkRowConversion.infiniteKey(keyColumns, PrimaryKeyValue.INF_MAX);
        List<TableRow> found = new ArrayList<>();
        return sampleFrom(
                        tableName,
                        Direction.FORWARD,
                        lowest,
                        highest,
                        (count + 1) / 2,
                        SAMPLE_PAGES,
                        found)
                .thenCompose(
                        lower ->
                                sampleFrom(
                                        tableName,
                                        Direction.BACKWARD,
                                        highest,
                                        // Down to where the lower end was read.
                                        lower.isEmpty()
                                                ? lowest
                                                : SdkRowConversion.toSdk(
                                                        lower.get(lower.size() - 1).getKey()),
                                        count,
                                        SAMPLE_PAGES,
                                        lower));
    }

    private CompletableFuture<List<TableRow>> sampleFrom(
            String tableName,
            Direction direction,
            PrimaryKey from,
            PrimaryKey to,
            int limit,
            int pages,
            List<TableRow> found) {
        if (found.size() >= limit || pages == 0) {
            return CompletableFuture.completedFuture(found);
        }
        return page(tableName, direction, from, to, limit - found.size())
                .thenCompose(
                        page -> {
                            found.addAll(page.rows);
                            return page.next == null
                                    ? CompletableFuture.completedFuture(found)
                                    : sampleFrom(
                                            tableName, direction, page.next, to, limit, pages - 1,
                                            found);
                        });
    }

    @Override
    public CompletableFuture<Void> putRow(String tableName, TableRow row) {
        RowPutChange change = new RowPutChange(tableName, SdkRowConversion.toSdk(row.getKey()));
        row.getColumns()
                .forEach(
                        (name, value) ->
                                change.addColumn(name, SdkRowConversion.toSdkValue(name, value)));
        return retry(
                Operation.PUT_ROW,
                tableName,
                callback -> sdk.putRow(new PutRowRequest(change), callback.on(answer -> null)));
    }

    @Override
    public CompletableFuture<Void> deleteRow(String tableName, Map<String, ?> key) {
        RowDeleteChange change = new RowDeleteChange(tableName, SdkRowConversion.toSdk(key));
        return retry(
                Operation.DELETE_ROW,
                tableName,
                callback ->
                        sdk.deleteRow(new DeleteRowRequest(change), callback.on(answer -> null)));
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        timer.close();
        for (RetryingCall<?> call : calls) {
            call.close();
        }
        UninterruptedClose.run(sdk::shutdown);
    }

    private <T> CompletableFuture<T> retry(
            Operation operation, String tableName, Consumer<Callback<T>> send) {
        return retry(operation, Target.table(tableName), send);
    }

    private <T> CompletableFuture<T> retry(
            Operation operation, Target target, Consumer<Callback<T>> send) {
        RetryingCall<T> call =
                new RetryingCall<>(
                        operation,
                        target,
                        () -> attempt(operation, target, send),
                        policy,
                        RetryGate.OPEN,
                        listener,
                        timer,
                        () -> ThreadLocalRandom.current().nextDouble());
        CompletableFuture<T> result = call.result();
        calls.add(call);
        result.whenComplete((value, error) -> calls.remove(call));
        if (closed) {
            call.close();
        } else {
            call.begin();
        }
        return result;
    }

    private <T> CompletableFuture<T> attempt(
            Operation operation, Target target, Consumer<Callback<T>> send) {
        OtsCredentials used;
        try {
            used = credentials.current(operation, target);
        } catch (OtsStreamException e) {
            return CompletableFuture.failedFuture(e);
        }
        CompletableFuture<T> answer = new CompletableFuture<>();
        BiConsumer<T, Exception> verdict =
                (value, error) -> {
                    if (error == null) {
                        answer.complete(value);
                    } else {
                        answer.completeExceptionally(
                                credentials.judge(failureOf(operation, target, error), used));
                    }
                };
        try {
            calling.call(used, () -> send.accept(new Callback<>(verdict)));
        } catch (RuntimeException e) {
            verdict.accept(null, e);
        }
        return answer;
    }

    private OtsStreamException failureOf(Operation operation, Target target, Exception error) {
        if (error instanceof TableStoreException) {
            TableStoreException answer = (TableStoreException) error;
            return failure(
                    ServiceErrors.kindOf(answer.getErrorCode(), answer.getHttpStatus()),
                    operation,
                    target,
                    answer,
                    reasonOf(operation, target, answer),
                    error);
        }
        if (error instanceof IllegalArgumentException || error instanceof IllegalStateException) {
            return failure(
                    OtsStreamException.Kind.FATAL,
                    operation,
                    target,
                    null,
                    "the request could not be sent: " + error,
                    error);
        }
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException
                    || cause instanceof SSLPeerUnverifiedException) {
                return failure(
                        OtsStreamException.Kind.FATAL,
                        operation,
                        target,
                        null,
                        "the certificate of "
                                + connection.getEndpoint()
                                + " is not trusted: "
                                + cause.getMessage(),
                        error);
            }
        }
        return failure(
                OtsStreamException.Kind.TRANSIENT,
                operation,
                target,
                null,
                "no answer from " + connection.getEndpoint() + ": " + error,
                error);
    }

    private static String reasonOf(Operation operation, Target target, TableStoreException answer) {
        String text = String.valueOf(answer.getMessage()).trim();
        return "OTSNoPermissionAccess".equals(answer.getErrorCode())
                ? text
                        + (text.endsWith(".") ? " The" : "; the")
                        + " access key needs the action ots:"
                        + operation.wireName()
                        + " on this "
                        + target.kind()
                : text;
    }

    private static OtsStreamException failure(
            OtsStreamException.Kind kind,
            Operation operation,
            Target target,
            @Nullable TableStoreException answer,
            String reason,
            @Nullable Throwable cause) {
        return new OtsStreamException(
                kind,
                operation.wireName(),
                target.toString(),
                answer == null ? null : answer.getErrorCode(),
                answer == null ? null : answer.getRequestId(),
                answer == null ? 0 : answer.getHttpStatus(),
                1,
                Duration.ZERO,
                reason,
                cause);
    }

    /** Returns what a call of {@link #retry} failed with. */
    private static OtsStreamException failureIn(Throwable error) {
        return (OtsStreamException)
                (error instanceof CompletionException ? error.getCause() : error);
    }

    private static final class RangePage {

        private final List<TableRow> rows = new ArrayList<>();
        @Nullable private final PrimaryKey next;

        RangePage(List<Row> rows, @Nullable PrimaryKey next) {
            for (Row row : rows) {
                this.rows.add(SdkRowConversion.fromSdk(row));
            }
            this.next = next;
        }
    }

    /** Brings the SDK's verdict on one attempt to its future. */
    private static final class Callback<T> {

        private final BiConsumer<T, Exception> verdict;

        Callback(BiConsumer<T, Exception> verdict) {
            this.verdict = verdict;
        }

        /** Without asking the SDK. */
        void complete(T value) {
            verdict.accept(value, null);
        }

        /** For the SDK, with what turns its answer into ours. */
        <Q, A> TableStoreCallback<Q, A> on(Function<A, T> reading) {
            return new TableStoreCallback<Q, A>() {
                @Override
                public void onCompleted(Q request, A answer) {
                    T value;
                    try {
                        value = reading.apply(answer);
                    } catch (RuntimeException e) {
                        verdict.accept(null, e);
                        return;
                    }
                    verdict.accept(value, null);
                }

                @Override
                public void onFailed(Q request, Exception error) {
                    verdict.accept(null, error);
                }
            };
        }
    }

    /** Keeps the SDK from trying again; it clones a strategy for each call. */
    private static final class NoRetries implements RetryStrategy {

        @SuppressWarnings("MethodDoesntCallSuperMethod")
        @Override
        public RetryStrategy clone() {
            return this;
        }

        @Override
        public int getRetries() {
            return 0;
        }

        @Override
        public long nextPause(String action, Exception error) {
            return 0;
        }
    }

    /**
     * The credentials of the call that a thread is just sending: the SDK asks for them on that
     * thread.
     */
    private static final class CallingCredentials implements CredentialsProvider {

        private final ThreadLocal<ServiceCredentials> current = new ThreadLocal<>();

        void call(OtsCredentials credentials, Runnable send) {
            current.set(new CallLauncher.CallCredentials(credentials));
            try {
                send.run();
            } finally {
                current.remove();
            }
        }

        @Override
        public ServiceCredentials getCredentials() {
            return current.get();
        }

        @Override
        public void setCredentials(ServiceCredentials other) {
            throw new UnsupportedOperationException("The credentials come from the connection.");
        }
    }
}
