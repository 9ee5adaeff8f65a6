/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.split;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Tests when a {@link ReadWindow} ends, and what messages say of it. */
class ReadWindowTest {

    private static final ReadWindow WINDOW = ReadWindow.of(1_000, 9_000, false);

    @Test
    void havingCaughtUpEndsAShardFromTheGivenTimeOn() {
        ReadWindow window = WINDOW.endingWhenCaughtUpFrom(5_000);

        assertThat(window.endsWhenCaughtUp(4_999)).isFalse();
        assertThat(window.endsWhenCaughtUp(5_000)).isTrue();
        assertThat(ReadWindow.of(1_000, 9_000, true).endsWhenCaughtUp(0)).isTrue();
        assertThat(WINDOW.endsWhenCaughtUp(Long.MAX_VALUE)).isFalse();
    }

    @Test
    void itsStartIsOverOnceItIsMet() {
        assertThat(WINDOW.hasStart()).isTrue();
        assertThat(WINDOW.entered().hasStart()).isFalse();
        assertThat(WINDOW.entered()).isEqualTo(ReadWindow.of(ReadWindow.NO_START, 9_000, false));
        assertThat(ReadWindow.all().entered()).isEqualTo(ReadWindow.all());
    }

    @Test
    void isAsItsThreeTimesAre() {
        assertThat(WINDOW)
                .isEqualTo(ReadWindow.of(1_000, 9_000, false))
                .hasSameHashCodeAs(ReadWindow.of(1_000, 9_000, false))
                .isNotEqualTo(ReadWindow.of(1_001, 9_000, false))
                .isNotEqualTo(ReadWindow.of(1_000, 9_001, false))
                .isNotEqualTo(ReadWindow.of(1_000, 9_000, true))
                .isNotEqualTo("[1000, 9000)");
    }

    @Test
    void saysWhatItIs() {
        assertThat(WINDOW).hasToString("[1000, 9000)");
        assertThat(ReadWindow.all()).hasToString("[-, -)");
        assertThat(ReadWindow.of(1_000, 9_000, true)).hasToString("[1000, 9000 or caught up)");
        assertThat(WINDOW.endingWhenCaughtUpFrom(5_000))
                .hasToString("[1000, 9000 or caught up from 5000)");
    }
}
