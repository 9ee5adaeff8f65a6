/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.row;

import org.apache.flink.table.types.logical.BinaryType;
import org.apache.flink.table.types.logical.CharType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.TimeType;
import org.apache.flink.table.types.logical.TimestampType;
import org.apache.flink.table.types.logical.VarBinaryType;
import org.apache.flink.table.types.logical.VarCharType;

/** Chooses what makes the values of a declared type. */
final class ValueConverters {

    private ValueConverters() {}

    /**
     * @throws IllegalArgumentException if no column's values become that type
     */
    static ValueConverter of(LogicalType type) {
        switch (type.getTypeRoot()) {
            case TINYINT:
            case SMALLINT:
            case INTEGER:
            case BIGINT:
                return IntegralConverter.of(type.getTypeRoot());
            case FLOAT:
                return new FractionConverter(true);
            case DOUBLE:
                return new FractionConverter(false);
            case DECIMAL:
                DecimalType decimal = (DecimalType) type;
                return new DecimalConverter(decimal.getPrecision(), decimal.getScale());
            case BOOLEAN:
                return new BooleanConverter();
            case CHAR:
                int length = ((CharType) type).getLength();
                return new TextConverter(length, length);
            case VARCHAR:
                return new TextConverter(0, ((VarCharType) type).getLength());
            case BINARY:
                int size = ((BinaryType) type).getLength();
                return new BytesConverter(size, size);
            case VARBINARY:
                return new BytesConverter(0, ((VarBinaryType) type).getLength());
            case DATE:
                return new DateConverter();
            case TIME_WITHOUT_TIME_ZONE:
                return new TimeConverter(((TimeType) type).getPrecision());
            case TIMESTAMP_WITHOUT_TIME_ZONE:
                return TimestampConverter.ofMillis(false, ((TimestampType) type).getPrecision());
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE:
                return TimestampConverter.ofMillis(
                        true, ((LocalZonedTimestampType) type).getPrecision());
            case ARRAY:
            case MAP:
            case ROW:
                return new JsonConverter(JsonReader.of(type));
            default:
                throw new IllegalArgumentException(
                        "Values of a Tablestore column can't become " + type.asSummaryString());
        }
    }
}
