/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.chaos;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * Runs seeds one after the other until all have run or the time is over, tells of each, and exits
 * with 1 if one has failed. See {@code tools/chaos.sh}.
 */
public final class ChaosCommand {

    private static final String USAGE =
            "usage: tools/chaos.sh [--seeds FIRST..LAST | --seeds SEED,SEED,...] [--minutes M]";

    private ChaosCommand() {}

    public static void main(String[] args) {
        List<Long> seeds = LongStream.rangeClosed(1, 200).boxed().collect(Collectors.toList());
        double minutes = Double.MAX_VALUE;
        try {
            for (int i = 0; i < args.length; i += 2) {
                if (args[i].equals("--seeds")) {
                    seeds = seeds(args[i + 1]);
                } else if (args[i].equals("--minutes")) {
                    minutes = Double.parseDouble(args[i + 1]);
                } else {
                    throw new IllegalArgumentException("Unknown option " + args[i]);
                }
            }
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            System.err.println(e.getMessage() + "\n" + USAGE);
            System.exit(2);
        }
        System.exit(run(seeds, minutes) ? 0 : 1);
    }

    private static List<Long> seeds(String text) {
        int dots = text.indexOf("..");
        if (dots >= 0) {
            return LongStream.rangeClosed(
                            Long.parseLong(text.substring(0, dots)),
                            Long.parseLong(text.substring(dots + 2)))
                    .boxed()
                    .collect(Collectors.toList());
        }
        List<Long> seeds = new ArrayList<>();
        for (String seed : text.split(",")) {
            seeds.add(Long.parseLong(seed));
        }
        return seeds;
    }

    private static boolean run(List<Long> seeds, double minutes) {
        long start = System.nanoTime();
        List<Long> failed = new ArrayList<>();
        int done = 0;
        for (long number : seeds) {
            if (secondsSince(start) > minutes * 60) {
                break;
            }
            ChaosSeed seed = new ChaosSeed(number);
            long begin = System.nanoTime();
            String result = "passed";
            try {
                seed.run();
            } catch (Throwable t) {
                result = "FAILED";
                failed.add(number);
                t.printStackTrace();
            }
            done++;
            System.out.printf(
                    "seed %d %s in %.1f s (%s); %d threads, %d MiB of heap in use%n",
                    number,
                    result,
                    secondsSince(begin),
                    seed.kind(),
                    ManagementFactory.getThreadMXBean().getThreadCount(),
                    heapMiB());
        }
        System.out.printf(
                "%d of %d seeds ran in %.1f min, %d failed%n",
                done, seeds.size(), secondsSince(start) / 60, failed.size());
        failed.forEach(seed -> System.out.println("Run it again: " + new ChaosSeed(seed).replay()));
        return failed.isEmpty();
    }

    private static double secondsSince(long nanos) {
        return (System.nanoTime() - nanos) / 1e9;
    }

    /** After a collection, so that what leaks shows. */
    private static long heapMiB() {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        memory.gc();
        return memory.getHeapMemoryUsage().getUsed() >> 20;
    }
}
