/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.operation;

import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi;
import com.alicloud.openservices.tablestore.model.PrimaryKeyType;
import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import io.github.otsstream.emulator.ServiceException;
import io.github.otsstream.emulator.plainbuffer.RowDecoder;
import io.github.otsstream.emulator.plainbuffer.ValueTypes;
import io.github.otsstream.emulator.storage.KeyOrder;
import io.github.otsstream.emulator.storage.Names;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What the service demands of a table's schema, options and partitions. */
final class TableRules {

    private static final long DEFAULT_SPLIT_UNIT_BYTES = 100L * 1024 * 1024;

    private TableRules() {}

    static void meta(OtsInternalApi.TableMeta meta) throws ServiceException {
        Names.checkTable(meta.getTableName());
        RequestChecks.keyColumnCount(meta.getPrimaryKeyCount());
        Set<String> names = new HashSet<>();
        boolean autoIncrement = false;
        for (int i = 0; i < meta.getPrimaryKeyCount(); i++) {
            OtsInternalApi.PrimaryKeySchema column = meta.getPrimaryKey(i);
            Names.checkColumn(column.getName());
            if (!names.add(column.getName())) {
                throw ServiceException.parameterInvalid(
                        "Duplicated primary key name: '" + column.getName() + "'.");
            }
            if (column.hasOption()) {
                autoIncrement(meta.getTableName(), column, i, autoIncrement);
                autoIncrement = true;
            }
        }
        definedColumns(meta.getPrimaryKeyList(), meta.getDefinedColumnList());
    }

    static void definedColumns(
            List<OtsInternalApi.PrimaryKeySchema> key,
            List<OtsInternalApi.DefinedColumnSchema> columns)
            throws ServiceException {
        if (columns.size() > Limits.DEFINED_COLUMNS) {
            throw ServiceException.parameterInvalid(
                    "The number of defined columns must be in range: [0, "
                            + Limits.DEFINED_COLUMNS
                            + "].");
        }
        Set<String> names = new HashSet<>();
        for (OtsInternalApi.PrimaryKeySchema column : key) {
            names.add(column.getName());
        }
        for (OtsInternalApi.DefinedColumnSchema column : columns) {
            Names.checkColumn(column.getName());
            if (!names.add(column.getName())) {
                throw ServiceException.parameterInvalid(
                        "Duplicated defined column name: '" + column.getName() + "'.");
            }
        }
    }

    /** The options of a new table, which must say how many versions to keep and how long. */
    static OtsInternalApi.TableOptions newOptions(
            OtsInternalApi.TableOptions defaults, OtsInternalApi.TableOptions requested)
            throws ServiceException {
        if (!requested.hasTimeToLive()) {
            throw ServiceException.parameterInvalid(
                    "Time-to-live is missing while creating table.");
        }
        if (!requested.hasMaxVersions()) {
            throw ServiceException.parameterInvalid("MaxVersions is missing while creating table.");
        }
        return updatedOptions(defaults, requested);
    }

    /** The options with what an update sets. */
    static OtsInternalApi.TableOptions updatedOptions(
            OtsInternalApi.TableOptions present, OtsInternalApi.TableOptions update)
            throws ServiceException {
        OtsInternalApi.TableOptions options = present.toBuilder().mergeFrom(update).build();
        if (options.getMaxVersions() <= 0) {
            throw ServiceException.parameterInvalid(
                    "The maximum versions cannot be less than or equal to 0.");
        }
        int timeToLive = options.getTimeToLive();
        if (timeToLive == 0 || timeToLive < -1) {
            throw ServiceException.parameterInvalid("TimeToLive cannot be 0 or less than -1.");
        }
        if (timeToLive != -1 && timeToLive < Limits.MIN_TIME_TO_LIVE) {
            throw ServiceException.parameterInvalid(
                    "TimeToLive cannot be less than " + Limits.MIN_TIME_TO_LIVE + ".");
        }
        long deviation = options.getDeviationCellVersionInSec();
        if (deviation < 0 || deviation > Limits.MAX_VERSION_DEVIATION) {
            throw ServiceException.parameterInvalid(
                    "The maximum deviation must be in range [0, INT64_MAX/1000000].");
        }
        return options;
    }

    /** Where the second and each further of the requested partitions begins. */
    static List<PrimaryKeyValue> splitPoints(OtsInternalApi.CreateTableRequest request)
            throws ServiceException {
        int count = request.getPartitionsCount();
        if (count > Limits.INITIAL_PARTITIONS) {
            throw ServiceException.parameterInvalid(
                    "The count of partitions cannot be greater than " + Limits.INITIAL_PARTITIONS);
        }
        List<PrimaryKeyValue> points = new ArrayList<>();
        PrimaryKeyValue previousEnd = PrimaryKeyValue.INF_MIN;
        for (int i = 0; i < count; i++) {
            PrimaryKeyValue begin = RowDecoder.decodeKeyValue(request.getPartitions(i).getBegin());
            PrimaryKeyValue end = RowDecoder.decodeKeyValue(request.getPartitions(i).getEnd());
            boolean last = i == count - 1;
            if (!begin.equals(previousEnd) || end.isInfMax() != last || end.isInfMin()) {
                throw ServiceException.parameterInvalid(
                        "The partitions must cover all keys, in order and without gaps.");
            }
            if (!last) {
                splitPoint(end, request.getTableMeta().getPrimaryKey(0));
                if (KeyOrder.compareValues(begin, end) >= 0) {
                    throw ServiceException.parameterInvalid(
                            "The partitions must cover all keys, in order and without gaps.");
                }
                points.add(end);
            }
            previousEnd = end;
        }
        return points;
    }

    private static void splitPoint(
            PrimaryKeyValue point, OtsInternalApi.PrimaryKeySchema partitionKey)
            throws ServiceException {
        if (!ValueTypes.name(point).equals(ValueTypes.name(partitionKey.getType()))) {
            throw ServiceException.parameterInvalid(
                    "The value type of partition does not match with primary key.");
        }
        if (point.getType() == PrimaryKeyType.INTEGER) {
            if (point.asLong() == Long.MIN_VALUE || point.asLong() == Long.MAX_VALUE) {
                throw ServiceException.parameterInvalid(
                        "The value of partition range can not be INT64_MIN or INT64_MAX.");
            }
        } else if (point.getDataSize() == 0) {
            throw ServiceException.parameterInvalid(
                    "The value of partition range can not be empty "
                            + (point.getType() == PrimaryKeyType.STRING ? "string." : "binary."));
        } else if (point.getDataSize() > Limits.SPLIT_POINT_BYTES) {
            throw ServiceException.parameterInvalid(
                    "The value of partition range exceeds the MaxLength:"
                            + Limits.SPLIT_POINT_BYTES
                            + " with CurrentLength:"
                            + point.getDataSize()
                            + ".");
        }
    }

    /** The size in bytes of the pieces that a table is to be cut into. */
    static long pieceBytes(OtsInternalApi.ComputeSplitPointsBySizeRequest request)
            throws ServiceException {
        if (request.getSplitSize() <= 0) {
            throw ServiceException.parameterInvalid("The split_size should be greater than 0.");
        }
        long unit =
                request.hasSplitSizeUnitInByte()
                        ? request.getSplitSizeUnitInByte()
                        : DEFAULT_SPLIT_UNIT_BYTES;
        if (unit < Limits.MIN_SPLIT_UNIT_BYTES) {
            throw ServiceException.parameterInvalid(
                    "The split_size_unit_in_byte should be greater equal than: "
                            + Limits.MIN_SPLIT_UNIT_BYTES);
        }
        long high = Math.multiplyHigh(unit, request.getSplitSize());
        long low = unit * request.getSplitSize();
        return high == 0 && low > 0 ? low : Long.MAX_VALUE;
    }

    private static void autoIncrement(
            String table, OtsInternalApi.PrimaryKeySchema column, int index, boolean another)
            throws ServiceException {
        if (index == 0) {
            throw ServiceException.parameterInvalid(
                    "First primary key can't be auto increment, table: " + table + ".");
        }
        if (column.getType() != OtsInternalApi.PrimaryKeyType.INTEGER) {
            throw ServiceException.parameterInvalid("AUTO_INCREMENT primary key must be integer.");
        }
        if (another) {
            throw ServiceException.parameterInvalid("AUTO_INCREMENT primary key count must <= 1.");
        }
    }
}
