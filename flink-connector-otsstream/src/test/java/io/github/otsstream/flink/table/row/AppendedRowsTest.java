/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.row;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.record.ChangeRecordBuilder;
import io.github.otsstream.flink.record.OperationType;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.junit.jupiter.api.Test;

class AppendedRowsTest {

    private static ChangeRecordBuilder change(OperationType operation) {
        return ChangeRecord.builder().operation(operation).key("id", 17L).key("part", "a");
    }

    private static Scan scan() {
        return new Scan()
                .column("note", DataTypes.STRING())
                .column("id", DataTypes.BIGINT())
                .column("amount", DataTypes.INT());
    }

    private static GenericRowData row(String note, Integer amount) {
        return GenericRowData.of(StringData.fromString(note), 17L, amount);
    }

    @Test
    void everyRecordIsAnInsertedRowOfWhatItWrites() throws Exception {
        assertThat(
                        scan().rows(
                                        change(OperationType.PUT)
                                                .put("amount", 3)
                                                .put("other", true)
                                                .put("note", "brot")
                                                .build(),
                                        change(OperationType.UPDATE)
                                                .deleteAllVersions("amount")
                                                .put("note", "käse")
                                                .build(),
                                        change(OperationType.UPDATE).put("amount", 4).build(),
                                        change(OperationType.DELETE).build()))
                .containsExactly(row("brot", 3), row("käse", null), row(null, 4), row(null, null));
    }

    @Test
    void aColumnShowsTheNewestVersionThatIsWritten() throws Exception {
        assertThat(
                        scan().rows(
                                        change(OperationType.UPDATE)
                                                .put("amount", 3, 30)
                                                .put("amount", 2, 20)
                                                .put("amount", 1, 10)
                                                .build(),
                                        change(OperationType.UPDATE)
                                                .deleteVersion("amount", 10)
                                                .put("amount", 4, 40)
                                                .deleteVersion("amount", 20)
                                                .build(),
                                        change(OperationType.UPDATE)
                                                .put("amount", 5, 50)
                                                .deleteVersion("amount", 50)
                                                .build()))
                .containsExactly(row(null, 3), row(null, 4), row(null, null));
    }
}
