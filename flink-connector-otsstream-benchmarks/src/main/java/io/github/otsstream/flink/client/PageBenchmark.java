/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import com.alicloud.openservices.tablestore.core.ResponseContentWithMeta;
import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi;
import com.alicloud.openservices.tablestore.core.protocol.ResponseFactory;
import com.alicloud.openservices.tablestore.model.GetStreamRecordResponse;
import com.alicloud.openservices.tablestore.model.Response;
import io.github.otsstream.flink.record.EncodedPages;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Making records of an answer's bytes; the time is that of one record. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PageBenchmark {

    private static final int RECORDS = 200;

    @Param({"narrow", "wide"})
    public String shape;

    private final RecordPageReader reader = new RecordPageReader("shard");
    private byte[] body;

    @Setup
    public void encode() {
        body = shape.equals("wide") ? EncodedPages.wide(RECORDS) : EncodedPages.narrow(RECORDS);
    }

    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public RecordPage ours() throws IOException {
        return reader.read(new Answer(200, Map.of(), body, body.length));
    }

    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public OtsInternalApi.GetStreamRecordResponse protobufOnly() throws IOException {
        return OtsInternalApi.GetStreamRecordResponse.parseFrom(body);
    }

    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public GetStreamRecordResponse sdk() throws IOException {
        OtsInternalApi.GetStreamRecordResponse message =
                OtsInternalApi.GetStreamRecordResponse.parseFrom(body);
        return ResponseFactory.createGetStreamRecordResponse(
                new ResponseContentWithMeta(message, new Response()), message, false);
    }
}
