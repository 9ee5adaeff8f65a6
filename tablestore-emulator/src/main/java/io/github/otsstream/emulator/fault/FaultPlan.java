/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.fault;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.List;

/**
 * Rules for what goes wrong, and the seed that decides where chance does. The n-th request that
 * matches a rule meets the same fate in every run with the same plan. Immutable.
 *
 * <p>In JSON, for instance:
 *
 * <pre>{@code
 * {"seed": 7, "rules": [
 *   {"effect": "LATENCY", "millis": 20, "jitterMillis": 5},
 *   {"effect": "ERROR", "operation": "GetStreamRecord", "probability": 0.1,
 *    "status": 503, "code": "OTSServerBusy", "message": "Server is busy."}]}
 * }</pre>
 */
@JsonAutoDetect(fieldVisibility = JsonAutoDetect.Visibility.ANY)
public final class FaultPlan {

    /** Nothing goes wrong. */
    public static final FaultPlan NONE = new FaultPlan(0, List.of());

    private static final ObjectMapper JSON =
            JsonMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
                    .build();

    private final long seed;
    private final List<FaultRule> rules;

    @JsonCreator
    FaultPlan(@JsonProperty("seed") long seed, @JsonProperty("rules") List<FaultRule> rules) {
        this.seed = seed;
        this.rules = rules == null ? List.of() : List.copyOf(rules);
    }

    /** All effects of every rule that hits a request come together. */
    public static FaultPlan of(long seed, FaultRule... rules) {
        return new FaultPlan(seed, List.of(rules));
    }

    /** This plan with one more rule at its end. */
    public FaultPlan with(FaultRule rule) {
        List<FaultRule> more = new ArrayList<>(rules);
        more.add(rule);
        return new FaultPlan(seed, more);
    }

    /**
     * @throws IllegalArgumentException if the text is no plan, saying where and why
     */
    public static FaultPlan fromJson(String json) {
        try {
            FaultPlan plan = JSON.readValue(json, FaultPlan.class);
            if (plan == null) {
                throw new IllegalArgumentException("A fault plan must be a JSON object");
            }
            return plan;
        } catch (JsonProcessingException e) {
            String where =
                    e.getLocation() == null
                            ? ""
                            : " (line "
                                    + e.getLocation().getLineNr()
                                    + ", column "
                                    + e.getLocation().getColumnNr()
                                    + ")";
            throw new IllegalArgumentException(
                    "Not a valid fault plan: " + e.getOriginalMessage() + where, e);
        }
    }

    public String toJson() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A fault plan always has a JSON form", e);
        }
    }

    long seed() {
        return seed;
    }

    List<FaultRule> rules() {
        return rules;
    }
}
