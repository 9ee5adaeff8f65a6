/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.filter;

import com.alicloud.openservices.tablestore.core.protocol.OtsFilter;
import com.alicloud.openservices.tablestore.model.ColumnValue;
import com.aliyun.ots.thirdparty.com.google.protobuf.ByteString;
import com.aliyun.ots.thirdparty.com.google.protobuf.InvalidProtocolBufferException;
import io.github.otsstream.emulator.ServiceException;
import io.github.otsstream.emulator.plainbuffer.RowDecoder;
import io.github.otsstream.emulator.storage.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Reads the filters of requests, which are protobuf messages nested in each other as bytes. */
public final class Filters {

    /** Most comparisons and combinations in one filter or condition, which bounds its depth too. */
    private static final int MAX_FILTERS = 32;

    private int filters;

    private Filters() {}

    /**
     * Reads a column condition of a write, or a filter of a read that compares values.
     *
     * @throws ServiceException {@code OTSParameterInvalid} if it is malformed, too big, or of
     *     another kind
     */
    public static RowFilter condition(ByteString bytes) throws ServiceException {
        return new Filters().comparison(parse(bytes));
    }

    /**
     * Reads a filter of a read.
     *
     * @throws ServiceException {@code OTSParameterInvalid} if it is malformed or too big
     */
    public static ReadFilter readFilter(ByteString bytes) throws ServiceException {
        OtsFilter.Filter filter = parse(bytes);
        if (filter.getType() == OtsFilter.FilterType.FT_COLUMN_PAGINATION) {
            return pagination(filter.getFilter());
        }
        RowFilter comparison = new Filters().comparison(filter);
        return row -> comparison.matches(row) ? row : null;
    }

    private RowFilter comparison(OtsFilter.Filter filter) throws ServiceException {
        if (++filters > MAX_FILTERS) {
            throw ServiceException.parameterInvalid(
                    "The count of filter exceeds the max:" + MAX_FILTERS + ".");
        }
        try {
            switch (filter.getType()) {
                case FT_SINGLE_COLUMN_VALUE:
                    return single(OtsFilter.SingleColumnValueFilter.parseFrom(filter.getFilter()));
                case FT_COMPOSITE_COLUMN_VALUE:
                    return composite(
                            OtsFilter.CompositeColumnValueFilter.parseFrom(filter.getFilter()));
                default:
                    throw ServiceException.parameterInvalid(
                            "Invalid type of sub-filter: " + filter.getType() + ".");
            }
        } catch (InvalidProtocolBufferException e) {
            throw malformed();
        }
    }

    private RowFilter composite(OtsFilter.CompositeColumnValueFilter composite)
            throws ServiceException {
        List<RowFilter> parts = new ArrayList<>();
        for (OtsFilter.Filter part : composite.getSubFiltersList()) {
            parts.add(comparison(part));
        }
        boolean not = composite.getCombinator() == OtsFilter.LogicalOperator.LO_NOT;
        if (not && parts.size() != 1) {
            throw ServiceException.parameterInvalid(
                    "Invalid NOT operator: the number of sub-filters must be 1.");
        }
        // The message is the service's, although it takes more than two.
        if (!not && parts.size() < 2) {
            throw ServiceException.parameterInvalid(
                    "Invalid AND/OR operator: the number of sub-filters must be 2.");
        }
        switch (composite.getCombinator()) {
            case LO_NOT:
                return row -> !parts.get(0).matches(row);
            case LO_AND:
                return row -> parts.stream().allMatch(part -> part.matches(row));
            default:
                return row -> parts.stream().anyMatch(part -> part.matches(row));
        }
    }

    private RowFilter single(OtsFilter.SingleColumnValueFilter filter) throws ServiceException {
        Names.checkColumn(filter.getColumnName());
        boolean takesValue =
                filter.getComparator() != OtsFilter.ComparatorType.CT_EXIST
                        && filter.getComparator() != OtsFilter.ComparatorType.CT_NOT_EXIST;
        ColumnValue value = takesValue ? RowDecoder.decodeValue(filter.getColumnValue()) : null;
        ValueTransfer transfer =
                filter.hasValueTransRule() ? transfer(filter.getValueTransRule()) : null;
        return new SingleColumnFilter(
                filter.getColumnName(),
                filter.getComparator(),
                value,
                transfer,
                filter.getFilterIfMissing(),
                filter.getLatestVersionOnly());
    }

    private static ValueTransfer transfer(OtsFilter.ValueTransferRule rule)
            throws ServiceException {
        try {
            return new ValueTransfer(Pattern.compile(rule.getRegex()), rule.getCastType());
        } catch (PatternSyntaxException e) {
            throw ServiceException.parameterInvalid("Invalid regex: '" + rule.getRegex() + "'.");
        }
    }

    private static ReadFilter pagination(ByteString bytes) throws ServiceException {
        try {
            OtsFilter.ColumnPaginationFilter filter =
                    OtsFilter.ColumnPaginationFilter.parseFrom(bytes);
            if (filter.getLimit() <= 0) {
                throw ServiceException.parameterInvalid(
                        "Limit in ColumnPaginationFilter must be greater than 0.");
            }
            if (filter.getOffset() < 0) {
                throw ServiceException.parameterInvalid(
                        "Offset in ColumnPaginationFilter must be greater than or equal to 0.");
            }
            return new ColumnPagination(filter.getOffset(), filter.getLimit());
        } catch (InvalidProtocolBufferException e) {
            throw malformed();
        }
    }

    private static OtsFilter.Filter parse(ByteString bytes) throws ServiceException {
        try {
            return OtsFilter.Filter.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw malformed();
        }
    }

    private static ServiceException malformed() {
        return ServiceException.parameterInvalid("Deserialize filter failed.");
    }
}
