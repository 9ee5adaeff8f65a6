/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.enumerator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otsstream.flink.client.TableSchema;
import io.github.otsstream.flink.record.ColumnType;
import io.github.otsstream.flink.source.TestingStreamClient;
import io.github.otsstream.flink.source.event.MirrorPointsEvent;
import io.github.otsstream.flink.source.split.ReadWindow;
import io.github.otsstream.flink.source.split.ShardPosition;
import io.github.otsstream.flink.status.InMemoryTables;
import io.github.otsstream.flink.status.StatusTable;
import io.github.otsstream.flink.status.StatusTableSettings;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.apache.flink.util.FlinkException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RunMirrorTest {

    private static final String STATUS = "status";
    private static final long END = 1_700_000_000_000L;
    private static final ReadWindow WINDOW = ReadWindow.of(END - 1_000, END, true);
    private static final Map<String, ShardPosition> UNREAD =
            Map.of("open", ShardPosition.at("iterator", 0, null), "behind", ShardPosition.oldest());

    private final InMemoryTables tables = new InMemoryTables();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private RunMirror mirror;

    @AfterEach
    void close() {
        mirror.close();
        assertThat(tables.isClosed()).isTrue();
    }

    @Test
    void theEndCountsAfterACheckpointThatWasBegunWhenAllWasRead() throws Exception {
        begin(StatusTableSettings.of(STATUS));
        mirror.checkpointBegun(1);
        allRead(UNREAD);
        mirror.checkpointCompleted(1);
        awaitRows(3);
        assertThat(mirror.waitsForCheckpoint()).isTrue();

        mirror.checkpointBegun(2);
        assertThat(mirror.waitsForCheckpoint()).isFalse();
        allRead(UNREAD);
        mirror.checkpointCompleted(2);
        awaitRows(4);
        assertThat(positions()).containsExactlyInAnyOrder("iterator", "TRIM_HORIZON", "SHARD_END");
    }

    @Test
    void aJobThatDoesNotRequireItEndsWithoutACheckpoint() throws Exception {
        begin(StatusTableSettings.of(STATUS));
        allRead(UNREAD);
        assertThat(mirror.mayEnd()).isTrue();
    }

    @Test
    void aJobThatRequiresItEndsWhenItIsWritten() throws Exception {
        begin(StatusTableSettings.of(STATUS).withRequired(true));
        allRead(UNREAD);
        assertThat(mirror.mayEnd()).isFalse();
        mirror.checkpointBegun(1);
        mirror.checkpointCompleted(1);
        Awaitility.await().until(mirror::mayEnd);
        assertThat(tables.rows()).hasSize(4);
    }

    @Test
    void anEndThatCountsWhenItIsReadIsWaitedFor() throws Exception {
        begin(StatusTableSettings.of(STATUS).withCommit(StatusTableSettings.Commit.READ));
        allRead(UNREAD);
        Awaitility.await().until(mirror::mayEnd);
        assertThat(tables.rows()).hasSize(4);
    }

    /** A reader that fails after its end goes back, and can end elsewhere. */
    @Test
    void anotherEndNeedsAnotherCheckpoint() throws Exception {
        begin(StatusTableSettings.of(STATUS).withRequired(true));
        allRead(UNREAD);
        mirror.checkpointBegun(1);
        allRead(Map.of("open", ShardPosition.at("later", 0, null)));
        mirror.checkpointCompleted(1);
        assertThat(mirror.mayEnd()).isFalse();

        mirror.checkpointBegun(2);
        mirror.checkpointCompleted(2);
        Awaitility.await().until(mirror::mayEnd);
        assertThat(positions()).containsExactlyInAnyOrder("later", "SHARD_END");
    }

    @Test
    void aFailedCommitIsTriedAgainAtTheNextCheckpoint() throws Exception {
        begin(StatusTableSettings.of(STATUS).withRequired(true));
        allRead(UNREAD);
        awaitRows(3);
        tables.fail(true);
        mirror.checkpointBegun(1);
        mirror.checkpointBegun(2);
        mirror.checkpointCompleted(1);
        Awaitility.await().until(() -> failures.size() == 1);
        assertThat(mirror.mayEnd()).isFalse();

        tables.fail(false);
        Awaitility.await()
                .until(
                        () -> {
                            // Told again, should the failure above not be through yet.
                            mirror.checkpointCompleted(2);
                            return mirror.mayEnd();
                        });
    }

    @Test
    void timePointsAreWritten() throws Exception {
        begin(StatusTableSettings.of(STATUS).withInterval(Duration.ZERO));
        mirror.offer(
                new MirrorPointsEvent(
                        List.of(new MirrorPointsEvent.Point("a", END - 5, "iterator"))));
        awaitRows(1);
    }

    @Test
    void aStatusTableThatCannotBeReachedIsTriedAgain() throws Exception {
        create(StatusTableSettings.of(STATUS));
        tables.fail(true);
        mirror.prepare();
        assertThat(failures).hasSize(1);
        tables.fail(false);
        mirror.prepare();
        mirror.prepare();
        assertThat(failures).hasSize(1);
        assertThat(tables.describeTable(STATUS).join()).isPresent();
    }

    @Test
    void anotherTableIsRefused() {
        create(StatusTableSettings.of(STATUS));
        tables.create(
                new TableSchema(
                        STATUS,
                        Collections.singletonMap("id", ColumnType.INTEGER),
                        Duration.ofSeconds(-1),
                        1));
        assertThatThrownBy(mirror::prepare)
                .isInstanceOf(FlinkException.class)
                .hasMessageContaining("Table status can't be the status table");
    }

    private void create(StatusTableSettings settings) {
        mirror =
                new RunMirror(
                        new StatusTable(tables, STATUS),
                        settings,
                        new TestingStreamClient(),
                        TestingStreamClient.TABLE);
        mirror.onFailure(failures::add);
    }

    private void begin(StatusTableSettings settings) throws Exception {
        create(settings);
        mirror.prepare();
        mirror.begin(TestingStreamClient.STREAM, "1-version");
    }

    private void allRead(Map<String, ShardPosition> unread) {
        mirror.allRead(WINDOW, WINDOW.startMillis(), List.of("open", "closed"), unread);
    }

    private void awaitRows(int rows) {
        Awaitility.await().untilAsserted(() -> assertThat(tables.rows()).hasSize(rows));
    }

    private List<Object> positions() {
        return tables.rows().stream()
                .filter(row -> row.get("Checkpoint") != null)
                .map(row -> row.get("Checkpoint"))
                .collect(Collectors.toList());
    }
}
