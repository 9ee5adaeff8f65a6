/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import com.alicloud.openservices.tablestore.core.ResponseContentWithMeta;
import com.alicloud.openservices.tablestore.core.protocol.OTSProtocolBuilder;
import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi;
import com.alicloud.openservices.tablestore.core.protocol.ResponseFactory;
import com.alicloud.openservices.tablestore.model.BatchGetRowResponse;
import com.alicloud.openservices.tablestore.model.CreateTableRequest;
import com.alicloud.openservices.tablestore.model.DeleteRowRequest;
import com.alicloud.openservices.tablestore.model.DescribeTableRequest;
import com.alicloud.openservices.tablestore.model.Direction;
import com.alicloud.openservices.tablestore.model.GetRangeRequest;
import com.alicloud.openservices.tablestore.model.GetRangeResponse;
import com.alicloud.openservices.tablestore.model.GetRowRequest;
import com.alicloud.openservices.tablestore.model.PrimaryKey;
import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import com.alicloud.openservices.tablestore.model.PutRowRequest;
import com.alicloud.openservices.tablestore.model.RangeRowQueryCriteria;
import com.alicloud.openservices.tablestore.model.ReservedThroughput;
import com.alicloud.openservices.tablestore.model.Response;
import com.alicloud.openservices.tablestore.model.Row;
import com.alicloud.openservices.tablestore.model.RowDeleteChange;
import com.alicloud.openservices.tablestore.model.RowPutChange;
import com.alicloud.openservices.tablestore.model.SingleRowQueryCriteria;
import com.aliyun.ots.thirdparty.com.google.protobuf.InvalidProtocolBufferException;
import com.aliyun.ots.thirdparty.com.google.protobuf.Message;
import com.aliyun.ots.thirdparty.com.google.protobuf.Parser;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;

/**
 * Tables over HTTP: the official SDK's requests and its reading of rows, over connections of our
 * own. Failed attempts are made again by a {@link RetryPolicy}, as those on streams are.
 *
 * <p>The SDK's own client is not used: it logs whole rows at DEBUG, and the signature that it
 * expected at ERROR. Futures are completed on the HTTP client's I/O thread, so what depends on them
 * must not block.
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
    private final ServiceHttp http;
    private final Set<RetryingCall<?>> calls = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    SdkTableClient(OtsConnection connection, RetryPolicy policy, CallListener listener) {
        this.connection = connection;
        this.policy = policy;
        this.listener = listener;
        this.http =
                new ServiceHttp(
                        connection,
                        "otsstream-table-http",
                        1,
                        Math.min(MAX_CONNECTIONS, connection.getMaxConnections()));
    }

    @Override
    public CompletableFuture<List<String>> listTables() {
        return ask(
                Operation.LIST_TABLE,
                Target.instance(connection.getInstanceName()),
                OTSProtocolBuilder.buildListTableRequest(),
                answer ->
                        List.copyOf(
                                message(OtsInternalApi.ListTableResponse.parser(), answer)
                                        .getTableNamesList()));
    }

    @Override
    public CompletableFuture<List<StreamInfo>> listStreams() {
        return ask(
                Operation.LIST_STREAM,
                Target.instance(connection.getInstanceName()),
                OtsInternalApi.ListStreamRequest.getDefaultInstance(),
                SdkStreamService::readStreams);
    }

    @Override
    public CompletableFuture<Optional<TableDescription>> describeTable(String tableName) {
        return this.<Optional<TableDescription>>ask(
                        Operation.DESCRIBE_TABLE,
                        Target.table(tableName),
                        OTSProtocolBuilder.buildDescribeTableRequest(
                                new DescribeTableRequest(tableName)),
                        answer ->
                                Optional.of(
                                        SdkRowConversion.fromSdk(
                                                ResponseFactory.createDescribeTableResponse(
                                                        frame(answer),
                                                        message(
                                                                OtsInternalApi.DescribeTableResponse
                                                                        .parser(),
                                                                answer)))))
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
        return this.<Boolean>ask(
                        Operation.CREATE_TABLE,
                        Target.table(schema.getTableName()),
                        OTSProtocolBuilder.buildCreateTableRequest(request),
                        answer -> true)
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
        return ask(
                Operation.GET_ROW,
                Target.table(tableName),
                OTSProtocolBuilder.buildGetRowRequest(new GetRowRequest(query)),
                answer ->
                        Optional.ofNullable(
                                        ResponseFactory.createGetRowResponse(
                                                        frame(answer),
                                                        message(
                                                                OtsInternalApi.GetRowResponse
                                                                        .parser(),
                                                                answer))
                                                .getRow())
                                .map(SdkRowConversion::fromSdk));
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
        Target target = Target.table(tableName);
        return retry(
                Operation.BATCH_GET_ROW,
                target,
                () -> {
                    List<Integer> missing = batch.missing();
                    return missing.isEmpty()
                            ? CompletableFuture.completedFuture(batch.all())
                            : http.send(
                                    Operation.BATCH_GET_ROW,
                                    target,
                                    OTSProtocolBuilder.buildBatchGetRowRequest(
                                            batch.request(missing).getCriteriasByTable()),
                                    answer -> batch.take(missing, readBatch(answer)));
                });
    }

    private static BatchGetRowResponse readBatch(Answer answer)
            throws InvalidProtocolBufferException {
        return ResponseFactory.createBatchGetRowResponse(
                frame(answer), message(OtsInternalApi.BatchGetRowResponse.parser(), answer));
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
        return ask(
                Operation.GET_RANGE,
                Target.table(tableName),
                OTSProtocolBuilder.buildGetRangeRequest(new GetRangeRequest(query)),
                answer -> {
                    GetRangeResponse page =
                            ResponseFactory.createGetRangeResponse(
                                    frame(answer),
                                    message(OtsInternalApi.GetRangeResponse.parser(), answer));
                    return new RangePage(page.getRows(), page.getNextStartPrimaryKey());
                });
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
        return ask(
                Operation.PUT_ROW,
                Target.table(tableName),
                OTSProtocolBuilder.buildPutRowRequest(new PutRowRequest(change)),
                answer -> null);
    }

    @Override
    public CompletableFuture<Void> deleteRow(String tableName, Map<String, ?> key) {
        RowDeleteChange change = new RowDeleteChange(tableName, SdkRowConversion.toSdk(key));
        return ask(
                Operation.DELETE_ROW,
                Target.table(tableName),
                OTSProtocolBuilder.buildDeleteRowRequest(new DeleteRowRequest(change)),
                answer -> null);
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
        http.close();
    }

    /** Asks until there is an answer, or none is to be had. */
    private <T> CompletableFuture<T> ask(
            Operation operation,
            Target target,
            Message request,
            ServiceCall.AnswerReader<T> reader) {
        return retry(operation, target, () -> http.send(operation, target, request, reader));
    }

    private <T> CompletableFuture<T> retry(
            Operation operation, Target target, Supplier<CompletableFuture<T>> attempt) {
        RetryingCall<T> call =
                new RetryingCall<>(
                        operation,
                        target,
                        attempt,
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

    private static <M extends Message> M message(Parser<M> parser, Answer answer)
            throws InvalidProtocolBufferException {
        return parser.parseFrom(answer.body(), 0, answer.length());
    }

    /** What the SDK takes beside a message. */
    private static ResponseContentWithMeta frame(Answer answer) {
        return new ResponseContentWithMeta(null, new Response(answer.requestId()));
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
}
