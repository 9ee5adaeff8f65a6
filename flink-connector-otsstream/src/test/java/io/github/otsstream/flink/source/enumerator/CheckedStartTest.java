/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.enumerator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otsstream.flink.client.StreamDescription;
import io.github.otsstream.flink.client.TableDescription;
import io.github.otsstream.flink.client.TableSchema;
import io.github.otsstream.flink.record.ColumnType;
import io.github.otsstream.flink.source.TestingTableClient;
import io.github.otsstream.flink.source.split.ReadWindow;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.util.FlinkException;
import org.junit.jupiter.api.Test;

/** Tests {@link CheckedStart}. */
class CheckedStartTest {

    private static final StreamDescription STREAM =
            new StreamDescription(
                    "orders_1",
                    "orders",
                    1,
                    Duration.ofHours(24),
                    StreamDescription.Status.ACTIVE,
                    false,
                    List.of(),
                    100_000);

    private static final TableDescription TABLE =
            new TableDescription(
                    new TableSchema(
                            "orders", Map.of("id", ColumnType.INTEGER), Duration.ofDays(1), 1),
                    Map.of("price", ColumnType.DOUBLE),
                    true,
                    Set.of("price"));

    private static final JobStart START = JobStart.of(ReadWindow.all(), 0, List.of());

    private final TestingTableClient tables = new TestingTableClient();
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger resolved = new AtomicInteger();

    private CheckedStart checkedBy(TableCheck check) {
        return new CheckedStart(
                "orders",
                check,
                () -> {
                    opened.incrementAndGet();
                    return tables;
                },
                stream -> {
                    assertThat(stream).isSameAs(STREAM);
                    resolved.incrementAndGet();
                    return START;
                });
    }

    @Test
    void aTableThatPassesIsReadAsItWouldBeWithoutACheck() throws Exception {
        tables.description(TABLE);
        CheckedStart start = checkedBy(table -> assertThat(table).isSameAs(TABLE));
        assertThat(opened).hasValue(0);

        assertThat(start.resolve(STREAM)).isSameAs(START);
        assertThat(opened).hasValue(1);
        assertThat(tables.isClosed()).isTrue();
    }

    @Test
    void aTableThatDoesNotPassEndsTheJobWithTheReason() {
        tables.description(TABLE);
        FlinkException reason = new FlinkException("Column id is no STRING.");
        CheckedStart start =
                checkedBy(
                        table -> {
                            throw reason;
                        });

        assertThatThrownBy(() -> start.resolve(STREAM)).isSameAs(reason);
        assertThat(resolved).hasValue(0);
        assertThat(tables.isClosed()).isTrue();
    }

    @Test
    void aTableThatIsNotThereAnyMoreIsAnError() {
        CheckedStart start = checkedBy(table -> {});

        assertThatThrownBy(() -> start.resolve(STREAM))
                .isInstanceOf(FlinkException.class)
                .hasMessageContaining("Table orders has been deleted");
    }

    @Test
    void aTableThatCannotBeDescribedIsAnErrorThatSaysWhy() {
        tables.fail(TestingTableClient.forbidden("DescribeTable"));
        CheckedStart start = checkedBy(table -> {});

        assertThatThrownBy(() -> start.resolve(STREAM))
                .isInstanceOf(FlinkException.class)
                .hasMessageStartingWith("Table orders can't be held against what the job expects")
                .hasMessageContaining("OTSNoPermissionAccess");
        assertThat(tables.isClosed()).isTrue();
    }
}
