/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.otsstream.emulator.TablestoreEmulator;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine.Help.Ansi;

/** The quickstart, with fewer changes and in less time. */
@Timeout(120)
class QuickstartITCase {

    private final StringWriter out = new StringWriter();
    private final ShardNames names = new ShardNames();
    private final Console console = new Console(new PrintWriter(out, true), Ansi.OFF, names);
    private final StopSignal stop = new StopSignal();

    private LocalRun localRun() {
        return new LocalRun(console, names, stop, 15, Duration.ofMillis(5));
    }

    @Test
    void readsEveryChangeThroughSplitsAndAMerge() throws Exception {
        boolean right = localRun().once();

        assertThat(out.toString())
                .contains("S1 splits into S2 and S3", "merge into S6", "web UI at http://")
                .contains("== continuous job: 100 %", "== backfill: 100 %")
                .containsPattern("all +60 ")
                .containsPattern(
                        "OK: 90 changes written; .* the backfill with the 60 of its window\\.\\R$");
        assertThat(right).isTrue();
    }

    @Test
    void watchesUntilStopped() throws Exception {
        CompletableFuture<Boolean> right =
                CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                return localRun().untilStopped();
                            } catch (Exception e) {
                                throw new AssertionError(out.toString(), e);
                            }
                        });
        await().atMost(Duration.ofSeconds(60)).until(() -> out.toString().contains("merge into"));

        stop.stop();

        assertThat(right.get(60, TimeUnit.SECONDS)).isTrue();
        assertThat(out.toString()).containsPattern("OK: \\d+ changes written, .*\\R$");
    }

    @Test
    void readsATableOfSomebodyElseAndWritesNothing() throws Exception {
        try (TablestoreEmulator emulator = TablestoreEmulator.builder().start()) {
            TableAddress address = TableAddress.of(emulator, "theirs");
            RowWriter writer = new RowWriter(address.client(), "theirs", change -> {});
            writer.createTable();
            for (int i = 0; i < 25; i++) {
                writer.write();
            }
            emulator.control().resetCounters();

            new RemoteRun(console, names, stop, address, false).run();

            assertThat(out.toString())
                    .containsPattern("S1 +PUT +order-")
                    .contains("== reading: 100 %")
                    .containsPattern("OK: 25 changes read, all there were at the start\\.\\R$");
            assertThat(emulator.control().counters().keySet())
                    .isSubsetOf(
                            "ListStream", "DescribeStream", "GetShardIterator", "GetStreamRecord");
        }
    }
}
