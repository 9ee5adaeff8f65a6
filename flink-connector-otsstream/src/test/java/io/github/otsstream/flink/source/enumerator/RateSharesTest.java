/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.enumerator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RateSharesTest {

    private final List<String> told = new ArrayList<>();
    private final RateShares shares =
            new RateShares((reader, event) -> told.add(reader + ":" + event.share()));

    @Test
    void everyShardGetsTheSameAndReadersWithoutShardsLeaveTheirs() {
        shares.update(Map.of(0, 3, 1, 1, 2, 0));
        assertThat(told).containsExactlyInAnyOrder("0:0.75", "1:0.25", "2:0.0");
    }

    @Test
    void aReaderIsToldWhatChanges() {
        shares.update(Map.of(0, 1, 1, 1));
        told.clear();
        shares.update(Map.of(0, 2, 1, 2));
        assertThat(told).isEmpty();
        shares.update(Map.of(0, 4, 1, 1));
        assertThat(told).containsExactlyInAnyOrder("0:0.8", "1:0.2");
    }

    @Test
    void aReaderThatStartedAnewIsToldAgain() {
        shares.update(Map.of(0, 1, 1, 1));
        told.clear();
        shares.readerReset(1);
        shares.update(Map.of(0, 1, 1, 1));
        assertThat(told).containsExactly("1:0.5");
    }

    @Test
    void noShardsNoShare() {
        shares.update(Map.of(0, 0));
        assertThat(told).containsExactly("0:0.0");
    }
}
