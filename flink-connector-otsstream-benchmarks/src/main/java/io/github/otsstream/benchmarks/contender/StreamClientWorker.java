/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.benchmarks.contender;

import com.alicloud.openservices.tablestore.SyncClient;
import com.aliyun.openservices.ots.internal.streamclient.ClientConfig;
import com.aliyun.openservices.ots.internal.streamclient.StreamConfig;
import com.aliyun.openservices.ots.internal.streamclient.Worker;
import com.aliyun.openservices.ots.internal.streamclient.model.IRecordProcessor;
import com.aliyun.openservices.ots.internal.streamclient.model.InitializationInput;
import com.aliyun.openservices.ots.internal.streamclient.model.ProcessRecordsInput;
import com.aliyun.openservices.ots.internal.streamclient.model.ShutdownInput;
import java.util.concurrent.Executors;

/**
 * A worker of the service's own stream client. Its records are thrown away, and it stores no
 * checkpoints besides its leases. It pauses for as short as it can be told to where it would wait.
 */
final class StreamClientWorker implements Contender {

    @Override
    public void start(Task task, Meter meter) {
        StreamConfig stream = new StreamConfig();
        stream.setOTSClient(
                new SyncClient(
                        task.endpoint, Task.ACCESS_KEY_ID, Task.ACCESS_KEY_SECRET, Task.INSTANCE));
        stream.setDataTableName(task.table);
        stream.setStatusTableName("status_" + System.nanoTime());
        stream.setMaxRecords(task.recordsPerRequest);
        ClientConfig config = new ClientConfig();
        config.setTakerIntervalMillis(100);
        config.setCheckTableReadyIntervalMillis(20);
        config.setWorkerIdleTimeMillis(1);
        Thread worker =
                new Thread(
                        new Worker(
                                "worker",
                                config,
                                stream,
                                () -> new Counting(meter),
                                Executors.newCachedThreadPool()),
                        "worker");
        worker.setDaemon(true);
        worker.start();
    }

    private static final class Counting implements IRecordProcessor {

        private final Meter meter;

        Counting(Meter meter) {
            this.meter = meter;
        }

        @Override
        public void initialize(InitializationInput input) {}

        @Override
        public void processRecords(ProcessRecordsInput input) {
            meter.records(input.getRecords().size());
        }

        @Override
        public void shutdown(ShutdownInput input) {}
    }
}
