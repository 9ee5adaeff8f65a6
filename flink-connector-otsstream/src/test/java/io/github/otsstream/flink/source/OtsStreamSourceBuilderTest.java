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
