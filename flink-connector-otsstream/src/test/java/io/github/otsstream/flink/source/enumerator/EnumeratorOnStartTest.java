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
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.connector.testutils.source.reader.TestingSplitEnumeratorContext;
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

    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getThreadGroup() != null)
                .filter(thread -> !thread.getThreadGroup().getName().equals("system"))
                .collect(Collectors.toSet());
    }
}
