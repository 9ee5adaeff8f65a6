/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.examples.quickstart;

import com.alicloud.openservices.tablestore.SyncClientInterface;
import io.github.otsstream.examples.ProgressDisplay;
import io.github.otsstream.examples.quickstart.StopSignal.StoppedException;
import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.source.OtsStreamSource;
import io.github.otsstream.flink.source.StartingPosition;
import io.github.otsstream.flink.source.StoppingPosition;
import java.time.Duration;
import java.util.Map;

/**
 * Reads and prints the changes of a table that exists, on the real service or wherever its endpoint
 * is, from the oldest one retained. Writes nothing. Used once, by one thread.
 */
final class RemoteRun {

    /** Takes seconds: whoever tries this wants to know soon that the endpoint is wrong. */
    private static final int RETRIES = 6;

    private static final Duration POLL = Duration.ofMillis(100);

    private final Console console;
    private final ShardNames names;
    private final StopSignal stop;
    private final TableAddress address;
    private final boolean endless;
    private final OtsStreamSource<ChangeRecord> source;

    /**
     * @param endless whether to wait for what is written later, or to end with what is there
     * @throws IllegalArgumentException if the address can't be right
     */
    RemoteRun(
            Console console,
            ShardNames names,
            StopSignal stop,
            TableAddress address,
            boolean endless) {
        this.console = console;
        this.names = names;
        this.stop = stop;
        this.address = address;
        this.endless = endless;
        this.source =
                address.source()
                        .startingPosition(StartingPosition.earliest())
                        .stoppingPosition(
                                endless ? StoppingPosition.never() : StoppingPosition.latest())
                        .maxRetries(RETRIES)
                        .build();
    }

    /** Reads until the end, or until the user stops it, which is no failure. */
    void run() throws Exception {
        try (FlinkCluster flink = FlinkCluster.start()) {
            console.event(
                    String.format(
                            "reading the changes of %s of instance %s at %s",
                            address.table(), address.instance(), address.endpoint()));
            console.event("Flink's web UI at " + flink.webUi() + "; Ctrl-C stops");
            try (ReadingJob job =
                    ReadingJob.start(
                            flink, "changes of " + address.table(), source, console::change)) {
                boolean stopped = false;
                try {
                    awaitEnd(job);
                } catch (StoppedException e) {
                    stopped = true;
                }
                summarize(job.countByShard(), stopped);
            }
        }
    }

    private void awaitEnd(ReadingJob job) throws InterruptedException {
        if (endless) {
            while (!job.hasEnded()) {
                stop.pause(POLL);
            }
            return;
        }
        try (ProgressDisplay display = console.progress("reading")) {
            job.awaitEnd(stop, display);
        }
    }

    private void summarize(Map<String, Long> countByShard, boolean stopped) {
        SyncClientInterface client = address.client();
        try {
            new ShardTable(console, names).print(client, address.table(), countByShard);
        } finally {
            client.shutdown();
        }
        console.verdict(
                true,
                String.format(
                        "%d changes read%s",
                        countByShard.values().stream().mapToLong(Long::longValue).sum(),
                        stopped ? " until stopped" : ", all there were at the start"));
    }
}
