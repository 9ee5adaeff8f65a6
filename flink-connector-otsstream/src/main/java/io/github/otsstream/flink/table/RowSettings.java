/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table;

import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.CHANGELOG_MODE;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.DIRTY_RECORD;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.DIRTY_RECORD_MAX_COUNT;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.EXPORT_SEQUENCE_INFO;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.IGNORE_DELETE;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.PARTIAL_UPDATE;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.READ_MODE;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.TIME_SERIES;

import io.github.otsstream.flink.table.row.ChangelogKind;
import io.github.otsstream.flink.table.row.DirtyRecord;
import io.github.otsstream.flink.table.row.MetadataColumn;
import io.github.otsstream.flink.table.row.PartialUpdate;
import io.github.otsstream.flink.table.row.ReadMode;
import io.github.otsstream.flink.table.row.RowFormat;
import java.util.List;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.types.RowKind;

/**
 * What a table's options say its rows are. Options that contradict each other are a {@link
 * ValidationException} that names them. Immutable.
 */
final class RowSettings {

    private final ReadMode readMode;
    private final ChangelogKind changelog;
    private final PartialUpdate partialUpdate;
    private final boolean sequenceInfo;
    private final boolean ignoreDelete;
    private final DirtyRecord dirtyRecord;
    private final long maxDirtyRecords;

    private RowSettings(GivenOptions options) {
        readMode = options.get(READ_MODE);
        changelog = options.get(CHANGELOG_MODE);
        partialUpdate = options.find(PARTIAL_UPDATE).orElse(PartialUpdate.ORIGIN_COLUMNS);
        sequenceInfo = options.get(EXPORT_SEQUENCE_INFO);
        ignoreDelete = options.get(IGNORE_DELETE);
        dirtyRecord = options.get(DIRTY_RECORD);
        maxDirtyRecords = options.get(DIRTY_RECORD_MAX_COUNT);
    }

    static RowSettings of(GivenOptions options) {
        RowSettings settings = new RowSettings(options);
        settings.check(options);
        return settings;
    }

    private void check(GivenOptions options) {
        if (readMode != ReadMode.ROW && changelog != ChangelogKind.APPEND) {
            throw options.contradiction(
                    CHANGELOG_MODE, READ_MODE, "only whole rows can be changed and removed.");
        }
        if (options.isGiven(PARTIAL_UPDATE) && changelog != ChangelogKind.UPSERT) {
            throw options.refused(
                    PARTIAL_UPDATE,
                    "it needs 'changelog-mode' = 'upsert'"
                            + (changelog == ChangelogKind.ALL
                                    ? "; in the mode all, rows always come from origin columns."
                                    : "."));
        }
        if (options.get(TIME_SERIES)) {
            checkTimeSeries(options);
        }
        if (sequenceInfo && readMode != ReadMode.MULTI_VERSION) {
            throw options.refused(
                    EXPORT_SEQUENCE_INFO,
                    "it needs 'read-mode' = 'multi-version'. In other modes the metadata column"
                            + " 'sequence-info' says the same.");
        }
        if (maxDirtyRecords < 0) {
            throw options.refused(DIRTY_RECORD_MAX_COUNT, "it can't be negative.");
        }
        if (maxDirtyRecords > 0 && dirtyRecord == DirtyRecord.FAIL) {
            throw options.refused(
                    DIRTY_RECORD_MAX_COUNT, "it needs a 'dirty-record' other than 'fail'.");
        }
    }

    private void checkTimeSeries(GivenOptions options) {
        if (partialUpdate == PartialUpdate.LOOKUP) {
            throw options.contradiction(
                    PARTIAL_UPDATE, TIME_SERIES, "rows of time-series tables can't be looked up.");
        }
        if (changelog == ChangelogKind.ALL) {
            throw options.contradiction(
                    CHANGELOG_MODE,
                    TIME_SERIES,
                    "streams of time-series tables carry no origin columns.");
        }
        if (changelog == ChangelogKind.UPSERT && partialUpdate == PartialUpdate.ORIGIN_COLUMNS) {
            throw options.contradiction(
                    CHANGELOG_MODE,
                    TIME_SERIES,
                    "streams of time-series tables carry no origin columns, which would complete"
                            + " records that write only some fields. Choose 'partial-update' ="
                            + " 'fail' or 'null'.");
        }
    }

    ReadMode readMode() {
        return readMode;
    }

    ChangelogKind changelog() {
        return changelog;
    }

    /** How records that change only some columns become rows. */
    PartialUpdate partialUpdate() {
        return partialUpdate;
    }

    /** Whether a column {@code sequenceinfo} was asked for. */
    boolean hasSequenceInfo() {
        return sequenceInfo;
    }

    /** Whether rows are only ever added. */
    boolean isAppendOnly() {
        return changelog == ChangelogKind.APPEND;
    }

    /** The changes that the planner has to expect. */
    ChangelogMode changelogMode() {
        switch (changelog) {
            case UPSERT:
                // From Flink 2.1 on, upsert() says that deleted rows may have no more than their
                // keys.
                return ignoreDelete
                        ? ChangelogMode.newBuilder()
                                .addContainedKind(RowKind.INSERT)
                                .addContainedKind(RowKind.UPDATE_AFTER)
                                .build()
                        : ChangelogMode.upsert();
            case ALL:
                ChangelogMode.Builder all =
                        ChangelogMode.newBuilder()
                                .addContainedKind(RowKind.INSERT)
                                .addContainedKind(RowKind.UPDATE_BEFORE)
                                .addContainedKind(RowKind.UPDATE_AFTER);
                return (ignoreDelete ? all : all.addContainedKind(RowKind.DELETE)).build();
            default:
                return ChangelogMode.insertOnly();
        }
    }

    /**
     * @param columns the physical columns that are wanted
     * @param metadata the metadata that follows them
     * @param declared all columns, and the key
     * @throws IllegalArgumentException if no such rows can be made; the message names the column
     */
    RowFormat format(RowType columns, List<MetadataColumn> metadata, DeclaredColumns declared) {
        return new RowFormat(
                readMode,
                changelog,
                partialUpdate,
                ignoreDelete,
                dirtyRecord,
                maxDirtyRecords,
                columns,
                metadata,
                declared.primaryKey(),
                declared.type().getFieldNames());
    }
}
