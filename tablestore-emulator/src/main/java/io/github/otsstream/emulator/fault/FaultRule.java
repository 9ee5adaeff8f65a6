/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.fault;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.otsstream.emulator.stream.EmptyPage;
import java.util.Objects;

/**
 * One kind of fault and the requests it hits: those of an operation and a shard (each may be left
 * open), from the {@code skip}-th matching request on, at most {@code times} of them, each with
 * {@code probability}. Immutable.
 */
@JsonAutoDetect(
        fieldVisibility = JsonAutoDetect.Visibility.ANY,
        getterVisibility = JsonAutoDetect.Visibility.NONE,
        isGetterVisibility = JsonAutoDetect.Visibility.NONE)
@JsonInclude(JsonInclude.Include.NON_NULL)
public final class FaultRule {

    /** What happens to a request that a rule hits. */
    public enum Effect {
        /**
         * The request waits {@code millis}, and up to {@code jitterMillis} more, before it runs.
         */
        LATENCY,
        /** The answer is {@code status}, {@code code} and {@code message}; nothing runs. */
        ERROR,
        /** The connection is closed; nothing runs. */
        DROP_BEFORE,
        /** The operation runs and the connection is closed without an answer. */
        DROP_AFTER,
        /** The connection is closed in the middle of the answer's body. */
        TRUNCATE_BODY,
        /** Bytes of the answer's body are changed, its checksum header is not. */
        CORRUPT_BODY,
        /** GetStreamRecord answers without records, as {@code emptyPage} says. */
        EMPTY_PAGE,
        /**
         * BatchGetRow answers every {@code every}-th row, from the first on, with {@code code} and
         * {@code message} instead of reading it.
         */
        ROW_ERROR,
        /** The service's clock moves by {@code millis}, backwards if negative. */
        CLOCK_STEP
    }

    private final String operation;
    private final String shard;
    private final Effect effect;
    private final long skip;
    private final Long times;
    private final double probability;
    private final Long millis;
    private final Long jitterMillis;
    private final Integer status;
    private final String code;
    private final String message;
    private final EmptyPage emptyPage;
    private final Integer every;

    @JsonCreator
    FaultRule(
            @JsonProperty("operation") String operation,
            @JsonProperty("shard") String shard,
            @JsonProperty(value = "effect", required = true) Effect effect,
            @JsonProperty("skip") Long skip,
            @JsonProperty("times") Long times,
            @JsonProperty("probability") Double probability,
            @JsonProperty("millis") Long millis,
            @JsonProperty("jitterMillis") Long jitterMillis,
            @JsonProperty("status") Integer status,
            @JsonProperty("code") String code,
            @JsonProperty("message") String message,
            @JsonProperty("emptyPage") EmptyPage emptyPage,
            @JsonProperty("every") Integer every) {
        this.operation = operation;
        this.shard = shard;
        this.effect = Objects.requireNonNull(effect, "A fault rule needs an effect");
        this.skip = skip == null ? 0 : skip;
        this.times = times;
        this.probability = probability == null ? 1 : probability;
        this.millis = millis;
        this.jitterMillis = jitterMillis;
        this.status = status;
        this.code = code;
        this.message = message;
        this.emptyPage = emptyPage;
        this.every = every;
        check();
    }

    private void check() {
        if (skip < 0 || times != null && times < 0) {
            throw new IllegalArgumentException("skip and times must not be negative");
        }
        if (!(probability >= 0 && probability <= 1)) {
            throw new IllegalArgumentException(
                    "probability must be between 0 and 1, but is " + probability);
        }
        switch (effect) {
            case LATENCY:
                if (millis == null || millis < 0 || jitterMillis != null && jitterMillis < 0) {
                    throw new IllegalArgumentException(
                            "LATENCY needs millis, and neither they nor jitterMillis may be"
                                    + " negative");
                }
                break;
            case CLOCK_STEP:
                if (millis == null) {
                    throw new IllegalArgumentException("CLOCK_STEP needs millis");
                }
                break;
            case ERROR:
                if (status == null || status < 300 || status > 599 || code == null) {
                    throw new IllegalArgumentException(
                            "ERROR needs a status from 300 to 599 and a code");
                }
                break;
            case ROW_ERROR:
                if (code == null || every == null || every < 1) {
                    throw new IllegalArgumentException(
                            "ROW_ERROR needs a code, and every, at least 1");
                }
                break;
            default:
                break;
        }
    }

    /** A rule for all requests; narrow it down with the {@code on} methods. */
    private static FaultRule of(Effect effect) {
        return new FaultRule(
                null, null, effect, null, null, null, null, null, null, null, null, null, null);
    }

    public static FaultRule latency(long millis) {
        return latency(millis, 0);
    }

    /** A delay of {@code millis} and up to {@code jitterMillis} more. */
    public static FaultRule latency(long millis, long jitterMillis) {
        return new FaultRule(
                null,
                null,
                Effect.LATENCY,
                null,
                null,
                null,
                millis,
                jitterMillis,
                null,
                null,
                null,
                null,
                null);
    }

    /** An error answer of the service, for example 503 and OTSServerBusy. */
    public static FaultRule error(int status, String code, String message) {
        return new FaultRule(
                null,
                null,
                Effect.ERROR,
                null,
                null,
                null,
                null,
                null,
                status,
                code,
                message,
                null,
                null);
    }

    public static FaultRule dropBefore() {
        return of(Effect.DROP_BEFORE);
    }

    public static FaultRule dropAfter() {
        return of(Effect.DROP_AFTER);
    }

    public static FaultRule truncateBody() {
        return of(Effect.TRUNCATE_BODY);
    }

    public static FaultRule corruptBody() {
        return of(Effect.CORRUPT_BODY);
    }

    /** GetStreamRecord finds nothing. */
    public static FaultRule emptyPage(EmptyPage page) {
        return new FaultRule(
                "GetStreamRecord",
                null,
                Effect.EMPTY_PAGE,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                page,
                null);
    }

    public static FaultRule clockStep(long millis) {
        return new FaultRule(
                null,
                null,
                Effect.CLOCK_STEP,
                null,
                null,
                null,
                millis,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    /**
     * BatchGetRow answers every {@code every}-th row of a request, the first one included, with an
     * error.
     */
    public static FaultRule rowError(int every, String code, String message) {
        return new FaultRule(
                "BatchGetRow",
                null,
                Effect.ROW_ERROR,
                null,
                null,
                null,
                null,
                null,
                null,
                code,
                message,
                null,
                every);
    }

    /** Only requests of this operation, for example {@code GetStreamRecord}. */
    public FaultRule onOperation(String name) {
        return copy(name, shard, skip, times, probability);
    }

    /** Only GetShardIterator and GetStreamRecord requests of this shard. */
    public FaultRule onShard(String shardId) {
        return copy(operation, shardId, skip, times, probability);
    }

    /** Lets the first {@code requests} matching ones pass. */
    public FaultRule afterSkipping(long requests) {
        return copy(operation, shard, requests, times, probability);
    }

    /** Hits at most this many requests. */
    public FaultRule times(long requests) {
        return copy(operation, shard, skip, requests, probability);
    }

    /** Hits each matching request with this probability. */
    public FaultRule withProbability(double chance) {
        return copy(operation, shard, skip, times, chance);
    }

    private FaultRule copy(String onOperation, String onShard, long from, Long most, double odds) {
        return new FaultRule(
                onOperation,
                onShard,
                effect,
                from,
                most,
                odds,
                millis,
                jitterMillis,
                status,
                code,
                message,
                emptyPage,
                every);
    }

    boolean matches(String requestOperation, String requestShard) {
        return (operation == null || operation.equals(requestOperation))
                && (shard == null || shard.equals(requestShard));
    }

    Effect effect() {
        return effect;
    }

    long skip() {
        return skip;
    }

    long times() {
        return times == null ? Long.MAX_VALUE : times;
    }

    double probability() {
        return probability;
    }

    long millis() {
        return millis == null ? 0 : millis;
    }

    long jitterMillis() {
        return jitterMillis == null ? 0 : jitterMillis;
    }

    /** 0 if there is none: an error of a row has no status of its own. */
    int status() {
        return status == null ? 0 : status;
    }

    String code() {
        return code;
    }

    String message() {
        return message == null ? "Injected by a fault rule." : message;
    }

    EmptyPage emptyPage() {
        return emptyPage == null ? EmptyPage.CAUGHT_UP : emptyPage;
    }

    int every() {
        return every;
    }
}
