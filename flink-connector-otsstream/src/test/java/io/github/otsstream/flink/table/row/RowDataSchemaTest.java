/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.row;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.record.ChangeRecordBuilder;
import io.github.otsstream.flink.record.OperationType;
import java.lang.management.ManagementFactory;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.binary.BinaryStringData;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;

class RowDataSchemaTest {

    private static ChangeRecordBuilder change(OperationType operation) {
        return ChangeRecord.builder().operation(operation).key("id", 17L);
    }

    private static Scan scan() {
        return new Scan().column("id", DataTypes.BIGINT()).column("note", DataTypes.STRING());
    }

    private static GenericRowData row(String note) {
        return GenericRowData.of(17L, StringData.fromString(note));
    }

    @Test
    void passesOverWhatIsNotWantedBeforeItLooksAtIt() throws Exception {
        ChangeRecord dirty = change(OperationType.UPDATE).put("note", 1L).build();

        assertThat(
                        scan().filter(record -> record.getOperation() == OperationType.PUT)
                                .rows(dirty, change(OperationType.PUT).build()))
                .containsExactly(row(null));
    }

    @Test
    void leavesDeletedRowsOutWhereToldSo() throws Exception {
        ChangeRecord[] records = {
            change(OperationType.DELETE).withOriginColumns().origin("note", "a", 1).build(),
            change(OperationType.UPDATE)
                    .deleteAllVersions("note")
                    .put("other", 1)
                    .origin("note", "a", 1)
                    .build()
        };

        assertThat(scan().rows(records)).containsExactly(row(null), row(null));
        assertThat(scan().ignoreDelete().rows(records)).containsExactly(row(null));
        assertThat(scan().upsert(PartialUpdate.FAIL).ignoreDelete().rows(records)).hasSize(1);
    }

    @Test
    void theSingleVersionModeHasEachWrittenRowAndNoDeletedOnes() throws Exception {
        assertThat(
                        scan().mode(ReadMode.SINGLE_VERSION_AND_UPDATE_ONLY)
                                .rows(
                                        change(OperationType.PUT).put("note", "a").build(),
                                        change(OperationType.UPDATE)
                                                .put("note", "new", 20)
                                                .put("note", "old", 10)
                                                .build(),
                                        change(OperationType.UPDATE)
                                                .deleteAllVersions("note")
                                                .build(),
                                        change(OperationType.UPDATE).put("other", 1).build(),
                                        change(OperationType.DELETE).build()))
                .containsExactly(row("a"), row("new"), row(null), row(null));
    }

    @Test
    void isSerializedWithTheJob() throws Exception {
        RowDataSchema schema = scan().metadata(MetadataColumn.values()).opened();

        RowDataSchema copy = InstantiationUtil.clone(schema);

        assertThat(copy.getProducedType()).isEqualTo(schema.getProducedType());
    }

    @Test
    void textsStayInTheRecordsPage() throws Exception {
        ChangeRecord record = change(OperationType.PUT).put("note", "käse").build();

        BinaryStringData note = (BinaryStringData) scan().row(record).getString(1);

        assertThat(note.getSegments()[0].getArray()).isSameAs(record.getColumns().buffer());
    }

    /** What is not asked for is not made: of 100 columns, 97 leave nothing behind. */
    @Test
    void nothingIsAllocatedButTheRow() throws Exception {
        ChangeRecordBuilder builder = change(OperationType.PUT);
        for (int i = 0; i < 100; i++) {
            builder.put("column-" + i, i % 2 == 0 ? (Object) ("text " + i) : (Object) (1000L + i));
        }
        ChangeRecord record = builder.build();
        Scan scan =
                new Scan()
                        .column("column-10", DataTypes.STRING())
                        .column("column-50", DataTypes.STRING())
                        .column("column-97", DataTypes.BIGINT());
        scan.row(record);

        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        int count = 1_000;
        long before = threads.getThreadAllocatedBytes(thread);
        for (int i = 0; i < count; i++) {
            scan.discard(record);
        }
        long perRecord = (threads.getThreadAllocatedBytes(thread) - before) / count;

        // A row of three fields, two texts and a Long, and the views of the key and the columns.
        assertThat(perRecord).isLessThan(350);
    }
}
