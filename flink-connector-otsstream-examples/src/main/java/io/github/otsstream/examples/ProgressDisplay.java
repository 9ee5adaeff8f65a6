/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.examples;

import java.util.function.Consumer;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Shows how much of something is done: as a bar that is drawn over and over in a terminal, and as a
 * line for each tenth where the output is a file or another program. Used by one thread.
 */
public abstract class ProgressDisplay implements AutoCloseable {

    private static final int PARTS = 1_000;
    private static final int BAR_WIDTH = 72;
    private static final int REDRAW_MILLIS = 200;
    private static final int PERCENT_PER_LINE = 10;

    /** For the process' output, which nothing else is written to meanwhile. */
    public static ProgressDisplay onConsole(String task) {
        return System.console() == null
                ? lines(task, System.out::println)
                : bar(task, bar -> System.out.print('\r' + bar), System.out::println);
    }

    /**
     * A bar.
     *
     * @param redraw given the bar each time that it is to be drawn again, on another thread
     * @param end called after the last time
     */
    public static ProgressDisplay bar(String task, Consumer<String> redraw, Runnable end) {
        return new Bar(task, redraw, end);
    }

    /** Lines. */
    public static ProgressDisplay lines(String task, Consumer<String> line) {
        return new Lines(task, line);
    }

    /**
     * Something was done.
     *
     * @param part how much in all, from 0 to 1
     */
    public abstract void show(double part);

    @Override
    public abstract void close();

    private static final class Bar extends ProgressDisplay {
        private final ProgressBar bar;
        private final Runnable end;

        private Bar(String task, Consumer<String> redraw, Runnable end) {
            this.end = end;
            // Drawn each time, changed or not: where the library draws changes only, it takes one
            // that happens while it draws for drawn.
            bar =
                    new ProgressBarBuilder()
                            .setTaskName(task)
                            .setInitialMax(PARTS)
                            .setUnit(" %", PARTS / 100)
                            .setStyle(ProgressBarStyle.ASCII)
                            .setUpdateIntervalMillis(REDRAW_MILLIS)
                            .continuousUpdate()
                            .setConsumer(new DelegatingProgressBarConsumer(redraw, BAR_WIDTH))
                            .build();
        }

        @Override
        public void show(double part) {
            bar.stepTo(Math.round(part * PARTS));
        }

        @Override
        public void close() {
            bar.close();
            end.run();
        }
    }

    private static final class Lines extends ProgressDisplay {
        private final String task;
        private final Consumer<String> line;
        private int shown;

        private Lines(String task, Consumer<String> line) {
            this.task = task;
            this.line = line;
        }

        @Override
        public void show(double part) {
            int percent = (int) (part * 100) / PERCENT_PER_LINE * PERCENT_PER_LINE;
            if (percent > shown) {
                shown = percent;
                line.accept(task + ": " + percent + " %");
            }
        }

        @Override
        public void close() {}
    }
}
