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

    /** Having read all there is does not end the reading. */
    private static final long NEVER = Long.MAX_VALUE;

    private static final ReadWindow ALL = new ReadWindow(NO_START, NO_END, NEVER);

    private final long startMillis;
    private final long endMillis;
    private final long caughtUpEndMillis;

    private ReadWindow(long startMillis, long endMillis, long caughtUpEndMillis) {
        this.startMillis = startMillis;
        this.endMillis = endMillis;
        this.caughtUpEndMillis = caughtUpEndMillis;
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
        return new ReadWindow(startMillis, endMillis, endWhenCaughtUp ? Long.MIN_VALUE : NEVER);
    }

    /**
     * The same window, in which having caught up ends the reading of a shard from a time on.
     *
     * @param serviceMillis by the service's clock, in milliseconds since the epoch; {@link
     *     Long#MIN_VALUE} is at once, {@link Long#MAX_VALUE} never
     */
    public ReadWindow endingWhenCaughtUpFrom(long serviceMillis) {
        return new ReadWindow(startMillis, endMillis, serviceMillis);
    }

    public long startMillis() {
        return startMillis;
    }

    public long endMillis() {
        return endMillis;
    }

    /** See {@link #endingWhenCaughtUpFrom}. */
    public long caughtUpEndMillis() {
        return caughtUpEndMillis;
    }

    /**
     * Whether a shard ends here of which all has been read that is there.
     *
     * @param serviceMillis when that was seen, by the service's clock
     */
    public boolean endsWhenCaughtUp(long serviceMillis) {
        return caughtUpEndMillis != NEVER && serviceMillis >= caughtUpEndMillis;
    }

    public boolean hasStart() {
        return startMillis != NO_START;
    }

    public boolean hasEnd() {
        return endMillis != NO_END;
    }

    /** The same window once its first record has been met: nothing is left out any more. */
    public ReadWindow entered() {
        return hasStart() ? new ReadWindow(NO_START, endMillis, caughtUpEndMillis) : this;
    }

    @Override
    public boolean equals(Object o) {
        if (!(o instanceof ReadWindow)) {
            return false;
        }
        ReadWindow that = (ReadWindow) o;
        return startMillis == that.startMillis
                && endMillis == that.endMillis
                && caughtUpEndMillis == that.caughtUpEndMillis;
    }

    @Override
    public int hashCode() {
        return Objects.hash(startMillis, endMillis, caughtUpEndMillis);
    }

    @Override
    public String toString() {
        return "["
                + (hasStart() ? startMillis : "-")
                + ", "
                + (hasEnd() ? endMillis : "-")
                + caughtUpText();
    }

    private String caughtUpText() {
        if (caughtUpEndMillis == NEVER) {
            return ")";
        }
        return caughtUpEndMillis == Long.MIN_VALUE
                ? " or caught up)"
                : " or caught up from " + caughtUpEndMillis + ")";
    }
}
