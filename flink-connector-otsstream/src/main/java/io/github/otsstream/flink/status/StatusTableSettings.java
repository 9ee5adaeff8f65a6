/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.status;

import java.io.Serializable;
import java.time.Duration;
import java.util.Objects;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.DescribedEnum;
import org.apache.flink.configuration.description.InlineElement;
import org.apache.flink.configuration.description.TextElement;

/**
 * Which table mirrors a job's progress, in the layout of DataX and DataWorks, and how. Immutable;
 * each {@code with} method returns a changed copy.
 */
@PublicEvolving
public final class StatusTableSettings implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final Duration MAX_INTERVAL = Duration.ofDays(1);

    /** When the end of a window begins to count for other jobs. */
    @PublicEvolving
    public enum Commit implements DescribedEnum {
        /**
         * When a checkpoint has completed that holds everything up to the end: everything before it
         * has been processed then. In a job without checkpoints the end is never written.
         */
        CHECKPOINT("When a checkpoint has completed that holds everything up to the end."),
        /**
         * When everything up to the end has been read, as DataX does it; where the job fails after
         * that, its sink can lack what the status table says was read.
         */
        READ("When everything up to the end has been read, as DataX does it.");

        private final String description;

        Commit(String description) {
            this.description = description;
        }

        @Override
        public InlineElement getDescription() {
            return TextElement.text(description);
        }
    }

    private final String tableName;
    private final boolean required;
    private final Commit commit;
    private final Duration interval;

    private StatusTableSettings(
            String tableName, boolean required, Commit commit, Duration interval) {
        this.tableName = tableName;
        this.required = required;
        this.commit = commit;
        this.interval = interval;
    }

    /**
     * Mirrors into a table of the same instance, which is created if it does not exist. A write
     * that fails costs a line in the log; an end counts after a checkpoint; time points are written
     * once a minute at most.
     */
    public static StatusTableSettings of(String tableName) {
        if (tableName.trim().isEmpty()) {
            throw new IllegalArgumentException("The status table needs a name.");
        }
        return new StatusTableSettings(tableName, false, Commit.CHECKPOINT, Duration.ofMinutes(1));
    }

    /**
     * Whether a write that fails, after its retries, fails the job, and a bounded job ends only
     * when its end is written.
     */
    public StatusTableSettings withRequired(boolean isRequired) {
        return new StatusTableSettings(tableName, isRequired, commit, interval);
    }

    /** When the end of a bounded job's window counts for other jobs. */
    public StatusTableSettings withCommit(Commit when) {
        return new StatusTableSettings(
                tableName, required, Objects.requireNonNull(when, "commit"), interval);
    }

    /** The least time between two writes of time points, from zero to one day. */
    public StatusTableSettings withInterval(Duration least) {
        if (least.isNegative() || least.compareTo(MAX_INTERVAL) > 0) {
            throw new IllegalArgumentException(
                    "The interval between writes to the status table is from zero to one day: "
                            + least);
        }
        return new StatusTableSettings(tableName, required, commit, least);
    }

    /** Returns the name of the status table, never empty. */
    public String getTableName() {
        return tableName;
    }

    /** Returns whether a write that fails, after its retries, fails the job. */
    public boolean isRequired() {
        return required;
    }

    /** Returns when the end of a bounded job's window counts for other jobs. */
    public Commit getCommit() {
        return commit;
    }

    /** Returns the least time between two writes of time points. */
    public Duration getInterval() {
        return interval;
    }

    @Override
    public String toString() {
        return "status table "
                + tableName
                + (required ? ", required" : "")
                + ", committed at "
                + commit;
    }
}
