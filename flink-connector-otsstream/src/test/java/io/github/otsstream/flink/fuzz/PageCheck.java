/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.fuzz;

import com.alicloud.openservices.tablestore.core.ResponseContentWithMeta;
import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi;
import com.alicloud.openservices.tablestore.core.protocol.ResponseFactory;
import com.alicloud.openservices.tablestore.model.GetStreamRecordResponse;
import com.alicloud.openservices.tablestore.model.Response;
import com.sun.management.ThreadMXBean;
import io.github.otsstream.flink.client.RecordPage;
import io.github.otsstream.flink.client.RecordPages;
import io.github.otsstream.flink.fuzz.PageParts.Field;
import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.record.Column;
import io.github.otsstream.flink.record.PlainBufferFormatException;
import io.github.otsstream.flink.record.SdkRows;
import io.github.otsstream.flink.record.TimeSeriesKey;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Reads a page as the connector does and as the official SDK does, and holds one against the other:
 * a page is refused with an error that says why, or read as the SDK reads it. Nothing is refused
 * that the SDK reads, but for the reasons given here, and nothing read that it refuses.
 */
final class PageCheck {

    /**
     * Where the connector is stricter than the SDK; fields without a name it refuses too when it is
     * asked for time-series format.
     */
    private static final List<String> STRICTER =
            List.of(
                    "The row has no sequence",
                    "The row has no primary key",
                    "A primary key column has no value",
                    "A value has an unknown type, 9 ",
                    "A value has an unknown type, 10 ",
                    "Expected a cell's name",
                    "A column's name is not UTF-8",
                    "A column has an empty name",
                    "A field has an empty name",
                    "Bytes follow the row",
                    "a record has an unknown operation");

    /** For small pages: what is allocated that does not depend on the page. */
    private static final int MAX_ALLOCATION = 64 << 10;

    private static final int MAX_ALLOCATION_FOR_A_BYTE = 64;

    private static final int CONSUMED = 3;
    private static final int LENGTH_DELIMITED = 2;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private PageCheck() {}

    /**
     * Checks a page and returns what became of it, in words that are alike for pages that are
     * alike.
     *
     * @throws AssertionError if something is not as it must be
     */
    static String check(byte[] page) {
        byte[] before = page.clone();
        RecordPage ours = null;
        String refusal = null;
        try {
            ours = readWithinBounds(page);
        } catch (IOException | PlainBufferFormatException e) {
            refusal = String.valueOf(e.getMessage());
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            throw new AssertionError("Our reader threw " + e, e);
        }
        if (!Arrays.equals(before, page)) {
            throw new AssertionError("Our reader changed the page");
        }
        OtsInternalApi.GetStreamRecordResponse message = null;
        GetStreamRecordResponse theirs = null;
        String theirRefusal = null;
        try {
            message = OtsInternalApi.GetStreamRecordResponse.parseFrom(page);
            theirs = read(message);
        } catch (Exception e) {
            theirRefusal = String.valueOf(e.getCause() == null ? e : e.getCause());
        }
        if (ours == null) {
            return refused(refusal, theirs != null);
        }
        if (theirs == null) {
            message = withoutConsumed(page, theirRefusal);
            theirs = read(message);
        }
        compare(ours, theirs, message);
        return accepted(ours);
    }

    private static RecordPage readWithinBounds(byte[] page) throws IOException {
        long before = allocatedBytes();
        try {
            return RecordPages.read(page);
        } finally {
            if (allocatedBytes() - before > mostFor(page)) {
                checkAllocationOfSecondRead(page);
            }
        }
    }

    /** The first time may have loaded classes. */
    private static void checkAllocationOfSecondRead(byte[] page) {
        long before = allocatedBytes();
        try {
            RecordPages.read(page);
        } catch (IOException | PlainBufferFormatException e) {
            // As before.
        }
        long allocated = allocatedBytes() - before;
        if (allocated > mostFor(page)) {
            throw new AssertionError("Our reader allocated " + allocated + " bytes");
        }
    }

    private static long mostFor(byte[] page) {
        return MAX_ALLOCATION + (long) MAX_ALLOCATION_FOR_A_BYTE * page.length;
    }

    private static long allocatedBytes() {
        return THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
    }

    private static GetStreamRecordResponse read(OtsInternalApi.GetStreamRecordResponse message) {
        return ResponseFactory.createGetStreamRecordResponse(
                new ResponseContentWithMeta(message, new Response()), message, false);
    }

    private static String refused(String why, boolean theSdkReadsIt) {
        if (why.isBlank()) {
            throw new AssertionError("Our reader refused a page and did not say why");
        }
        if (theSdkReadsIt && STRICTER.stream().noneMatch(why::startsWith)) {
            throw new AssertionError("We refuse what the SDK reads: " + why);
        }
        return (theSdkReadsIt ? "refused by us alone: " : "refused: ") + withoutNumbers(why);
    }

    private static String withoutNumbers(String text) {
        StringBuilder words = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                words.append(c);
            }
        }
        return words.toString();
    }

    /** The consumed capacity is of no use here: we skip it, and don't mind what is in it. */
    private static OtsInternalApi.GetStreamRecordResponse withoutConsumed(
            byte[] page, String theirRefusal) {
        List<Field> fields = PageParts.take(page);
        fields.removeIf(field -> field.number == CONSUMED && field.wireType == LENGTH_DELIMITED);
        try {
            OtsInternalApi.GetStreamRecordResponse message =
                    OtsInternalApi.GetStreamRecordResponse.parseFrom(PageParts.put(fields));
            read(message);
            return message;
        } catch (Exception e) {
            throw new AssertionError("We read what the SDK refuses: " + theirRefusal, e);
        }
    }

    private static void compare(
            RecordPage ours,
            GetStreamRecordResponse theirs,
            OtsInternalApi.GetStreamRecordResponse message) {
        if (!Objects.equals(ours.getNextIterator(), theirs.getNextShardIterator())) {
            throw new AssertionError(
                    "The next iterator is "
                            + ours.getNextIterator()
                            + ", not "
                            + theirs.getNextShardIterator());
        }
        if (ours.mayMoreRecord() != Boolean.TRUE.equals(theirs.getMayMoreRecord())) {
            throw new AssertionError("may_more_record is " + ours.mayMoreRecord());
        }
        if (ours.getRecords().size() != theirs.getRecords().size()) {
            throw new AssertionError(
                    ours.getRecords().size() + " records, not " + theirs.getRecords().size());
        }
        for (int i = 0; i < ours.getRecords().size(); i++) {
            ChangeRecord record = ours.getRecords().get(i);
            String difference =
                    record.isTimeSeries()
                            ? timeSeriesDifference(record, message.getStreamRecords(i))
                            : SdkRows.difference(record, theirs.getRecords().get(i));
            if (difference != null) {
                throw new AssertionError("Record " + i + ": we read " + difference);
            }
            checkViews(record);
        }
    }

    private static String timeSeriesDifference(
            ChangeRecord record, OtsInternalApi.GetStreamRecordResponse.StreamRecord encoded) {
        try {
            return SdkRows.difference(
                    record,
                    SdkRows.decodeTimeSeries(
                            encoded.getActionType(),
                            encoded.getRecord().toByteArray(),
                            encoded.hasOriginRecord()
                                    ? encoded.getOriginRecord().toByteArray()
                                    : null));
        } catch (IOException | RuntimeException e) {
            return "what the SDK refuses: " + e;
        }
    }

    /** A record that was decoded can be looked at in every way. */
    private static void checkViews(ChangeRecord record) {
        ChangeRecord compact = record.compact();
        if (!compact.equals(record) || compact.hashCode() != record.hashCode()) {
            throw new AssertionError("A compact copy of " + record + " is " + compact);
        }
        record.describe();
        if (record.isTimeSeries()) {
            try {
                TimeSeriesKey.of(record);
            } catch (IllegalArgumentException e) {
                // Says what is wrong with the key.
            }
        }
    }

    private static String accepted(RecordPage page) {
        StringBuilder shape = new StringBuilder("read");
        shape.append(page.getNextIterator() == null ? "" : " next");
        shape.append(page.mayMoreRecord() ? " more" : "");
        for (ChangeRecord record : page.getRecords()) {
            shape.append(' ').append(record.getOperation().ordinal());
            shape.append(record.isTimeSeries() ? "t" : "");
            appendTypes(shape, 'k', record.getPrimaryKey());
            appendTypes(shape, 'c', record.getColumns());
            if (record.hasOriginColumns()) {
                appendTypes(shape, 'o', record.getOriginColumns());
            }
        }
        return shape.toString();
    }

    private static void appendTypes(StringBuilder shape, char kind, List<Column> columns) {
        int types = 0;
        for (Column column : columns) {
            int type =
                    column.getType() == null
                            ? 5 + column.getOperation().ordinal()
                            : column.getType().ordinal();
            types |= 1 << type;
        }
        shape.append(kind).append(Math.min(columns.size(), 3)).append('.').append(types);
    }
}
