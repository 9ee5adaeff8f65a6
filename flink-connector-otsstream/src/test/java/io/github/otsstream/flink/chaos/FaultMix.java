/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.chaos;

import io.github.otsstream.emulator.fault.FaultPlan;
import io.github.otsstream.emulator.fault.FaultRule;
import io.github.otsstream.emulator.stream.EmptyPage;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Draws what goes wrong with requests for a while: one kind of fault alone, or several together.
 * Every rule ends after a number of requests, so that a job gets through in the end. None hits what
 * the table is written with, but for errors with which nothing is written.
 */
final class FaultMix {

    private static final List<String> READS =
            List.of("ListStream", "DescribeStream", "GetShardIterator", "GetStreamRecord");

    private static final List<FaultRule> ERRORS =
            List.of(
                    FaultRule.error(503, "OTSServerBusy", "Busy."),
                    FaultRule.error(503, "OTSPartitionUnavailable", "Moving."),
                    FaultRule.error(503, "OTSTimeout", "Too slow."),
                    FaultRule.error(408, "OTSRequestTimeout", "Too slow."),
                    FaultRule.error(503, "OTSServerUnavailable", "Away."),
                    FaultRule.error(500, "OTSInternalServerError", "Oops."),
                    FaultRule.error(404, "OTSTableNotReady", "Not ready."),
                    FaultRule.error(409, "OTSRowOperationConflict", "Conflict."),
                    FaultRule.error(502, "BadGateway", "Something in front of the service."));

    private static final List<FaultRule> THROTTLES =
            List.of(
                    FaultRule.error(403, "OTSQuotaExhausted", "Quota."),
                    FaultRule.error(403, "OTSNotEnoughCapacityUnit", "Capacity."),
                    FaultRule.error(403, "OTSCapacityUnitExhausted", "Exhausted."),
                    FaultRule.error(429, "OTSFlowControl", "Slow down."));

    private final Random random;
    private final boolean honest;
    private final boolean trimming;
    private final long requestTimeoutMillis;
    private final List<String> names = new ArrayList<>();
    private final List<FaultRule> rules = new ArrayList<>();

    private FaultMix(Random random, boolean honest, boolean trimming, long requestTimeoutMillis) {
        this.random = random;
        this.honest = honest;
        this.trimming = trimming;
        this.requestTimeoutMillis = requestTimeoutMillis;
    }

    /**
     * Draws a mix.
     *
     * @param honest whether no empty page may say that there is nothing where there is something
     * @param trimming whether iterators may be said to be trimmed that are not
     */
    static FaultMix draw(
            Random random, boolean honest, boolean trimming, long requestTimeoutMillis) {
        FaultMix mix = new FaultMix(random, honest, trimming, requestTimeoutMillis);
        int kinds = random.nextInt(3) == 0 ? 1 : 1 + random.nextInt(5);
        for (int i = 0; i < kinds; i++) {
            mix.addKind(random.nextInt(12));
        }
        return mix;
    }

    private void addKind(int kind) {
        switch (kind) {
            case 0:
            case 1:
                add("errors", any(ERRORS), 0.3, 10);
                add("errors", any(ERRORS), 0.1, 10);
                break;
            case 2:
                add("throttling", any(THROTTLES), 0.1, 3);
                break;
            case 3:
                add("latency", FaultRule.latency(10, 60), 0.5, 400);
                break;
            case 4:
                add("latency spikes", FaultRule.latency(requestTimeoutMillis + 300), 0.05, 2);
                break;
            case 5:
                add("lost requests", FaultRule.dropBefore(), 0.2, 10);
                break;
            case 6:
                add("lost responses", FaultRule.dropAfter(), 0.2, 10);
                break;
            case 7:
                add("truncated bodies", FaultRule.truncateBody(), 0.2, 10);
                break;
            case 8:
                add("corrupted bodies", FaultRule.corruptBody(), 0.2, 10);
                break;
            case 9:
                names.add("empty pages");
                rules.add(emptyPages());
                break;
            case 10:
                if (!trimming) {
                    add("latency", FaultRule.latency(10, 60), 0.5, 400);
                    break;
                }
                names.add("trimmed iterators");
                rules.add(
                        FaultRule.error(404, "OTSTrimmedDataAccess", "Already trimmed.")
                                .onOperation("GetStreamRecord")
                                .withProbability(0.05)
                                .times(4));
                break;
            default:
                names.add("failing lookups and writes");
                rules.add(any(ERRORS).onOperation("BatchGetRow").withProbability(0.2).times(10));
                rules.add(
                        FaultRule.rowError(2, "OTSServerBusy", "Busy.")
                                .withProbability(0.2)
                                .times(10));
                rules.add(
                        FaultRule.error(503, "OTSServerBusy", "Busy.")
                                .onOperation("PutRow")
                                .withProbability(0.1)
                                .times(5));
        }
    }

    private FaultRule emptyPages() {
        EmptyPage page =
                honest
                        ? EmptyPage.MORE_FOLLOWS
                        : EmptyPage.values()[random.nextInt(EmptyPage.values().length)];
        return FaultRule.emptyPage(page).withProbability(0.3).times(60);
    }

    /** Hits all reads of the stream, or one operation. */
    private void add(String name, FaultRule rule, double most, int times) {
        names.add(name);
        FaultRule limited =
                rule.withProbability(most * random.nextDouble())
                        .times(1 + random.nextInt(times))
                        .afterSkipping(random.nextInt(4));
        if (random.nextInt(3) == 0) {
            rules.add(limited.onOperation(any(READS)));
        } else {
            READS.forEach(operation -> rules.add(limited.onOperation(operation)));
        }
    }

    private <T> T any(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    FaultPlan plan() {
        return FaultPlan.of(random.nextLong() >> 16, rules.toArray(new FaultRule[0]));
    }

    @Override
    public String toString() {
        return String.join(" and ", names);
    }
}
