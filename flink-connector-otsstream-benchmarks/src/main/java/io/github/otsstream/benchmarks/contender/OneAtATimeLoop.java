/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.benchmarks.contender;

import com.alicloud.openservices.tablestore.SyncClient;
import com.alicloud.openservices.tablestore.model.GetStreamRecordRequest;
import com.alicloud.openservices.tablestore.model.GetStreamRecordResponse;
import java.util.LinkedHashMap;
import java.util.Map;

/** Asks one shard after the other, and waits for each answer, as Flink's Kinesis reader does. */
final class OneAtATimeLoop implements Contender {

    @Override
    public void start(Task task, Meter meter) {
        SyncClient client =
                new SyncClient(
                        task.endpoint, Task.ACCESS_KEY_ID, Task.ACCESS_KEY_SECRET, Task.INSTANCE);
        Map<String, String> iterators = new LinkedHashMap<>(OldestIterators.of(client, task.table));
        Thread loop =
                new Thread(
                        () -> {
                            while (true) {
                                iterators.replaceAll(
                                        (shard, iterator) -> read(client, task, iterator, meter));
                            }
                        },
                        "one-at-a-time");
        loop.setDaemon(true);
        loop.start();
    }

    private static String read(SyncClient client, Task task, String iterator, Meter meter) {
        GetStreamRecordRequest request = new GetStreamRecordRequest(iterator);
        request.setTableName(task.table);
        request.setLimit(task.recordsPerRequest);
        GetStreamRecordResponse page = client.getStreamRecord(request);
        meter.records(page.getRecords().size());
        return page.getNextShardIterator();
    }
}
