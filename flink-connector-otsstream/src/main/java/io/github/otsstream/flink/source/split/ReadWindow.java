/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.split;

import java.util.Objects;
import org.apache.flink.annotation.Internal;

/**
 * The part of a shard that is to be read, in milliseconds of the records' sequence time.
 *
 * <p>Both ends are found in the order of the log, not by each record's time: everything before the
 * <em>first</em> record at or after the start is left out, and everything from the <em>first</em>
 * record at or after the end. The service's clocks differ a little between machines; this way
 * adjacent windows still hold every record exactly once.
 *
 * <p>Immutable.
 */
@Internal
public final class ReadWindow {

    /** A start that leaves out nothing. */
    public static final long NO_START = Long.MIN_VALUE;

    /** An end that is never reached. */
    public static final long NO_END = Long.MAX_VALUE;

    private static final ReadWindow ALL = new ReadWindow(NO_START, NO_END, false);

    private final long startMillis;
    private final long endMillis;
    private final boolean endWhenCaughtUp;

    private ReadWindow(long startMillis, long endMillis, boolean endWhenCaughtUp) {
        this.startMillis = startMillis;
        this.endMillis = endMillis;
        this.endWhenCaughtUp = endWhenCaughtUp;
    }

    /** Everything, for ever. */
    public static ReadWindow all() {
        return ALL;
    }

    /**
     * @param startMillis inclusive, or {@link #NO_START}
     * @param endMillis exclusive, or {@link #NO_END}
     * @param endWhenCaughtUp whether reading also ends where nothing more is there for now
     */
    public static ReadWindow of(long startMillis, long endMillis, boolean endWhenCaughtUp) {
        return new ReadWindow(startMillis, endMillis, endWhenCaughtUp);
    }

    public long startMillis() {
        return startMillis;
    }

    public long endMillis() {
        return endMillis;
    }

    public boolean endWhenCaughtUp() {
        return endWhenCaughtUp;
    }

    public boolean hasStart() {
        return startMillis != NO_START;
    }

    public boolean hasEnd() {
        return endMillis != NO_END;
    }

    /** The same window once its first record has been met: nothing is left out any more. */
    public ReadWindow entered() {
        return hasStart() ? new ReadWindow(NO_START, endMillis, endWhenCaughtUp) : this;
    }

    @Override
    public boolean equals(Object o) {
        if (!(o instanceof ReadWindow)) {
            return false;
        }
        ReadWindow that = (ReadWindow) o;
        return startMillis == that.startMillis
                && endMillis == that.endMillis
                && endWhenCaughtUp == that.endWhenCaughtUp;
    }

    @Override
    public int hashCode() {
        return Objects.hash(startMillis, endMillis, endWhenCaughtUp);
    }

    @Override
    public String toString() {
        return "["
                + (hasStart() ? startMillis : "-")
                + ", "
                + (hasEnd() ? endMillis : "-")
                + (endWhenCaughtUp ? " or caught up)" : ")");
    }
}
