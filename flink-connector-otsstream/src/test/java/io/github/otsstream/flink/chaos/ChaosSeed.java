/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.chaos;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.flink.util.FileUtils;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A seed, which decides everything that a run draws: which kind of run it is, what is written, and
 * what goes wrong when.
 */
final class ChaosSeed {

    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final long seed;

    ChaosSeed(long seed) {
        this.seed = seed;
    }

    /** What kind of run it is. */
    String kind() {
        switch ((int) Math.floorMod(seed, 10L)) {
            case 3:
            case 6:
            case 9:
                return "continuous, with SQL";
            case 5:
            case 0:
                return "windows";
            default:
                return "continuous";
        }
    }

    private ChaosRun open(Path directory) throws Exception {
        return kind().equals("windows")
                ? new WindowsRun(seed, directory)
                : new ContinuousRun(seed, directory, kind().endsWith("SQL"));
    }

    /**
     * Runs the seed.
     *
     * @throws AssertionError if something was not as it must be, with the line that runs it again,
     *     and all that happened
     */
    void run() throws Exception {
        Leftovers leftovers = new Leftovers();
        Path directory = Files.createTempDirectory("chaos");
        try {
            try (ChaosRun run = open(directory)) {
                try {
                    run.run();
                } catch (Throwable t) {
                    throw new AssertionError(
                            "Seed "
                                    + seed
                                    + " ("
                                    + kind()
                                    + ") failed: "
                                    + t.getMessage()
                                    + "\nRun it again: "
                                    + replay()
                                    + "\n"
                                    + run.course(),
                            t);
                }
            }
            awaitNoThreads(leftovers);
        } finally {
            FileUtils.deleteDirectoryQuietly(directory.toFile());
        }
    }

    /** The command that runs this seed again. */
    String replay() {
        return "tools/chaos.sh --seeds " + seed;
    }

    private void awaitNoThreads(Leftovers leftovers) {
        try {
            Awaitility.await()
                    .atMost(PATIENCE)
                    .pollInSameThread()
                    .until(() -> leftovers.threads().isEmpty());
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(
                    "Seed "
                            + seed
                            + " ("
                            + kind()
                            + ") left threads behind: "
                            + leftovers.threads()
                            + "\nRun it again: "
                            + replay(),
                    e);
        }
    }
}
