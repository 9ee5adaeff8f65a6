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
import java.lang.reflect.Method;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.util.InstantiationUtil;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

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

    private static final Duration AGES = Duration.ofDays(300_000_000_000L);

    private static Stream<Arguments> refusedValues() {
        FetchSettings fetch = FetchSettings.defaults();
        RateLimit limit = RateLimit.none();
        StatusTableSettings status = StatusTableSettings.of("status");
        Duration second = Duration.ofSeconds(1);
        return Stream.of(
                refused("endpoint", "endpoint is missing", () -> complete().endpoint(null).build()),
                refused(
                        "endpoint",
                        "must begin with https:// or http://",
                        () -> complete().endpoint("ftp://127.0.0.1").build()),
                refused(
                        "endpoint",
                        "in clear",
                        () -> complete().endpoint("http://shop.example.com").build()),
                refused(
                        "instanceName",
                        "instance name",
                        () -> complete().instanceName(null).build()),
                refused(
                        "instanceName",
                        "instance name 'my shop'",
                        () -> complete().instanceName("my shop").build()),
                refused("tableName", "tableName", () -> complete().tableName(null)),
                refused("tableName", "tableName", () -> complete().tableName(" ").build()),
                refused(
                        "credentials",
                        "access key id is missing",
                        () -> complete().credentials("", "secret")),
                refused(
                        "credentials",
                        "secret is missing",
                        () -> complete().credentials("id", null)),
                refused("credentials", "credentials", () -> complete().credentials(null).build()),
                refused("connection", "connection", () -> complete().connection(null)),
                refused(
                        "startingPosition",
                        "startingPosition",
                        () -> complete().startingPosition(null)),
                refused(
                        "startingPosition",
                        "start timestamp",
                        () -> StartingPosition.timestamp(-1)),
                refused(
                        "startingPosition",
                        "start timestamp",
                        () -> StartingPosition.timestamp(Long.MAX_VALUE)),
                refused(
                        "startingPosition",
                        "start timestamp",
                        () -> StartingPosition.timestamp(Instant.MAX)),
                refused(
                        "stoppingPosition",
                        "stoppingPosition",
                        () -> complete().stoppingPosition(null)),
                refused(
                        "stoppingPosition",
                        "stop timestamp",
                        () -> StoppingPosition.timestamp(Long.MAX_VALUE)),
                refused(
                        "stoppingPosition",
                        "from zero to seven days",
                        () -> StoppingPosition.latest().withEndMargin(AGES)),
                refused("deserializer", "deserializer", () -> complete().deserializer(null)),
                refused(
                        "shardDiscoveryInterval",
                        "from zero to one day",
                        () -> complete().shardDiscoveryInterval(Duration.ofMillis(-1))),
                refused(
                        "shardDiscoveryInterval",
                        "from zero to one day",
                        () -> complete().shardDiscoveryInterval(AGES)),
                refused("fetchSettings", "fetchSettings", () -> complete().fetchSettings(null)),
                refused(
                        "fetchSettings",
                        "records per request",
                        () -> fetch.withRecordsPerRequest(0)),
                refused(
                        "fetchSettings",
                        "requests in flight",
                        () -> fetch.withMaxRequestsInFlight(0)),
                refused(
                        "fetchSettings",
                        "buffered bytes",
                        () -> fetch.withMaxBufferedBytes(MemorySize.ZERO)),
                refused(
                        "fetchSettings",
                        "first idle interval",
                        () -> fetch.withIdleInterval(Duration.ZERO, second)),
                refused(
                        "fetchSettings",
                        "first idle interval",
                        () -> fetch.withIdleInterval(AGES, AGES)),
                refused(
                        "fetchSettings",
                        "largest idle interval",
                        () -> fetch.withIdleInterval(second, Duration.ofMillis(1))),
                refused(
                        "fetchSettings",
                        "largest idle interval",
                        () -> fetch.withIdleInterval(second, AGES)),
                refused("trimmedData", "trimmedData", () -> complete().trimmedData(null)),
                refused("maxRetries", "retries", () -> complete().maxRetries(-1)),
                refused("rateLimit", "rateLimit", () -> complete().rateLimit(null)),
                refused("rateLimit", "limit of records", () -> limit.withRecordsPerSecond(0)),
                refused(
                        "rateLimit",
                        "limit of records",
                        () -> limit.withRecordsPerSecond(Double.NaN)),
                refused("rateLimit", "limit of bytes", () -> limit.withBytesPerSecond(-1)),
                refused(
                        "sourceWatermarks",
                        "clock margin",
                        () -> complete().sourceWatermarks(Duration.ofMillis(-1))),
                refused(
                        "sourceWatermarks",
                        "clock margin",
                        () -> complete().sourceWatermarks(AGES)),
                refused("statusTable", "statusTable", () -> complete().statusTable(null)),
                refused("statusTable", "needs a name", () -> StatusTableSettings.of(" ")),
                refused("statusTable", "commit", () -> status.withCommit(null)),
                refused(
                        "statusTable",
                        "from zero to one day",
                        () -> status.withInterval(Duration.ofMillis(-1))),
                refused("statusTable", "from zero to one day", () -> status.withInterval(AGES)));
    }

    private static Arguments refused(String setting, String message, ThrowingCallable call) {
        return Arguments.of(setting, message, call);
    }

    @ParameterizedTest
    @MethodSource("refusedValues")
    void valuesThatMakeNoSenseAreRefused(String setting, String message, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfAny(IllegalArgumentException.class, NullPointerException.class)
                .hasMessageContaining(message);
    }

    /** So that a new setting gets a value that is refused; there is none where it is yes or no. */
    @Test
    void eachSettingHasValuesThatAreRefused() {
        List<String> ofTheTablesScan = List.of("wantedFrom", "tableCheck", "rowLookup", "limit");
        Set<String> settings =
                Stream.of(OtsStreamSourceBuilder.class.getMethods())
                        .filter(method -> method.getReturnType() == OtsStreamSourceBuilder.class)
                        .filter(method -> method.getParameterTypes()[0] != boolean.class)
                        .map(Method::getName)
                        .filter(name -> !ofTheTablesScan.contains(name))
                        .collect(Collectors.toSet());

        assertThat(refusedValues().map(refused -> refused.get()[0]))
                .containsAll(settings)
                .allMatch(settings::contains);
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
