/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.reader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otsstream.flink.client.TableRow;
import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.record.OperationType;
import io.github.otsstream.flink.source.TestingTableClient;
import io.github.otsstream.flink.source.split.ShardPosition;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Tests {@link RowLookups}. */
class RowLookupsTest {

    private final TestingTableClient tables = new TestingTableClient();
    private final AtomicInteger lookedUp = new AtomicInteger();
    private int number;

    @Test
    void aPageIsCompletedWithTheRowsOfItsUpdates() {
        tables.put(key("a", 1), Map.of("price", 5L, "note", "x"));
        tables.put(key("a", 2), Map.of("price", 6L));
        tables.put(key("a", 3), Map.of("price", 7L));
        FetchedPage page =
                page(
                        0,
                        5,
                        change(OperationType.UPDATE, "a", 2),
                        change(OperationType.PUT, "a", 3),
                        change(OperationType.UPDATE, "a", 1),
                        change(OperationType.DELETE, "a", 2),
                        change(OperationType.UPDATE, "a", 4));
        FetchedPage completed =
                lookups(RowLookup.ofColumns(List.of("price", "other"))).complete(page).join();

        assertThat(completed.row(0).orElseThrow().getColumns()).isEqualTo(Map.of("price", 6L));
        assertThat(completed.row(1)).isNull();
        assertThat(completed.row(2).orElseThrow().getColumns()).isEqualTo(Map.of("price", 5L));
        assertThat(completed.row(3)).isNull();
        assertThat(completed.row(4)).isEmpty();
        assertThat(tables.requests())
                .containsExactly(List.of(key("a", 2), key("a", 1), key("a", 4)));
        assertThat(lookedUp).hasValue(3);
    }

    @Test
    void aKeyThatComesSeveralTimesIsReadOnce() {
        tables.put(key("a", 1), Map.of("price", 5L));
        FetchedPage page =
                page(
                        0,
                        4,
                        change(OperationType.UPDATE, "a", 1),
                        change(OperationType.UPDATE, "b", 1),
                        change(OperationType.UPDATE, "a", 1),
                        change(OperationType.UPDATE, "a", 1));
        FetchedPage completed = lookups(RowLookup.ofWholeRows()).complete(page).join();

        assertThat(tables.requests()).containsExactly(List.of(key("a", 1), key("b", 1)));
        TableRow row = completed.row(0).orElseThrow();
        assertThat(completed.row(2).orElseThrow()).isSameAs(row);
        assertThat(completed.row(3).orElseThrow()).isSameAs(row);
    }

    @Test
    void onlyRecordsThatAreEmittedNeedTheirRows() {
        FetchedPage page =
                page(
                        1,
                        2,
                        change(OperationType.UPDATE, "a", 1),
                        change(OperationType.UPDATE, "a", 2),
                        change(OperationType.UPDATE, "a", 3));
        FetchedPage completed = lookups(RowLookup.ofWholeRows()).complete(page).join();

        assertThat(tables.requests()).containsExactly(List.of(key("a", 2)));
        assertThat(completed.row(0)).isNull();
        assertThat(completed.row(1)).isEmpty();
        assertThat(completed.row(2)).isNull();
    }

    @Test
    void aPageWithoutUpdatesIsLeftAsItIs() {
        FetchedPage page =
                page(0, 2, change(OperationType.PUT, "a", 1), change(OperationType.DELETE, "a", 2));
        CompletableFuture<FetchedPage> completed = lookups(RowLookup.ofWholeRows()).complete(page);

        assertThat(completed).isCompletedWithValue(page);
        assertThat(page.row(0)).isNull();
        assertThat(tables.requests()).isEmpty();
    }

    @Test
    void theRowsCountInThePagesSize() {
        tables.put(
                key("a", 1), Map.of("price", 5L, "note", "x".repeat(1_000), "raw", new byte[500]));
        FetchedPage page = page(0, 1, change(OperationType.UPDATE, "a", 1));

        assertThat(lookups(RowLookup.ofWholeRows()).complete(page).join().sizeInBytes())
                .isEqualTo(page.sizeInBytes() + 5 + 8 + 4 + 1_000 + 3 + 500);
    }

    @Test
    void aFailureNamesTableAndShardAndWhatToDo() {
        tables.fail(TestingTableClient.forbidden("BatchGetRow"));
        CompletableFuture<FetchedPage> completed =
                lookups(RowLookup.ofWholeRows())
                        .complete(page(0, 1, change(OperationType.UPDATE, "a", 1)));

        assertThatThrownBy(completed::join)
                .hasMessageContaining("table orders")
                .hasMessageContaining("shard s ")
                .hasMessageContaining("OTSNoPermissionAccess: You have no permission")
                .hasMessageContaining("from its last checkpoint");
    }

    private RowLookups lookups(RowLookup lookup) {
        return new RowLookups(
                tables,
                "orders",
                lookup,
                new FetchListener() {
                    @Override
                    public void lookedUp(int rows) {
                        lookedUp.addAndGet(rows);
                    }
                });
    }

    private static Map<String, Object> key(String who, long nr) {
        return Map.of("who", who, "nr", nr);
    }

    private ChangeRecord change(OperationType operation, String who, long nr) {
        return ChangeRecord.builder()
                .shardId("s")
                .operation(operation)
                .sequence(1, 1_000, number++)
                .key("who", who)
                .key("nr", nr)
                .build();
    }

    private static FetchedPage page(int from, int to, ChangeRecord... records) {
        return new FetchedPage(
                "s",
                "s@0",
                List.of(records),
                from,
                to,
                "s@9",
                true,
                ShardPosition.UNKNOWN,
                null,
                100 * records.length);
    }
}
