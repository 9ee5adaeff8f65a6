/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.enumerator;

import io.github.otsstream.flink.client.StreamDescription;
import io.github.otsstream.flink.client.TableClient;
import io.github.otsstream.flink.client.TableDescription;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.flink.annotation.Internal;
import org.apache.flink.util.FlinkException;

/**
 * Holds a table against what the job expects of it before the job's start is decided. The table is
 * described by a call that needs a right of its own, ots:DescribeTable; a job that is restored
 * makes none.
 */
@Internal
public final class CheckedStart implements StartResolver {

    private final String tableName;
    private final TableCheck check;
    private final Supplier<TableClient> openTables;
    private final StartResolver start;

    /**
     * @param openTables opens the client that describes the table, which is closed at once
     * @param start decides the start of a job that has passed the check
     */
    public CheckedStart(
            String tableName,
            TableCheck check,
            Supplier<TableClient> openTables,
            StartResolver start) {
        this.tableName = tableName;
        this.check = check;
        this.openTables = openTables;
        this.start = start;
    }

    @Override
    public JobStart resolve(StreamDescription stream) throws Exception {
        check.check(describe());
        return start.resolve(stream);
    }

    private TableDescription describe() throws FlinkException, InterruptedException {
        try (TableClient tables = openTables.get()) {
            return tables.describeTable(tableName)
                    .get()
                    .orElseThrow(
                            () ->
                                    new FlinkException(
                                            "Table "
                                                    + tableName
                                                    + " has been deleted. Its stream is gone with it."));
        } catch (ExecutionException e) {
            throw new FlinkException(
                    "Table "
                            + tableName
                            + " can't be held against what the job expects of it: "
                            + e.getCause().getMessage(),
                    e.getCause());
        }
    }
}
