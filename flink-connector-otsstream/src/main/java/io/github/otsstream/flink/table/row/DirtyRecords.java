/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.row;

import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.source.deserialization.OtsStreamDeserializationSchema.Context;
import java.io.IOException;
import org.apache.flink.metrics.Counter;
import org.apache.flink.table.types.logical.LogicalType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what becomes of records that do not fit the declared columns: fails the job with an error
 * that says all but the value, or counts the record and logs some of them, the first ones and then
 * fewer and fewer. The log holds no values, not even keys.
 *
 * <p>Used by one thread, for one record after the other. Counts from nothing when a job restarts.
 */
final class DirtyRecords {

    private static final Logger LOG = LoggerFactory.getLogger(DirtyRecords.class);

    private static final long LOGGED_FIRST = 8;

    private final DirtyRecord policy;
    private final long max;
    private final Counter counter;

    private ChangeRecord record;
    private Context context;
    private boolean counted;
    private long count;

    /**
     * @param max how many are tolerated; 0 is any number
     */
    DirtyRecords(DirtyRecord policy, long max, Counter counter) {
        this.policy = policy;
        this.max = max;
        this.counter = counter;
    }

    /** Tells which record is at hand. */
    void begin(ChangeRecord nextRecord, Context nextContext) {
        record = nextRecord;
        context = nextContext;
        counted = false;
    }

    /**
     * To be called with a value that does not become one of the declared type.
     *
     * @param found the value's own type
     * @param nullable whether null can take the value's place
     * @return whether it does; else the record is to be left out
     * @throws IOException if the record is not tolerated
     */
    boolean nullFor(
            String column, Object found, LogicalType wanted, Misfit misfit, boolean nullable)
            throws IOException {
        String problem =
                "The column '"
                        + column
                        + "' holds "
                        + found
                        + ", which does not become "
                        + wanted.asSummaryString()
                        + ": "
                        + misfit.reason();
        if (policy == DirtyRecord.NULL && !nullable) {
            throw failure(problem, "null is not allowed in its place");
        }
        tolerate(problem);
        return policy == DirtyRecord.NULL;
    }

    /**
     * To be called where a record has no value for a column that must have one. The record is to be
     * left out then.
     *
     * @throws IOException if the record is not tolerated
     */
    void missing(String column, LogicalType wanted) throws IOException {
        String problem =
                "The column '"
                        + column
                        + "' is "
                        + wanted.asSummaryString()
                        + " and must not be null, but the record has no value for it: declare it as"
                        + " nullable if records go without it, as those that delete a row do";
        if (policy == DirtyRecord.NULL) {
            throw failure(problem, "null is not allowed in its place");
        }
        tolerate(problem);
    }

    /**
     * To be called with what else is wrong with the record. It is to be left out then.
     *
     * @param problem a sentence without values
     * @throws IOException if the record is not tolerated
     */
    void leaveOut(String problem) throws IOException {
        tolerate(problem);
    }

    private void tolerate(String problem) throws IOException {
        if (policy == DirtyRecord.FAIL) {
            throw failure(problem, "'dirty-record' says what to do with such records");
        }
        if (counted) {
            return;
        }
        counted = true;
        count++;
        counter.inc();
        if (max > 0 && count > max) {
            throw failure(
                    problem,
                    "'dirty-record.max-count' tolerates " + max + ", and this is one more");
        }
        if (count <= LOGGED_FIRST || Long.bitCount(count) == 1) {
            LOG.warn(
                    "Dirty record {} of this reader: {} ({})",
                    count,
                    problem,
                    RecordText.place(record, context));
        }
    }

    private IOException failure(String problem, String reason) {
        return new IOException(
                problem + " (" + RecordText.placeAndKey(record, context) + "); " + reason + '.');
    }
}
