/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.examples.quickstart;

import io.github.otsstream.examples.ProgressDisplay;
import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.record.OperationType;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import picocli.CommandLine.Help.Ansi;

/**
 * What the quickstart prints: changes, a line each, and what happens around them. Colours are used
 * only where the output is a terminal, and so is a bar of progress, below the lines. Thread-safe.
 *
 * <p>Throws {@link UncheckedIOException} once nobody reads the output any more.
 */
final class Console {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(ZoneId.systemDefault());

    private static final String ERASE_LINE = "\r\u001b[K";

    private final PrintWriter out;
    private final Ansi ansi;
    private final ShardNames shards;
    private boolean barShown;

    Console(PrintWriter out, Ansi ansi, ShardNames shards) {
        this.out = out;
        this.ansi = ansi;
        this.shards = shards;
    }

    /** Prints a line as it is. */
    void line(String text) {
        synchronized (out) {
            eraseBar();
            out.println(text);
            if (out.checkError()) {
                throw new UncheckedIOException(new IOException("The output is closed."));
            }
        }
    }

    /** Shows how much of something is done, until it is closed; one at a time. */
    ProgressDisplay progress(String task) {
        return ansi.enabled()
                ? ProgressDisplay.bar(task, this::drawBar, this::eraseBar)
                : ProgressDisplay.lines(task, this::event);
    }

    private void drawBar(String bar) {
        synchronized (out) {
            out.print('\r' + bar);
            out.flush();
            barShown = true;
        }
    }

    private void eraseBar() {
        synchronized (out) {
            if (barShown) {
                out.print(ERASE_LINE);
                out.flush();
                barShown = false;
            }
        }
    }

    /** Prints what happens around the changes. */
    void event(String text) {
        line(ansi.string("@|bold ==|@ ") + text);
    }

    /**
     * Prints what happens to the table.
     *
     * @param time by the service's clock, as the changes' times are; changes are printed when they
     *     are read, so that earlier ones can follow
     */
    void event(Instant time, String text) {
        line(time(time) + "  " + ansi.string("@|bold ==|@ ") + text);
    }

    /**
     * Prints the last line, whether all went well.
     *
     * @return {@code right}
     */
    boolean verdict(boolean right, String whatWentWell) {
        line(
                right
                        ? ansi.string("@|bold,green OK|@: ") + whatWentWell + "."
                        : ansi.string("@|bold,red FAILED|@: ")
                                + "what was read is not what was written; see above.");
        return right;
    }

    /** Prints a change: time of the write, shard, operation, key, columns. */
    void change(ChangeRecord record) {
        Change change = Change.of(record);
        Instant time = Instant.EPOCH.plus(record.getTimestampMicros(), ChronoUnit.MICROS);
        line(
                time(time)
                        + String.format("  %-4s ", shards.of(record.getShardId()))
                        + coloured(change.operation())
                        + ' '
                        + change.key()
                        + "  "
                        + String.join(", ", change.columns()));
    }

    /** The time of day, to milliseconds. */
    static String time(Instant instant) {
        return TIME.format(instant);
    }

    private String coloured(OperationType operation) {
        String padded = String.format("%-6s", operation);
        switch (operation) {
            case PUT:
                return ansi.string("@|green " + padded + "|@");
            case UPDATE:
                return ansi.string("@|yellow " + padded + "|@");
            default:
                return ansi.string("@|red " + padded + "|@");
        }
    }
}
