/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.operation;

import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi;
import com.alicloud.openservices.tablestore.core.protocol.PlainBufferCell;
import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import io.github.otsstream.emulator.EmulatorClock;
import io.github.otsstream.emulator.ServiceException;
import io.github.otsstream.emulator.storage.CommittedChange;
import io.github.otsstream.emulator.storage.Database;
import io.github.otsstream.emulator.storage.Table;
import io.github.otsstream.emulator.storage.TableStreams;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/**
 * A table {@code t} of one key column {@code pk} without a server, at a fixed time, and the changes
 * it told its stream.
 */
final class OfflineTable {

    static final long NOW = 1_700_000_000_000L;

    private final List<CommittedChange> changes = new ArrayList<>();
    private final RowOperations rows;

    OfflineTable(OtsInternalApi.PrimaryKeyType keyType, int maxVersions) throws ServiceException {
        Database database =
                new Database(
                        new EmulatorClock(Clock.fixed(Instant.ofEpochMilli(NOW), ZoneOffset.UTC)),
                        new RecordingStreams());
        rows = new RowOperations(database);
        new TableOperations(database)
                .createTable(
                        OtsInternalApi.CreateTableRequest.newBuilder()
                                .setTableMeta(
                                        OtsInternalApi.TableMeta.newBuilder()
                                                .setTableName("t")
                                                .addPrimaryKey(
                                                        OtsInternalApi.PrimaryKeySchema.newBuilder()
                                                                .setName("pk")
                                                                .setType(keyType)))
                                .setReservedThroughput(
                                        OtsInternalApi.ReservedThroughput.newBuilder()
                                                .setCapacityUnit(
                                                        OtsInternalApi.CapacityUnit.newBuilder()))
                                .setTableOptions(
                                        OtsInternalApi.TableOptions.newBuilder()
                                                .setTimeToLive(-1)
                                                .setMaxVersions(maxVersions))
                                .build());
    }

    RowOperations rows() {
        return rows;
    }

    List<CommittedChange> changes() {
        return changes;
    }

    /** Cells as {@code name=value@version}, deletes with their type. */
    static List<String> text(List<PlainBufferCell> cells) {
        List<String> text = new ArrayList<>();
        for (PlainBufferCell cell : cells) {
            text.add(
                    cell.getCellName()
                            + (cell.hasCellValue() ? "=" + cell.getCellValue() : "")
                            + (cell.hasCellType() ? " type " + cell.getCellType() : "")
                            + (cell.hasCellTimestamp() ? "@" + cell.getCellTimestamp() : ""));
        }
        return text;
    }

    private final class RecordingStreams implements TableStreams {

        @Override
        public void tableCreated(Table table) {}

        @Override
        public void tableDeleted(Table table) {}

        @Override
        public void enable(Table table, OtsInternalApi.StreamSpecification specification) {}

        @Override
        public void disable(Table table) {}

        @Override
        public OtsInternalApi.StreamDetails details(Table table) {
            return OtsInternalApi.StreamDetails.newBuilder().setEnableStream(false).build();
        }

        @Override
        public List<PrimaryKeyValue> splitPoints(Table table) {
            return List.of();
        }

        @Override
        public void append(Table table, CommittedChange change) {
            changes.add(change);
        }
    }
}
