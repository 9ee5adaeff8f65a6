/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.fault;

import io.github.otsstream.emulator.ServiceException;
import io.github.otsstream.emulator.stream.EmptyPage;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Decides for each request what goes wrong with it, by the present plan. Setting a plan starts its
 * counts anew. Thread-safe.
 */
public final class FaultInjector {

    private FaultPlan plan;
    private long[] matches;
    private long[] hits;

    public FaultInjector(FaultPlan plan) {
        plan(plan);
    }

    public synchronized FaultPlan plan() {
        return plan;
    }

    public synchronized void plan(FaultPlan newPlan) {
        plan = newPlan;
        matches = new long[newPlan.rules().size()];
        hits = new long[newPlan.rules().size()];
    }

    /**
     * @param shard the shard the request names, or null
     */
    public synchronized Fault next(String operation, String shard) {
        List<FaultRule> rules = plan.rules();
        if (rules.isEmpty()) {
            return Fault.NONE;
        }
        Collected collected = new Collected();
        for (int i = 0; i < rules.size(); i++) {
            FaultRule rule = rules.get(i);
            if (!rule.matches(operation, shard)) {
                continue;
            }
            long match = matches[i]++;
            if (match < rule.skip() || hits[i] >= rule.times()) {
                continue;
            }
            // Drawn from the match's number, so that other rules' requests do not shift the draw.
            SplittableRandom random =
                    new SplittableRandom(plan.seed() * 31 + i * 1_000_003L + match);
            if (random.nextDouble() < rule.probability()) {
                hits[i]++;
                collected.add(rule, random);
            }
        }
        return collected.toFault();
    }

    /** The effects of several rules on one request. */
    private static final class Collected {
        long latencyMillis;
        ServiceException error;
        boolean dropBefore;
        boolean dropAfter;
        boolean truncated;
        boolean corrupted;
        EmptyPage emptyPage;
        Duration clockStep = Duration.ZERO;
        ServiceException rowError;
        int everyRow = 1;

        void add(FaultRule rule, SplittableRandom random) {
            switch (rule.effect()) {
                case LATENCY:
                    latencyMillis += rule.millis() + random.nextLong(rule.jitterMillis() + 1);
                    break;
                case ERROR:
                    error = new ServiceException(rule.status(), rule.code(), rule.message());
                    break;
                case ROW_ERROR:
                    rowError = new ServiceException(rule.status(), rule.code(), rule.message());
                    everyRow = rule.every();
                    break;
                case DROP_BEFORE:
                    dropBefore = true;
                    break;
                case DROP_AFTER:
                    dropAfter = true;
                    break;
                case TRUNCATE_BODY:
                    truncated = true;
                    break;
                case CORRUPT_BODY:
                    corrupted = true;
                    break;
                case EMPTY_PAGE:
                    emptyPage = rule.emptyPage();
                    break;
                case CLOCK_STEP:
                    clockStep = clockStep.plusMillis(rule.millis());
                    break;
                default:
                    throw new IllegalStateException("Unknown effect " + rule.effect());
            }
        }

        Fault toFault() {
            return new Fault(
                    latencyMillis,
                    error,
                    dropBefore,
                    dropAfter,
                    truncated,
                    corrupted,
                    emptyPage,
                    clockStep,
                    rowError,
                    everyRow);
        }
    }
}
