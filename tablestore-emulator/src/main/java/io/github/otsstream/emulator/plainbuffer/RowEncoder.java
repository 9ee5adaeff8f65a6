/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.plainbuffer;

import com.alicloud.openservices.tablestore.core.protocol.PlainBufferBuilder;
import com.alicloud.openservices.tablestore.core.protocol.PlainBufferCell;
import com.alicloud.openservices.tablestore.core.protocol.PlainBufferCodedOutputStream;
import com.alicloud.openservices.tablestore.core.protocol.PlainBufferOutputStream;
import com.alicloud.openservices.tablestore.core.protocol.PlainBufferRow;
import com.alicloud.openservices.tablestore.model.PrimaryKey;
import com.alicloud.openservices.tablestore.model.PrimaryKeyColumn;
import com.aliyun.ots.thirdparty.com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Writes rows in the PlainBuffer form in which responses carry them. */
public final class RowEncoder {

    private RowEncoder() {}

    /** One header and the rows after it; no bytes at all for no rows. */
    public static ByteString encode(List<PlainBufferRow> rows) {
        if (rows.isEmpty()) {
            return ByteString.EMPTY;
        }
        try {
            int size = PlainBufferOutputStream.LITTLE_ENDIAN_32_SIZE;
            for (PlainBufferRow row : rows) {
                size += PlainBufferBuilder.computePlainBufferRow(row);
            }
            PlainBufferOutputStream output = new PlainBufferOutputStream(size);
            PlainBufferCodedOutputStream coded = new PlainBufferCodedOutputStream(output);
            coded.writeHeader();
            for (PlainBufferRow row : rows) {
                coded.writeRow(row);
            }
            return ByteString.copyFrom(output.getBuffer());
        } catch (IOException e) {
            // The buffer has the computed size, and all values are of known types.
            throw new UncheckedIOException(e);
        }
    }

    /** A row of the given key and attribute cells. */
    public static PlainBufferRow row(PrimaryKey key, List<PlainBufferCell> attributes) {
        List<PlainBufferCell> keyCells = new ArrayList<>(key.size());
        for (PrimaryKeyColumn column : key.getPrimaryKeyColumns()) {
            PlainBufferCell cell = new PlainBufferCell();
            cell.setCellName(column.getName());
            cell.setPkCellValue(column.getValue());
            keyCells.add(cell);
        }
        return new PlainBufferRow(keyCells, attributes, false);
    }

    /** A row of nothing but its key. */
    public static ByteString encodeKey(PrimaryKey key) {
        return encode(List.of(row(key, List.of())));
    }
}
