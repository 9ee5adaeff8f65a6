/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.benchmarks.contender;

import com.alicloud.openservices.tablestore.AsyncClient;
import com.alicloud.openservices.tablestore.SyncClient;
import com.alicloud.openservices.tablestore.TableStoreCallback;
import com.alicloud.openservices.tablestore.model.GetStreamRecordRequest;
import com.alicloud.openservices.tablestore.model.GetStreamRecordResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The SDK's asynchronous client as it is configured by itself, with one request under way for each
 * shard. The records are thrown away.
 */
final class SdkLoop implements Contender {

    private static final Logger LOG = LoggerFactory.getLogger(SdkLoop.class);

    private AsyncClient client;
    private Task task;
    private Meter meter;

    @Override
    public void start(Task toDo, Meter counting) {
        task = toDo;
        meter = counting;
        client =
                new AsyncClient(
                        task.endpoint, Task.ACCESS_KEY_ID, Task.ACCESS_KEY_SECRET, Task.INSTANCE);
        SyncClient listing =
                new SyncClient(
                        task.endpoint, Task.ACCESS_KEY_ID, Task.ACCESS_KEY_SECRET, Task.INSTANCE);
        OldestIterators.of(listing, task.table).values().forEach(this::read);
        listing.shutdown();
    }

    private void read(String iterator) {
        GetStreamRecordRequest request = new GetStreamRecordRequest(iterator);
        request.setTableName(task.table);
        request.setLimit(task.recordsPerRequest);
        client.getStreamRecord(
                request,
                new TableStoreCallback<>() {
                    @Override
                    public void onCompleted(
                            GetStreamRecordRequest asked, GetStreamRecordResponse page) {
                        meter.records(page.getRecords().size());
                        read(page.getNextShardIterator());
                    }

                    @Override
                    public void onFailed(GetStreamRecordRequest asked, Exception error) {
                        LOG.error("A shard can't be read on", error);
                    }
                });
    }
}
