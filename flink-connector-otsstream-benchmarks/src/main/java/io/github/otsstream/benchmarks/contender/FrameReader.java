/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.benchmarks.contender;

import com.alicloud.openservices.tablestore.ClientConfiguration;
import com.alicloud.openservices.tablestore.SyncClient;
import com.alicloud.openservices.tablestore.core.OperationLauncher;
import com.alicloud.openservices.tablestore.core.TraceLogger;
import com.alicloud.openservices.tablestore.core.auth.CredentialsProvider;
import com.alicloud.openservices.tablestore.core.auth.DefaultCredentialProvider;
import com.alicloud.openservices.tablestore.core.http.AsyncServiceClient;
import com.alicloud.openservices.tablestore.core.http.OTSUri;
import com.alicloud.openservices.tablestore.core.http.ResponseConsumer;
import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi.GetStreamRecordRequest;
import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi.GetStreamRecordResponse;
import com.alicloud.openservices.tablestore.core.protocol.ResultParserFactory;
import com.aliyun.ots.thirdparty.org.apache.http.concurrent.FutureCallback;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * Reads pages with the SDK's HTTP client, checks and protobuf classes, and does not decode the rows
 * in them: what the SDK does less its decoding. Thread-safe.
 */
public final class FrameReader implements AutoCloseable {

    private static final int TRACE_THRESHOLD_MILLIS = 1_000;

    private final ClientConfiguration configuration = new ClientConfiguration();
    private final String instanceName;
    private final CredentialsProvider credentials;
    private final OTSUri uri;
    private final AsyncServiceClient http;
    private final SyncClient client;

    public FrameReader(
            String endpoint, String instanceName, String accessKeyId, String accessKeySecret) {
        this.instanceName = instanceName;
        credentials = new DefaultCredentialProvider(accessKeyId, accessKeySecret);
        uri = new OTSUri(endpoint, "GetStreamRecord");
        http = new AsyncServiceClient(configuration);
        client = new SyncClient(endpoint, accessKeyId, accessKeySecret, instanceName);
    }

    /** The iterators of all shards' oldest records. */
    public Map<String, String> oldest(String table) {
        return OldestIterators.of(client, table);
    }

    /** Reads one page. The future is completed on one of the HTTP client's threads. */
    public CompletableFuture<GetStreamRecordResponse> read(
            String table, String iterator, int limit) {
        CompletableFuture<GetStreamRecordResponse> page = new CompletableFuture<>();
        GetStreamRecordRequest request =
                GetStreamRecordRequest.newBuilder()
                        .setTableName(table)
                        .setShardIterator(iterator)
                        .setLimit(limit)
                        .build();
        new FrameLauncher(request).fire(request, new Completion(page));
        return page;
    }

    @Override
    public void close() {
        http.shutdown();
        client.shutdown();
    }

    private final class FrameLauncher
            extends OperationLauncher<GetStreamRecordRequest, GetStreamRecordResponse> {

        FrameLauncher(GetStreamRecordRequest request) {
            super(instanceName, http, credentials, configuration, request);
        }

        @Override
        public void fire(
                GetStreamRecordRequest request, FutureCallback<GetStreamRecordResponse> callback) {
            TraceLogger trace =
                    new TraceLogger(UUID.randomUUID().toString(), TRACE_THRESHOLD_MILLIS);
            asyncInvokePost(uri, null, request, trace, new FrameConsumer(trace), callback);
        }
    }

    private static final class FrameConsumer extends ResponseConsumer<GetStreamRecordResponse> {

        FrameConsumer(TraceLogger trace) {
            super(
                    ResultParserFactory.createFactory()
                            .createProtocolBufferResultParser(
                                    GetStreamRecordResponse.getDefaultInstance(),
                                    trace.getTraceId()),
                    trace,
                    null,
                    null);
        }

        @Override
        protected GetStreamRecordResponse parseResult() throws Exception {
            return (GetStreamRecordResponse) getResponseContentWithMeta().getMessage();
        }
    }

    private static final class Completion implements FutureCallback<GetStreamRecordResponse> {

        private final CompletableFuture<GetStreamRecordResponse> page;

        Completion(CompletableFuture<GetStreamRecordResponse> page) {
            this.page = page;
        }

        @Override
        public void completed(GetStreamRecordResponse answer) {
            page.complete(answer);
        }

        @Override
        public void failed(Exception error) {
            page.completeExceptionally(error);
        }

        @Override
        public void cancelled() {
            page.cancel(false);
        }
    }
}
