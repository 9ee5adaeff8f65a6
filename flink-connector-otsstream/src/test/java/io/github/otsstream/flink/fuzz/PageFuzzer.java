/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.fuzz;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;

/**
 * Checks mutated pages, drawn from a seed. Pages that something new became of are mutated further:
 * each error of its own, and each form of page that is read.
 */
final class PageFuzzer {

    private static final int MAX_CORPUS = 4096;

    /** Larger ones say nothing new, and take longer. */
    private static final int MAX_PAGE = 1000;

    private final SplittableRandom random;
    private final PageMutator mutator;
    private final List<byte[]> seeds;
    private final List<byte[]> corpus = new ArrayList<>();
    private final Set<String> outcomes = new HashSet<>();
    private final Map<String, Long> counts = new TreeMap<>();

    private volatile byte[] page = {};

    PageFuzzer(long seed) throws IOException {
        // It logs every row that it refuses.
        Configurator.setLevel("com.alicloud", Level.OFF);
        random = new SplittableRandom(seed);
        mutator = new PageMutator(random);
        seeds = SeedPages.draw(random);
        for (byte[] valid : seeds) {
            String outcome = check(valid);
            if (!outcome.startsWith("read")) {
                throw new AssertionError("A valid page is " + outcome);
            }
        }
    }

    /**
     * Checks so many pages more.
     *
     * @throws AssertionError if one fails, with the line that checks it again
     */
    void run(long pages) {
        for (long i = 0; i < pages; i++) {
            byte[] mutated = mutator.mutate(pick(), pick());
            String outcome = check(mutated);
            count(outcome);
            if (outcomes.add(outcome) && corpus.size() < MAX_CORPUS && mutated.length < MAX_PAGE) {
                corpus.add(mutated);
            }
        }
    }

    /** How often each kind of outcome came. */
    Map<String, Long> counts() {
        return counts;
    }

    /** How many different outcomes there were. */
    int outcomes() {
        return outcomes.size();
    }

    /** The line that checks the page again that is being checked, or was last. */
    String replay() {
        return "tools/fuzz.sh --page " + Base64.getUrlEncoder().encodeToString(page);
    }

    private String check(byte[] mutated) {
        page = mutated;
        try {
            return PageCheck.check(mutated);
        } catch (Throwable t) {
            throw new AssertionError(t.getMessage() + "\nCheck it again: " + replay(), t);
        }
    }

    private byte[] pick() {
        List<byte[]> from = corpus.isEmpty() || random.nextInt(3) == 0 ? seeds : corpus;
        return from.get(random.nextInt(from.size()));
    }

    /** Pages that are read are one kind, and each reason to refuse one is. */
    private void count(String outcome) {
        int at = outcome.indexOf(" (at byte");
        String kind =
                outcome.startsWith("read") ? "read" : at < 0 ? outcome : outcome.substring(0, at);
        counts.merge(kind, 1L, Long::sum);
    }
}
