/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.reader;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.record.OperationType;
import io.github.otsstream.flink.record.PlainBufferDecoder;
import io.github.otsstream.flink.source.TestingStreamClient;
import io.github.otsstream.flink.source.split.ShardPosition;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class PageCursorTest {

    /** Flink's output of a shard keeps its last element, for as long as the shard is idle. */
    @Test
    void theLastRecordOfAPageDoesNotKeepThePage() {
        byte[] row = TestingStreamClient.record("a", 0, 0).getColumns().buffer();
        byte[] bytes = Arrays.copyOf(row, 3 * row.length);
        System.arraycopy(row, 0, bytes, row.length, row.length);
        System.arraycopy(row, 0, bytes, 2 * row.length, row.length);
        PlainBufferDecoder decoder = new PlainBufferDecoder(bytes, "a");
        List<ChangeRecord> records =
                List.of(
                        decoder.decode(OperationType.PUT, 0, row.length),
                        decoder.decode(OperationType.PUT, row.length, row.length),
                        decoder.decode(OperationType.PUT, 2 * row.length, row.length));
        PageCursor cursor = new PageCursor();
        // The third is behind the end of the window.
        cursor.enter(
                new FetchedPage(
                        "a", "i", records, 0, 2, "j", true, ShardPosition.UNKNOWN, null, 0));

        assertThat(cursor.advance()).isTrue();
        assertThat(cursor.record()).isSameAs(records.get(0));
        assertThat(cursor.advance()).isTrue();
        assertThat(cursor.record()).isEqualTo(records.get(1));
        assertThat(cursor.record().getColumns().buffer()).hasSize(row.length);
        assertThat(cursor.advance()).isTrue();
        assertThat(cursor.isPastLastRecord()).isTrue();
        assertThat(cursor.advance()).isFalse();
    }
}
