/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.enumerator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class SourceWatermarksTest {

    private final List<String> told = new ArrayList<>();
    private final SourceWatermarks watermarks =
            new SourceWatermarks(
                    Duration.ofMillis(100),
                    (reader, event) -> told.add(reader + ":" + event.millis()));

    @Test
    void everyReaderIsToldWhatIsBehindTheMargin() {
        watermarks.readerStarted(0);
        watermarks.readerStarted(1);
        watermarks.update(OptionalLong.empty());
        assertThat(told).isEmpty();
        watermarks.update(OptionalLong.of(1_000));
        assertThat(told).containsExactlyInAnyOrder("0:899", "1:899");
    }

    @Test
    void nothingIsToldTwiceAndNothingGoesBack() {
        watermarks.readerStarted(0);
        watermarks.update(OptionalLong.of(1_000));
        watermarks.update(OptionalLong.of(1_000));
        watermarks.update(OptionalLong.of(900));
        watermarks.update(OptionalLong.of(1_001));
        assertThat(told).containsExactly("0:899", "0:900");
    }

    @Test
    void aReaderThatStartsAnewIsToldWhatFitsWhatItReadsAgain() {
        watermarks.readerStarted(0);
        watermarks.readerStarted(1);
        watermarks.update(OptionalLong.of(1_000));
        told.clear();
        watermarks.readerGone(1);
        watermarks.update(OptionalLong.of(2_000));
        watermarks.readerStarted(1);
        watermarks.update(OptionalLong.of(700));
        assertThat(told).containsExactly("0:1899", "1:599");
    }
}
