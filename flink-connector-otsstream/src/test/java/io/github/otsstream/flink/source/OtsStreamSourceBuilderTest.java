/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.source.deserialization.ChangeRecordSchema;
import java.time.Duration;
import org.apache.flink.api.connector.source.Boundedness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests what {@link OtsStreamSourceBuilder} accepts and refuses. */
class OtsStreamSourceBuilderTest {

    @Test
    void onlyASourceWithAStoppingPositionIsBounded() {
        assertThat(complete().build().getBoundedness()).isEqualTo(Boundedness.CONTINUOUS_UNBOUNDED);
        assertThat(complete().stoppingPosition(StoppingPosition.latest()).build().getBoundedness())
                .isEqualTo(Boundedness.BOUNDED);
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThatThrownBy(() -> withoutTable().build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("tableName");
    }

    @Test
    void anEndBeforeTheStartIsRefused() {
        OtsStreamSourceBuilder<ChangeRecord> builder =
                complete()
                        .startingPosition(StartingPosition.timestamp(2_000))
                        .stoppingPosition(StoppingPosition.timestamp(1_000));
        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is before the start");
    }

    /** A time in nanoseconds is one such mistake; it would overflow on its way to the service. */
    @ParameterizedTest
    @ValueSource(longs = {-1, 1_700_000_000_000_000_000L, Long.MAX_VALUE})
    void aTimeThatCannotBeInMillisecondsIsRefused(long millis) {
        assertThatThrownBy(() -> StartingPosition.timestamp(millis))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("start timestamp is in milliseconds since 1970")
                .hasMessageContaining(Long.toString(millis));
        assertThatThrownBy(() -> StoppingPosition.timestamp(millis))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("stop timestamp is in milliseconds since 1970")
                .hasMessageContaining(Long.toString(millis));
    }

    @Test
    void aNegativeDiscoveryIntervalIsRefused() {
        assertThatThrownBy(() -> complete().shardDiscoveryInterval(Duration.ofMillis(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("discovery interval");
    }

    private static OtsStreamSourceBuilder<ChangeRecord> complete() {
        return withoutTable().tableName("orders");
    }

    private static OtsStreamSourceBuilder<ChangeRecord> withoutTable() {
        return OtsStreamSource.<ChangeRecord>builder()
                .endpoint("http://127.0.0.1:8087")
                .instanceName("local")
                .credentials("id", "secret")
                .deserializer(new ChangeRecordSchema());
    }
}
