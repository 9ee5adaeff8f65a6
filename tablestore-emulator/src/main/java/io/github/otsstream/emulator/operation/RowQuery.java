/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.operation;

import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi;
import com.alicloud.openservices.tablestore.model.PrimaryKeyColumn;
import com.aliyun.ots.thirdparty.com.google.protobuf.ByteString;
import io.github.otsstream.emulator.ServiceException;
import io.github.otsstream.emulator.filter.Filters;
import io.github.otsstream.emulator.filter.ReadFilter;
import io.github.otsstream.emulator.storage.Names;
import io.github.otsstream.emulator.storage.Row;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a read wants of each row: columns, versions, and a filter. Immutable.
 *
 * <p>Columns and versions are selected first, and the filter sees what they leave.
 */
final class RowQuery {

    private final Set<String> columns;
    private final String startColumn;
    private final String endColumn;
    private final long fromVersion;
    private final long toVersion;
    private final int maxVersions;
    private final ReadFilter filter;

    private RowQuery(
            Set<String> columns,
            String startColumn,
            String endColumn,
            long fromVersion,
            long toVersion,
            int maxVersions,
            ReadFilter filter) {
        this.columns = columns;
        this.startColumn = startColumn;
        this.endColumn = endColumn;
        this.fromVersion = fromVersion;
        this.toVersion = toVersion;
        this.maxVersions = maxVersions;
        this.filter = filter;
    }

    static RowQuery of(OtsInternalApi.GetRowRequest request) throws ServiceException {
        return parse(
                "No version condition is specified.",
                request.getColumnsToGetList(),
                request.hasStartColumn() ? request.getStartColumn() : null,
                request.hasEndColumn() ? request.getEndColumn() : null,
                request.hasTimeRange() ? request.getTimeRange() : null,
                request.hasMaxVersions() ? request.getMaxVersions() : null,
                request.getFilter());
    }

    static RowQuery of(OtsInternalApi.GetRangeRequest request) throws ServiceException {
        return parse(
                "No version condition is specified.",
                request.getColumnsToGetList(),
                request.hasStartColumn() ? request.getStartColumn() : null,
                request.hasEndColumn() ? request.getEndColumn() : null,
                request.hasTimeRange() ? request.getTimeRange() : null,
                request.hasMaxVersions() ? request.getMaxVersions() : null,
                request.getFilter());
    }

    static RowQuery of(OtsInternalApi.TableInBatchGetRowRequest request) throws ServiceException {
        return parse(
                "No version condition is specified while querying row.",
                request.getColumnsToGetList(),
                request.hasStartColumn() ? request.getStartColumn() : null,
                request.hasEndColumn() ? request.getEndColumn() : null,
                request.hasTimeRange() ? request.getTimeRange() : null,
                request.hasMaxVersions() ? request.getMaxVersions() : null,
                request.getFilter());
    }

    /** What the query leaves of a row; null if the row is not part of the answer. */
    Row select(Row row) {
        Row result =
                row.select(
                        (name, versions) ->
                                wants(name)
                                        ? versions.select(fromVersion, toVersion, maxVersions)
                                        : null);
        if (result.isBare() && !columns.isEmpty() && !wantsKeyColumn(row)) {
            return null;
        }
        return filter == null ? result : filter.apply(result);
    }

    private boolean wants(String column) {
        return (columns.isEmpty() || columns.contains(column))
                && (startColumn == null || Names.compareColumns(column, startColumn) >= 0)
                && (endColumn == null || Names.compareColumns(column, endColumn) < 0);
    }

    // A row is found by a read of some columns only if it has one of them.
    private boolean wantsKeyColumn(Row row) {
        for (PrimaryKeyColumn column : row.key().getPrimaryKeyColumns()) {
            if (columns.contains(column.getName())) {
                return true;
            }
        }
        return false;
    }

    private static RowQuery parse(
            String noVersions,
            List<String> columns,
            String startColumn,
            String endColumn,
            OtsInternalApi.TimeRange timeRange,
            Integer maxVersions,
            ByteString filter)
            throws ServiceException {
        checkColumns(columns);
        if (timeRange == null && maxVersions == null) {
            throw ServiceException.parameterInvalid(noVersions);
        }
        checkVersions(timeRange, maxVersions);
        long from = 0;
        long to = Long.MAX_VALUE;
        if (timeRange != null && timeRange.hasSpecificTime()) {
            from = timeRange.getSpecificTime();
            to = from + 1;
        } else if (timeRange != null) {
            from = timeRange.getStartTime();
            to = timeRange.getEndTime();
        }
        return new RowQuery(
                new HashSet<>(columns),
                startColumn,
                endColumn,
                from,
                to,
                maxVersions == null ? Integer.MAX_VALUE : maxVersions,
                filter.isEmpty() ? null : Filters.readFilter(filter));
    }

    private static void checkVersions(OtsInternalApi.TimeRange timeRange, Integer maxVersions)
            throws ServiceException {
        if (maxVersions != null && maxVersions <= 0) {
            throw ServiceException.parameterInvalid(
                    "Invalid max versions: "
                            + maxVersions
                            + ". Reason: Max versions must be positive.");
        }
        if (timeRange == null) {
            return;
        }
        boolean range = timeRange.hasStartTime() || timeRange.hasEndTime();
        if (!timeRange.hasSpecificTime()) {
            checkRange(timeRange);
        } else if (range) {
            throw ServiceException.parameterInvalid(
                    "Specific timestamp and time range cannot be given at the same time.");
        } else if (maxVersions != null) {
            throw ServiceException.parameterInvalid(
                    "Specific timestamp and max versions cannot be given at the same time.");
        } else if (timeRange.getSpecificTime() < 0) {
            throw ServiceException.parameterInvalid("Specific timestamp cannot be less than 0.");
        } else {
            RequestChecks.version(timeRange.getSpecificTime());
        }
    }

    private static void checkRange(OtsInternalApi.TimeRange timeRange) throws ServiceException {
        if (!timeRange.hasStartTime() || !timeRange.hasEndTime()) {
            throw ServiceException.parameterInvalid(
                    "Start and end time must be given at the same time.");
        }
        if (timeRange.getStartTime() < 0 || timeRange.getStartTime() >= timeRange.getEndTime()) {
            throw ServiceException.parameterInvalid(
                    "Invalid time range: ["
                            + timeRange.getStartTime()
                            + ", "
                            + timeRange.getEndTime()
                            + ").");
        }
    }

    private static void checkColumns(List<String> columns) throws ServiceException {
        for (String column : columns) {
            Names.checkColumn(column);
        }
        if (columns.size() > Limits.COLUMNS_PER_REQUEST) {
            throw ServiceException.parameterInvalid(
                    "The number of columns from the request exceeds the limit, limit count: "
                            + Limits.COLUMNS_PER_REQUEST
                            + ", column count: "
                            + columns.size()
                            + ".");
        }
    }
}
