/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A few of the pages that {@code tools/fuzz.sh} checks millions of. */
class PageFuzzTest {

    private static final int PAGES = 50_000;

    @Test
    void mutatedPagesAreRefusedOrReadAsTheSdkReadsThem() throws Exception {
        PageFuzzer fuzzer = new PageFuzzer(1);

        fuzzer.run(PAGES);

        assertThat(fuzzer.counts()).containsKey("read");
        assertThat(fuzzer.outcomes()).isGreaterThan(500);
    }
}
