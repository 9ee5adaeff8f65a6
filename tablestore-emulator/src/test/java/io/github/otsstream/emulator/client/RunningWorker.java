/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.client;

import com.alicloud.openservices.tablestore.SyncClientInterface;
import com.aliyun.openservices.ots.internal.streamclient.ClientConfig;
import com.aliyun.openservices.ots.internal.streamclient.StreamConfig;
import com.aliyun.openservices.ots.internal.streamclient.Worker;
import com.aliyun.openservices.ots.internal.streamclient.model.IRecordProcessorFactory;
import com.aliyun.openservices.ots.internal.streamclient.model.WorkerStatus;
import io.github.otsstream.emulator.SdkClients;
import io.github.otsstream.emulator.TablestoreEmulator;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A worker of the official stream client in a thread of its own, with an SDK client and intervals
 * of a test: it takes, renews and lists in fractions of a second.
 */
final class RunningWorker implements AutoCloseable {

    private final SyncClientInterface client;
    private final ExecutorService tasks = Executors.newCachedThreadPool();
    private final Worker worker;
    private final Thread thread;

    RunningWorker(
            String identifier,
            TablestoreEmulator emulator,
            String dataTable,
            String statusTable,
            IRecordProcessorFactory processors,
            Duration leaseDuration) {
        client = SdkClients.sync(emulator);
        StreamConfig stream = new StreamConfig();
        stream.setOTSClient(client);
        stream.setDataTableName(dataTable);
        stream.setStatusTableName(statusTable);
        stream.setMaxRecords(20);
        worker = new Worker(identifier, config(leaseDuration), stream, processors, tasks);
        thread = new Thread(worker, identifier);
        thread.start();
    }

    private static ClientConfig config(Duration leaseDuration) {
        ClientConfig config = new ClientConfig();
        config.setLeaseDurationMillis(leaseDuration.toMillis());
        config.setRenewerIntervalMillis(200);
        config.setTakerIntervalMillis(100);
        config.setSyncShardIntervalMillis(200);
        config.setParentShardPollIntervalMillis(20);
        config.setWorkerIdleTimeMillis(2);
        config.setCheckTableReadyIntervalMillis(20);
        config.setRenewThreadPoolSize(2);
        return config;
    }

    /** What ended the worker, or null. */
    Exception failure() {
        return worker.getException();
    }

    boolean isRunning() {
        return worker.getWorkerStatus() == WorkerStatus.RUNNING;
    }

    /** Makes the worker stop, without waiting for it. Its leases stay its own until they expire. */
    void shutdown() {
        worker.shutdown();
    }

    /** Stops the worker and waits until nothing of it runs; does nothing the second time. */
    @Override
    public void close() {
        worker.shutdown();
        boolean ended;
        try {
            thread.join(TimeUnit.SECONDS.toMillis(20));
            tasks.shutdown();
            ended = tasks.awaitTermination(20, TimeUnit.SECONDS) && !thread.isAlive();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            ended = false;
        }
        client.shutdown();
        if (!ended) {
            throw new IllegalStateException("Worker " + thread.getName() + " does not stop");
        }
    }
}
