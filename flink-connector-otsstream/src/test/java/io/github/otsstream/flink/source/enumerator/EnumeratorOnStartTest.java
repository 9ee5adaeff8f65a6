/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.enumerator;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.source.OtsStreamSource;
import io.github.otsstream.flink.source.deserialization.ChangeRecordSchema;
import io.github.otsstream.flink.source.split.ShardSplit;
import io.github.otsstream.flink.status.StatusTableSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.connector.testutils.source.reader.TestingSplitEnumeratorContext;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** An enumerator that is made and never started, as by a JobManager that is not the leader. */
class EnumeratorOnStartTest {

    /** Flink does not close it either. */
    @Test
    void holdsNoThreadsBeforeItsStart() throws Exception {
        OtsStreamSource<ChangeRecord> source =
                OtsStreamSource.<ChangeRecord>builder()
                        .endpoint("http://127.0.0.1:1")
                        .instanceName("instance")
                        .tableName("orders")
                        .credentials("id", "secret")
                        .statusTable(StatusTableSettings.of("status"))
                        .deserializer(new ChangeRecordSchema())
                        .build();
        EnumeratorState state = ShardEnumerator.initialState();
        Set<Thread> before = threads();

        SplitEnumerator<ShardSplit, EnumeratorState> enumerator =
                source.restoreEnumerator(new TestingSplitEnumeratorContext<>(1), state);

        assertThat(enumerator.snapshotState(1)).isSameAs(state);
        assertThat(threads()).isSubsetOf(before);
    }

    /** Flink 1.20 closes first, and waits for the thread that starts after that. */
    @Test
    void whatIsCreatedWhileFlinkClosesIsClosedToo() throws Exception {
        CountDownLatch creating = new CountDownLatch(1);
        CountDownLatch closing = new CountDownLatch(1);
        ClosedEnumerator created = new ClosedEnumerator();
        EnumeratorOnStart enumerator =
                new EnumeratorOnStart(
                        ShardEnumerator.initialState(),
                        () -> {
                            creating.countDown();
                            await(closing);
                            return created;
                        });
        Thread starter = new Thread(enumerator::start);
        starter.start();
        creating.await();
        Thread closer = new Thread(() -> close(enumerator));
        closer.start();
        Awaitility.await().until(() -> closer.getState() == Thread.State.BLOCKED);

        closing.countDown();

        closer.join();
        starter.join();
        assertThat(created.closed).isTrue();
    }

    @Test
    void nothingIsCreatedOnceFlinkHasClosed() throws Exception {
        EnumeratorOnStart enumerator =
                new EnumeratorOnStart(
                        ShardEnumerator.initialState(),
                        () -> {
                            throw new AssertionError("Created");
                        });
        enumerator.close();

        enumerator.start();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void close(EnumeratorOnStart enumerator) {
        try {
            enumerator.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Does nothing but note that it is closed. */
    private static final class ClosedEnumerator
            implements SplitEnumerator<ShardSplit, EnumeratorState> {

        private volatile boolean closed;

        @Override
        public void start() {}

        @Override
        public void handleSplitRequest(int subtaskId, String requesterHostname) {}

        @Override
        public void addSplitsBack(List<ShardSplit> splits, int subtaskId) {}

        @Override
        public void addReader(int subtaskId) {}

        @Override
        public EnumeratorState snapshotState(long checkpointId) {
            return ShardEnumerator.initialState();
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getThreadGroup() != null)
                .filter(thread -> !thread.getThreadGroup().getName().equals("system"))
                .collect(Collectors.toSet());
    }
}
