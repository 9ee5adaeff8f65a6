/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.source.deserialization.ChangeRecordSchema;
import io.github.otsstream.flink.source.reader.FetchSettings;
import io.github.otsstream.flink.source.reader.RateLimit;
import io.github.otsstream.flink.source.reader.RowLookup;
import io.github.otsstream.flink.source.reader.TrimmedData;
import io.github.otsstream.flink.status.StatusTableSettings;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.util.InstantiationUtil;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
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
        OtsStreamSourceBuilder<ChangeRecord> empty =
                OtsStreamSource.<ChangeRecord>builder().tableName("orders");
        assertThatThrownBy(empty::build).hasMessageContaining("deserializer");
        empty.deserializer(new ChangeRecordSchema());
        assertThatThrownBy(empty::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("endpoint");
        empty.endpoint("http://127.0.0.1:8087");
        assertThatThrownBy(empty::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("instance");
        empty.instanceName("local");
        assertThatThrownBy(empty::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("credentials");
    }

    @Test
    void aStartFromTheStatusTableNeedsItsName() {
        for (StartingPosition start :
                List.of(StartingPosition.lastRun(), StartingPosition.statusTable(1_000))) {
            assertThatThrownBy(() -> complete().startingPosition(start).build())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(start.toString())
                    .hasMessageContaining("needs a value for statusTable");
        }
        assertThatThrownBy(() -> complete().statusTable(StatusTableSettings.of("orders")).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("can't be its own status table");
    }

    @Test
    void theDefaultsAreThoseThatAreDocumented() {
        OtsStreamSourceBuilder<ChangeRecord> builder = complete();
        assertThat(builder.timeSeries).isFalse();
        assertThat(builder.start).isEqualTo(StartingPosition.earliest());
        assertThat(builder.stop).isEqualTo(StoppingPosition.never());
        assertThat(builder.discoveryInterval).isEqualTo(Duration.ofSeconds(30));
        assertThat(builder.trimmedData).isEqualTo(TrimmedData.FAIL);
        assertThat(builder.retryPolicy.getMaxRetries()).isEqualTo(30);
        assertThat(builder.rateLimit.isLimited()).isFalse();
        assertThat(builder.watermarkClockMargin).isNull();
        assertThat(builder.statusTable).isNull();
        FetchSettings fetch = builder.fetchSettings;
        assertThat(fetch.getRecordsPerRequest()).isEqualTo(1_000);
        assertThat(fetch.getMaxRequestsInFlight()).isEqualTo(64);
        assertThat(fetch.getMaxBufferedBytes()).isEqualTo(MemorySize.ofMebiBytes(64));
        assertThat(fetch.getMinIdleInterval()).isEqualTo(Duration.ofMillis(50));
        assertThat(fetch.getMaxIdleInterval()).isEqualTo(Duration.ofMillis(500));
    }

    @Test
    void valuesThatMakeNoSenseAreRefused() {
        FetchSettings fetch = FetchSettings.defaults();
        RateLimit limit = RateLimit.none();
        List<ThrowingCallable> refused =
                List.of(
                        () -> fetch.withRecordsPerRequest(0),
                        () -> fetch.withMaxRequestsInFlight(0),
                        () -> fetch.withMaxBufferedBytes(MemorySize.ZERO),
                        () -> fetch.withIdleInterval(Duration.ZERO, Duration.ofSeconds(1)),
                        () -> fetch.withIdleInterval(Duration.ofMillis(2), Duration.ofMillis(1)),
                        () -> limit.withRecordsPerSecond(0),
                        () -> limit.withRecordsPerSecond(Double.NaN),
                        () -> limit.withBytesPerSecond(-1),
                        () -> complete().sourceWatermarks(Duration.ofMillis(-1)),
                        () -> complete().maxRetries(-1),
                        () -> complete().startingPosition(null));
        assertThat(refused)
                .allSatisfy(
                        call ->
                                assertThatThrownBy(call)
                                        .isInstanceOfAny(
                                                IllegalArgumentException.class,
                                                NullPointerException.class));
    }

    /** A job's description travels to the cluster, with all that was set. */
    @Test
    void theSourceIsSerializable() throws Exception {
        OtsStreamSource<ChangeRecord> source =
                complete()
                        .rateLimit(RateLimit.none().withBytesPerSecond(7))
                        .sourceWatermarks(Duration.ofMinutes(5))
                        .startingPosition(StartingPosition.timestamp(5).orEarliest())
                        .stoppingPosition(StoppingPosition.timestamp(7).waitForEnd())
                        .build();

        assertThat(InstantiationUtil.clone(source)).hasToString(source.toString());
        assertThat(source.toString()).doesNotContain("secret");
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

    @Test
    void onlyABoundedSourceHasALimit() {
        assertThatThrownBy(() -> complete().limit(10).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("limit of 10 elements needs a stoppingPosition");
        assertThatThrownBy(() -> complete().limit(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("positive");
        assertThatThrownBy(
                        () ->
                                complete()
                                        .limit(10)
                                        .stoppingPosition(StoppingPosition.latest())
                                        .statusTable(StatusTableSettings.of("status"))
                                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("which the status table would take for the window's end");
        assertThat(complete().limit(10).stoppingPosition(StoppingPosition.latest()).build())
                .isNotNull();
    }

    @Test
    void rowsOfATimeSeriesTableAreNotLookedUp() {
        assertThatThrownBy(
                        () ->
                                complete()
                                        .timeSeries(true)
                                        .rowLookup(RowLookup.ofWholeRows())
                                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("time-series table orders");
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
