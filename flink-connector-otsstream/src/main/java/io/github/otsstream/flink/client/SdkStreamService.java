/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import com.alicloud.openservices.tablestore.ClientConfiguration;
import com.alicloud.openservices.tablestore.core.http.AsyncServiceClient;
import com.alicloud.openservices.tablestore.core.http.OTSUri;
import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi;
import com.aliyun.ots.thirdparty.com.google.protobuf.Message;
import com.aliyun.ots.thirdparty.org.apache.http.concurrent.FutureCallback;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import javax.annotation.Nullable;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.flink.annotation.Internal;
import org.apache.flink.annotation.VisibleForTesting;

/**
 * The service over HTTP: the official SDK's signing, HTTP client and connection pool, with our own
 * reading of the answers.
 *
 * <p>Answers are read, and their records decoded, on the HTTP client's I/O threads; futures are
 * completed there too. The threads live until {@link #close()}.
 */
@Internal
final class SdkStreamService implements StreamService {

    private final OtsConnection connection;
    private final ClientConfiguration configuration;
    private final RequestCredentials credentials;
    private final AnswerChecks checks;
    private final AsyncServiceClient http;
    private final Map<Operation, OTSUri> uris = new EnumMap<>(Operation.class);

    private final Map<CompletableFuture<?>, ServiceCall<?>> underWay = new ConcurrentHashMap<>();
    private volatile boolean closed;

    SdkStreamService(OtsConnection connection) {
        this.connection = connection;
        this.configuration = configurationOf(connection);
        this.credentials = new RequestCredentials(connection.getCredentialsProvider());
        this.checks =
                new AnswerChecks(
                        connection.isVerifyResponseSignature(), connection.isVerifyContentMd5());
        for (Operation operation : Operation.values()) {
            uris.put(operation, new OTSUri(connection.getEndpoint(), operation.wireName()));
        }
        this.http = new AsyncServiceClient(configuration);
    }

    private static ClientConfiguration configurationOf(OtsConnection connection) {
        ClientConfiguration configuration = new ClientConfiguration();
        configuration.setIoThreadCount(connection.getIoThreads());
        configuration.setMaxConnections(connection.getMaxConnections());
        configuration.setConnectionTimeoutInMillisecond(
                (int) connection.getConnectTimeout().toMillis());
        configuration.setSocketTimeoutInMillisecond(
                (int) connection.getRequestTimeout().toMillis());
        configuration.setEnableResponseCompression(connection.isCompression());
        // The SDK would print the signature that it expected when a check fails; AnswerChecks does
        // the same work.
        configuration.setEnableResponseValidation(false);
        configuration.setEnableResponseContentMD5Checking(false);
        return configuration;
    }

    @Override
    public CompletableFuture<List<StreamInfo>> listStreams(String tableName) {
        return send(
                Operation.LIST_STREAM,
                Target.table(tableName),
                OtsInternalApi.ListStreamRequest.newBuilder().setTableName(tableName).build(),
                answer -> {
                    List<StreamInfo> streams = new ArrayList<>();
                    for (OtsInternalApi.Stream stream :
                            OtsInternalApi.ListStreamResponse.parser()
                                    .parseFrom(answer.body(), 0, answer.length())
                                    .getStreamsList()) {
                        streams.add(
                                new StreamInfo(
                                        stream.getStreamId(),
                                        stream.getTableName(),
                                        stream.getCreationTime()));
                    }
                    return streams;
                });
    }

    @Override
    public CompletableFuture<StreamDescriptionPage> describeStream(
            String streamId, @Nullable String fromShardId) {
        OtsInternalApi.DescribeStreamRequest.Builder request =
                OtsInternalApi.DescribeStreamRequest.newBuilder()
                        .setStreamId(streamId)
                        // Whether such a table can be read is not decided here; without this it is
                        // not even described.
                        .setSupportTimeseriesDataTable(true);
        if (fromShardId != null) {
            request.setInclusiveStartShardId(fromShardId);
        }
        return send(
                Operation.DESCRIBE_STREAM,
                Target.stream(streamId),
                request.build(),
                SdkStreamService::readDescription);
    }

    private static StreamDescriptionPage readDescription(Answer answer) throws Exception {
        OtsInternalApi.DescribeStreamResponse response =
                OtsInternalApi.DescribeStreamResponse.parser()
                        .parseFrom(answer.body(), 0, answer.length());
        List<ShardInfo> shards = new ArrayList<>();
        for (OtsInternalApi.StreamShard shard : response.getShardsList()) {
            shards.add(
                    new ShardInfo(
                            shard.getShardId(),
                            emptyToNull(shard.getParentId()),
                            emptyToNull(shard.getParentSiblingId())));
        }
        StreamDescription description =
                new StreamDescription(
                        response.getStreamId(),
                        response.getTableName(),
                        response.getCreationTime(),
                        Duration.ofHours(response.getExpirationTime()),
                        response.getStreamStatus() == OtsInternalApi.StreamStatus.STREAM_ACTIVE
                                ? StreamDescription.Status.ACTIVE
                                : StreamDescription.Status.ENABLING,
                        response.getIsTimeseriesDataTable(),
                        shards,
                        answer.serviceTimeMillis());
        return new StreamDescriptionPage(description, emptyToNull(response.getNextShardId()));
    }

    @Override
    public CompletableFuture<IteratorStep> getShardIterator(
            String streamId, String shardId, OptionalLong timestampMicros, @Nullable String token) {
        OtsInternalApi.GetShardIteratorRequest.Builder request =
                OtsInternalApi.GetShardIteratorRequest.newBuilder()
                        .setStreamId(streamId)
                        .setShardId(shardId);
        timestampMicros.ifPresent(request::setTimestamp);
        if (token != null) {
            request.setToken(token);
        }
        return send(
                Operation.GET_SHARD_ITERATOR,
                Target.shardOfStream(streamId, shardId),
                request.build(),
                answer -> {
                    // The iterator is a required field, but missing when the shard has ended before
                    // the time.
                    OtsInternalApi.GetShardIteratorResponse response =
                            OtsInternalApi.GetShardIteratorResponse.parser()
                                    .parsePartialFrom(answer.body(), 0, answer.length());
                    return new IteratorStep(
                            emptyToNull(response.getShardIterator()),
                            emptyToNull(response.getNextToken()),
                            answer.serviceTimeMillis());
                });
    }

    @Override
    public CompletableFuture<RecordPage> getRecords(
            String tableName, String shardId, String iterator, int limit) {
        OtsInternalApi.GetStreamRecordRequest.Builder request =
                OtsInternalApi.GetStreamRecordRequest.newBuilder()
                        .setShardIterator(iterator)
                        .setTableName(tableName);
        if (limit > 0) {
            request.setLimit(limit);
        }
        return send(
                Operation.GET_STREAM_RECORD,
                Target.shardOfTable(tableName, shardId),
                request.build(),
                new RecordPageReader(shardId));
    }

    @VisibleForTesting
    <T> CompletableFuture<T> send(
            Operation operation,
            Target target,
            Message message,
            ServiceCall.AnswerReader<T> reader) {
        OtsCredentials credentials;
        try {
            credentials = this.credentials.current(operation, target);
        } catch (OtsStreamException e) {
            return CompletableFuture.failedFuture(e);
        }
        CompletableFuture<T> result = new CompletableFuture<>();
        ServiceCall<T> call = new ServiceCall<>(operation, target, message, credentials, reader);
        underWay.put(result, call);
        result.whenComplete((value, error) -> underWay.remove(result));
        if (closed) {
            result.completeExceptionally(closedBefore(call));
            return result;
        }
        try {
            new CallLauncher<>(
                            connection.getInstanceName(),
                            uris.get(operation),
                            http,
                            configuration,
                            checks,
                            call)
                    .fire(call, new Completion<>(call, result));
        } catch (RuntimeException e) {
            result.completeExceptionally(failureOf(call, e));
        }
        return result;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        underWay.forEach((result, call) -> result.completeExceptionally(closedBefore(call)));
        UninterruptedClose.run(http::shutdown);
    }

    private OtsStreamException failureOf(ServiceCall<?> call, Exception error) {
        if (error instanceof OtsStreamException) {
            return credentials.judge((OtsStreamException) error, call.credentials());
        }
        if (closed) {
            return closedBefore(call);
        }
        if (error instanceof IllegalStateException) {
            // What the HTTP client says once its threads have died: only a new one helps.
            return call.unanswered(
                    OtsStreamException.Kind.FATAL, "the HTTP client has stopped: " + error, error);
        }
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof Error) {
                return call.overtaxed((Error) cause);
            }
            if (cause instanceof CertificateException
                    || cause instanceof SSLPeerUnverifiedException) {
                return call.unanswered(
                        OtsStreamException.Kind.FATAL,
                        "the certificate of "
                                + connection.getEndpoint()
                                + " is not trusted: "
                                + cause.getMessage(),
                        error);
            }
        }
        return call.unanswered(
                OtsStreamException.Kind.TRANSIENT,
                "no answer from " + connection.getEndpoint() + ": " + error,
                error);
    }

    private static OtsStreamException closedBefore(ServiceCall<?> call) {
        return call.unanswered(OtsStreamException.Kind.CLOSED, "the client was closed", null);
    }

    @Nullable
    private static String emptyToNull(String text) {
        return text.isEmpty() ? null : text;
    }

    /** Brings the HTTP client's verdict to the call's future. */
    @VisibleForTesting
    final class Completion<T> implements FutureCallback<T> {

        private final ServiceCall<T> call;
        private final CompletableFuture<T> result;

        Completion(ServiceCall<T> call, CompletableFuture<T> result) {
            this.call = call;
            this.result = result;
        }

        @Override
        public void completed(T value) {
            if (value == null) {
                // What is left of an answer when the call was given up while it was read.
                cancelled();
            } else {
                result.complete(value);
            }
        }

        @Override
        public void failed(Exception error) {
            result.completeExceptionally(failureOf(call, error));
        }

        @Override
        public void cancelled() {
            result.completeExceptionally(
                    closed
                            ? closedBefore(call)
                            : call.unanswered(
                                    OtsStreamException.Kind.TRANSIENT,
                                    "the request was cancelled",
                                    null));
        }
    }
}
