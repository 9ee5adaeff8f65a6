/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.benchmarks.contender;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has one request under way for each shard, and does not decode the rows. */
final class FetchOnlyLoop implements Contender {

    private static final Logger LOG = LoggerFactory.getLogger(FetchOnlyLoop.class);

    private FrameReader reader;
    private Task task;
    private Meter meter;

    @Override
    public void start(Task toDo, Meter counting) {
        task = toDo;
        meter = counting;
        reader =
                new FrameReader(
                        task.endpoint, Task.INSTANCE, Task.ACCESS_KEY_ID, Task.ACCESS_KEY_SECRET);
        reader.oldest(task.table).values().forEach(this::read);
    }

    private void read(String iterator) {
        reader.read(task.table, iterator, task.recordsPerRequest)
                .whenComplete(
                        (page, error) -> {
                            if (error != null) {
                                LOG.error("A shard can't be read on", error);
                                return;
                            }
                            meter.records(page.getStreamRecordsCount());
                            read(page.getNextShardIterator());
                        });
    }
}
