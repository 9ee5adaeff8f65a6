/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.operation;

import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi;
import com.alicloud.openservices.tablestore.core.protocol.PlainBufferCell;
import com.alicloud.openservices.tablestore.core.protocol.PlainBufferConsts;
import com.alicloud.openservices.tablestore.model.ColumnType;
import com.alicloud.openservices.tablestore.model.ColumnValue;
import com.alicloud.openservices.tablestore.model.PrimaryKey;
import com.aliyun.ots.thirdparty.com.google.protobuf.ByteString;
import io.github.otsstream.emulator.EmulatorClock;
import io.github.otsstream.emulator.ServiceException;
import io.github.otsstream.emulator.plainbuffer.RowEncoder;
import io.github.otsstream.emulator.plainbuffer.ValueTypes;
import io.github.otsstream.emulator.storage.CommittedChange;
import io.github.otsstream.emulator.storage.Database;
import io.github.otsstream.emulator.storage.Row;
import io.github.otsstream.emulator.storage.RowEdit;
import io.github.otsstream.emulator.storage.Table;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Applies changes to the rows of a locked table: checks keys, conditions and versions, stores the
 * new row and tells the table's stream.
 *
 * <p>A change that the service accepts reaches the stream also where it leaves the row as it was: a
 * row put without columns as a PUT without cells, the delete of a row that is not there as a
 * DELETE. The stream is the partition's log of accepted writes, not a difference of states.
 */
final class RowWriter {

    /** A row written further ahead than this was written before the clock was set back. */
    private static final long MAX_AHEAD_MILLIS = 1_000;

    private final Database database;

    RowWriter(Database database) {
        this.database = database;
    }

    /**
     * Checks and applies one change. The caller holds the table's write lock.
     *
     * @return the row that the change asked to have returned, empty if none
     * @throws ServiceException if the change is refused; nothing has changed then
     */
    ByteString write(Table table, RowChange change) throws ServiceException {
        Prepared prepared = prepare(table, change, Collections.emptyMap());
        commit(table, prepared);
        return prepared.returned;
    }

    /**
     * Checks and applies changes of one partition key, all or none. Later changes see earlier ones.
     * The caller holds the table's write lock.
     *
     * @return what {@link #write} returns, for each change
     * @throws ServiceException if one of the changes is refused; nothing has changed then
     */
    List<ByteString> writeAtomically(Table table, List<RowChange> changes) throws ServiceException {
        // Rows as the changes prepared so far leave them; a null value is a deleted row.
        NavigableMap<PrimaryKey, Row> pending = new TreeMap<>(table.rows().comparator());
        List<Prepared> prepared = new ArrayList<>(changes.size());
        for (RowChange change : changes) {
            Prepared next = prepare(table, change, pending);
            pending.put(next.change.primaryKey(), next.after);
            prepared.add(next);
        }
        List<ByteString> returned = new ArrayList<>(changes.size());
        for (Prepared each : prepared) {
            commit(table, each);
            returned.add(each.returned);
        }
        return returned;
    }

    private Prepared prepare(Table table, RowChange change, Map<PrimaryKey, Row> pending)
            throws ServiceException {
        EmulatorClock clock = database.clock();
        long now = clock.millis();
        PrimaryKey key = KeyRules.fit(change.key(), table.schema());
        checkUpdateAllowed(table, change);
        ColumnRules.check(table, change, now);
        Row before;
        if (KeyRules.hasPlaceholder(key)) {
            AutoIncrementRules.newRow(change);
            key = KeyRules.fill(key, table.nextAutoIncrement(clock.micros()));
            before = null;
        } else {
            AutoIncrementRules.givenRow(table, change);
            before = pending.containsKey(key) ? pending.get(key) : table.row(key, now);
        }
        checkConditions(change, key, before);
        long time = writeTime(table, before, now);
        List<PlainBufferCell> origin = before == null ? List.of() : before.newestCells();
        switch (change.type()) {
            case PUT:
                return put(table, change, key, origin, time);
            case UPDATE:
                return update(table, change, key, before, origin, time);
            default:
                return new Prepared(
                        new CommittedChange(CommittedChange.Type.DELETE, key, List.of(), origin),
                        null,
                        returned(change, key, null));
        }
    }

    private Prepared put(
            Table table,
            RowChange change,
            PrimaryKey key,
            List<PlainBufferCell> origin,
            long time) {
        RowEdit edit = new RowEdit(key, null, table.options().getMaxVersions());
        for (PlainBufferCell cell : change.cells()) {
            edit.put(cell.getCellName(), version(cell, time), cell.getCellValue());
        }
        Row after = edit.toRow(time);
        return new Prepared(
                new CommittedChange(CommittedChange.Type.PUT, key, after.cells(), origin),
                after,
                returned(change, key, after));
    }

    private Prepared update(
            Table table,
            RowChange change,
            PrimaryKey key,
            Row before,
            List<PlainBufferCell> origin,
            long time)
            throws ServiceException {
        RowEdit edit = new RowEdit(key, before, table.options().getMaxVersions());
        List<PlainBufferCell> committed = new ArrayList<>(change.cells().size());
        boolean writes = false;
        for (PlainBufferCell cell : change.cells()) {
            String column = cell.getCellName();
            if (!cell.hasCellType() || cell.getCellType() == PlainBufferConsts.INCREMENT) {
                ColumnValue value =
                        cell.hasCellType()
                                ? incremented(edit.newest(column), cell)
                                : cell.getCellValue();
                long version = version(cell, time);
                edit.put(column, version, value);
                committed.add(Row.cell(column, version, value));
                writes = true;
            } else {
                if (cell.getCellType() == PlainBufferConsts.DELETE_ONE_VERSION) {
                    edit.deleteVersion(column, cell.getCellTimestamp());
                } else {
                    edit.deleteColumn(column);
                }
                committed.add(cell);
            }
        }
        // Deleting columns of a row that does not exist does not make it exist.
        Row after = before == null && !writes ? null : edit.toRow(time);
        return new Prepared(
                new CommittedChange(CommittedChange.Type.UPDATE, key, committed, origin),
                after,
                returned(change, key, after));
    }

    private void commit(Table table, Prepared prepared) {
        if (prepared.after == null) {
            table.rows().remove(prepared.change.primaryKey());
        } else {
            table.rows().put(prepared.change.primaryKey(), prepared.after);
        }
        database.streams().append(table, prepared.change);
    }

    /**
     * The time of a write and the version of its cells that were given none. Where a table keeps
     * several versions, no two writes of a row have the same: the service's writes never meet in
     * one millisecond, since each takes longer than that, and clients count on it.
     */
    private static long writeTime(Table table, Row before, long now) {
        boolean meets =
                before != null
                        && before.writtenMillis() >= now
                        && before.writtenMillis() - now < MAX_AHEAD_MILLIS;
        return meets && table.options().getMaxVersions() > 1 ? before.writtenMillis() + 1 : now;
    }

    private static long version(PlainBufferCell cell, long time) {
        return cell.hasCellTimestamp() ? cell.getCellTimestamp() : time;
    }

    private static ColumnValue incremented(ColumnValue present, PlainBufferCell cell)
            throws ServiceException {
        long increment = cell.getCellValue().asLong();
        if (present == null) {
            return ColumnValue.fromLong(increment);
        }
        if (present.getType() != ColumnType.INTEGER) {
            throw ServiceException.parameterInvalid(
                    "The attribute column: '"
                            + cell.getCellName()
                            + "' cannot be incremented, its type is "
                            + ValueTypes.name(present.getType())
                            + ".");
        }
        try {
            return ColumnValue.fromLong(Math.addExact(present.asLong(), increment));
        } catch (ArithmeticException e) {
            throw ServiceException.parameterInvalid(
                    "The attribute column: '" + cell.getCellName() + "' overflows VT_INTEGER.");
        }
    }

    private static void checkConditions(RowChange change, PrimaryKey key, Row before)
            throws ServiceException {
        boolean exists = before != null;
        boolean expected =
                change.existence() == OtsInternalApi.RowExistenceExpectation.IGNORE
                        || exists
                                == (change.existence()
                                        == OtsInternalApi.RowExistenceExpectation.EXPECT_EXIST);
        Row row = exists ? before : new RowEdit(key, null, 1).toRow(0);
        if (!expected
                || change.columnCondition() != null && !change.columnCondition().matches(row)) {
            throw new ServiceException(403, "OTSConditionCheckFail", "Condition check failed.");
        }
    }

    private static void checkUpdateAllowed(Table table, RowChange change) throws ServiceException {
        if (change.type() == CommittedChange.Type.UPDATE && !table.options().getAllowUpdate()) {
            throw ServiceException.parameterInvalid(
                    "UpdateRow is not allowed on table: '" + table.name() + "'.");
        }
    }

    private static ByteString returned(RowChange change, PrimaryKey key, Row after) {
        switch (change.returnContent().getReturnType()) {
            case RT_PK:
                return RowEncoder.encodeKey(key);
            case RT_AFTER_MODIFY:
                return RowEncoder.encode(List.of(RowEncoder.row(key, modified(change, after))));
            default:
                return ByteString.EMPTY;
        }
    }

    private static List<PlainBufferCell> modified(RowChange change, Row after) {
        List<PlainBufferCell> cells = new ArrayList<>();
        if (after != null) {
            for (PlainBufferCell cell : after.newestCells()) {
                if (change.returnContent()
                        .getReturnColumnNamesList()
                        .contains(cell.getCellName())) {
                    cells.add(cell);
                }
            }
        }
        return cells;
    }

    /** A change that passed all checks and what it leads to. */
    private static final class Prepared {

        private final CommittedChange change;
        private final Row after;
        private final ByteString returned;

        private Prepared(CommittedChange change, Row after, ByteString returned) {
            this.change = change;
            this.after = after;
            this.returned = returned;
        }
    }
}
