/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.examples;

import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** What a bar shows of progress made at an awkward moment. */
class ProgressDisplayTest {

    @Test
    void showsInTheEndWhatIsDoneWhileTheBarIsBeingDrawn() {
        CompletableFuture<Void> drawing = new CompletableFuture<>();
        CompletableFuture<Void> shown = new CompletableFuture<>();
        List<String> bars = new CopyOnWriteArrayList<>();
        try (ProgressDisplay display =
                ProgressDisplay.bar(
                        "backfill",
                        bar -> {
                            bars.add(bar);
                            drawing.complete(null);
                            shown.join();
                        },
                        () -> {})) {
            drawing.join();
            display.show(0.25);
            shown.complete(null);

            await().until(() -> bars.stream().anyMatch(bar -> bar.contains("25%")));
        }
    }
}
