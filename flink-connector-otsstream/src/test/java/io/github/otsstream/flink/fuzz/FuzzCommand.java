/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.fuzz;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Base64;
import java.util.concurrent.locks.LockSupport;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;

/**
 * Checks mutated pages from a seed, or one page again, and exits with 1 if one fails. See {@code
 * tools/fuzz.sh}.
 */
public final class FuzzCommand {

    private static final String USAGE = "usage: tools/fuzz.sh [--pages N] [--seed S] | --page PAGE";

    /** Of CPU time; no page takes even a thousandth of it. */
    private static final long LONGEST_PAGE_NANOS = 10_000_000_000L;

    private static final long REPORT_EVERY = 1 << 20;

    private FuzzCommand() {}

    public static void main(String[] args) throws IOException {
        long pages = 1_000_000;
        long seed = 1;
        byte[] page = null;
        try {
            for (int i = 0; i < args.length; i += 2) {
                if (args[i].equals("--pages")) {
                    pages = Long.parseLong(args[i + 1]);
                } else if (args[i].equals("--seed")) {
                    seed = Long.parseLong(args[i + 1]);
                } else if (args[i].equals("--page")) {
                    page = Base64.getUrlDecoder().decode(args[i + 1]);
                } else {
                    throw new IllegalArgumentException("Unknown option " + args[i]);
                }
            }
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            System.err.println(e.getMessage() + "\n" + USAGE);
            System.exit(2);
        }
        try {
            if (page == null) {
                run(seed, pages);
            } else {
                Configurator.setLevel("com.alicloud", Level.OFF);
                System.out.println(PageCheck.check(page));
            }
        } catch (AssertionError e) {
            e.printStackTrace();
            System.exit(1);
        }
    }

    private static void run(long seed, long pages) throws IOException {
        long start = System.nanoTime();
        PageFuzzer fuzzer = new PageFuzzer(seed);
        watch(fuzzer, Thread.currentThread());
        for (long checked = 0; checked < pages; ) {
            long next = Math.min(REPORT_EVERY, pages - checked);
            fuzzer.run(next);
            checked += next;
            System.out.printf(
                    "%,d pages, %,.0f a second, %,d outcomes%n",
                    checked, checked / secondsSince(start), fuzzer.outcomes());
        }
        fuzzer.counts().forEach((kind, count) -> System.out.printf("%,12d %s%n", count, kind));
        System.out.printf(
                "%,d pages of seed %d in %.0f s, %,.0f a second; %,d different outcomes; none failed%n",
                pages, seed, secondsSince(start), pages / secondsSince(start), fuzzer.outcomes());
    }

    /** Ends the process if a page hangs. */
    private static void watch(PageFuzzer fuzzer, Thread worker) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        Thread watchdog =
                new Thread(
                        () -> {
                            String page = null;
                            long since = 0;
                            while (true) {
                                long cpu = threads.getThreadCpuTime(worker.getId());
                                String now = fuzzer.replay();
                                if (!now.equals(page)) {
                                    page = now;
                                    since = cpu;
                                } else if (cpu - since > LONGEST_PAGE_NANOS) {
                                    System.err.println("A page hangs. Check it again: " + page);
                                    Runtime.getRuntime().halt(1);
                                }
                                LockSupport.parkNanos(1_000_000_000L);
                            }
                        },
                        "watchdog");
        watchdog.setDaemon(true);
        watchdog.start();
    }

    private static double secondsSince(long nanos) {
        return (System.nanoTime() - nanos) / 1e9;
    }
}
