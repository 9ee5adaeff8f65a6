/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.plainbuffer;

import com.alicloud.openservices.tablestore.core.protocol.PlainBufferCell;
import com.alicloud.openservices.tablestore.core.protocol.PlainBufferConsts;
import com.alicloud.openservices.tablestore.core.protocol.PlainBufferRow;
import com.alicloud.openservices.tablestore.model.ColumnValue;
import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import com.aliyun.ots.thirdparty.com.google.protobuf.ByteString;
import io.github.otsstream.emulator.ServiceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the PlainBuffer rows of requests.
 *
 * <p>The SDK's own reader cannot be used here: it reads responses, so it knows no placeholder of an
 * auto-increment column, it answers some malformed input with unchecked exceptions, and it logs
 * rows whose checksum is wrong. This one accepts what any SDK sends and turns every malformed input
 * into {@code OTSParameterInvalid}.
 */
public final class RowDecoder {

    private final ByteBuffer input;
    private byte tag;

    private RowDecoder(ByteString bytes) {
        this.input = bytes.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Reads the single row that {@code bytes} must hold.
     *
     * @throws ServiceException {@code OTSParameterInvalid} if the bytes are not exactly one row
     *     with right checksums
     */
    public static PlainBufferRow decode(ByteString bytes) throws ServiceException {
        try {
            return new RowDecoder(bytes).row();
        } catch (MalformedException e) {
            throw ServiceException.parameterInvalid(e.getMessage());
        } catch (IOException e) {
            throw new AssertionError("checksums of values of known types", e);
        }
    }

    /**
     * Reads a lone value, as filters and partition ranges hold it: its type and its bytes.
     *
     * @throws ServiceException {@code OTSParameterInvalid} if the bytes are not exactly one value
     */
    public static ColumnValue decodeValue(ByteString bytes) throws ServiceException {
        try {
            RowDecoder decoder = new RowDecoder(bytes);
            ColumnValue value = decoder.columnValue();
            decoder.expectEnd();
            return value;
        } catch (MalformedException e) {
            throw ServiceException.parameterInvalid(e.getMessage());
        }
    }

    /** Like {@link #decodeValue}, for the value of a key column, which may be an infinity. */
    public static PrimaryKeyValue decodeKeyValue(ByteString bytes) throws ServiceException {
        try {
            RowDecoder decoder = new RowDecoder(bytes);
            PrimaryKeyValue value = decoder.keyValue();
            decoder.expectEnd();
            return value;
        } catch (MalformedException e) {
            throw ServiceException.parameterInvalid(e.getMessage());
        }
    }

    private PlainBufferRow row() throws MalformedException, IOException {
        int header = int32();
        if (header != PlainBufferConsts.HEADER) {
            throw new MalformedException(
                    "Cell data broken, mismatch header, actual: "
                            + header
                            + ", expect: "
                            + PlainBufferConsts.HEADER
                            + ".");
        }
        nextTag();
        if (tag != PlainBufferConsts.TAG_ROW_PK) {
            throw unexpectedTag(PlainBufferConsts.TAG_ROW_PK);
        }
        nextTag();
        List<PlainBufferCell> key = cells(true);
        List<PlainBufferCell> attributes = new ArrayList<>();
        if (tag == PlainBufferConsts.TAG_ROW_DATA) {
            nextTag();
            attributes = cells(false);
        }
        boolean deleteMarker = tag == PlainBufferConsts.TAG_DELETE_ROW_MARKER;
        if (deleteMarker) {
            nextTag();
        }
        if (tag != PlainBufferConsts.TAG_ROW_CHECKSUM) {
            throw new MalformedException("Cell data broken, row is not end with checksum tag.");
        }
        PlainBufferRow row = new PlainBufferRow(key, attributes, deleteMarker);
        checkChecksum(row.getChecksum());
        skipPadding();
        expectEnd();
        return row;
    }

    private List<PlainBufferCell> cells(boolean ofKey) throws MalformedException, IOException {
        List<PlainBufferCell> cells = new ArrayList<>();
        while (tag == PlainBufferConsts.TAG_CELL) {
            nextTag();
            cells.add(cell(ofKey));
        }
        return cells;
    }

    private PlainBufferCell cell(boolean ofKey) throws MalformedException, IOException {
        PlainBufferCell cell = new PlainBufferCell();
        if (tag != PlainBufferConsts.TAG_CELL_NAME) {
            throw unexpectedTag(PlainBufferConsts.TAG_CELL_NAME);
        }
        // Tables keep names with every row: the same ones again and again.
        cell.setCellName(Utf8.decode(bytes()).intern());
        nextTag();
        if (tag == PlainBufferConsts.TAG_CELL_VALUE) {
            int length = int32();
            int start = input.position();
            if (ofKey) {
                cell.setPkCellValue(keyValue());
            } else {
                cell.setCellValue(columnValue());
            }
            if (input.position() - start != length) {
                throw new MalformedException(
                        "Cell data broken, has more data in cell, but they can't be parsed.");
            }
            nextTag();
        }
        if (tag == PlainBufferConsts.TAG_CELL_TYPE) {
            cell.setCellType(int8());
            nextTag();
        }
        if (tag == PlainBufferConsts.TAG_CELL_TIMESTAMP) {
            cell.setCellTimestamp(int64());
            nextTag();
        }
        if (tag != PlainBufferConsts.TAG_CELL_CHECKSUM) {
            throw unexpectedTag(PlainBufferConsts.TAG_CELL_CHECKSUM);
        }
        checkChecksum(cell.getChecksum());
        nextTag();
        return cell;
    }

    private PrimaryKeyValue keyValue() throws MalformedException {
        byte type = int8();
        switch (type) {
            case PlainBufferConsts.VT_INTEGER:
                return PrimaryKeyValue.fromLong(int64());
            case PlainBufferConsts.VT_STRING:
                byte[] utf8 = bytes();
                return PrimaryKeyValue.fromString(Utf8.decode(utf8), utf8);
            case PlainBufferConsts.VT_BLOB:
                return PrimaryKeyValue.fromBinary(bytes());
            case PlainBufferConsts.VT_INF_MIN:
                return PrimaryKeyValue.INF_MIN;
            case PlainBufferConsts.VT_INF_MAX:
                return PrimaryKeyValue.INF_MAX;
            case PlainBufferConsts.VT_AUTO_INCREMENT:
                return PrimaryKeyValue.AUTO_INCREMENT;
            default:
                throw new MalformedException(
                        ValueTypes.name(type) + " is an invalid type for the primary key.");
        }
    }

    private ColumnValue columnValue() throws MalformedException {
        byte type = int8();
        switch (type) {
            case PlainBufferConsts.VT_INTEGER:
                return ColumnValue.fromLong(int64());
            case PlainBufferConsts.VT_DOUBLE:
                return ColumnValue.fromDouble(real());
            case PlainBufferConsts.VT_BOOLEAN:
                return ColumnValue.fromBoolean(int8() != 0);
            case PlainBufferConsts.VT_STRING:
                byte[] utf8 = bytes();
                return ColumnValue.fromString(Utf8.decode(utf8), utf8);
            case PlainBufferConsts.VT_BLOB:
                return ColumnValue.fromBinary(bytes());
            default:
                throw new MalformedException(
                        "data format is invalid, unknown variant type occured.");
        }
    }

    private double real() throws MalformedException {
        double value = Double.longBitsToDouble(int64());
        if (Double.isNaN(value)) {
            throw new MalformedException("NaN can't be set to double value.");
        }
        if (Double.isInfinite(value)) {
            throw new MalformedException("Infinity can't be set to double value.");
        }
        return value;
    }

    private void checkChecksum(byte computed) throws MalformedException {
        byte given = int8();
        if (given != computed) {
            throw new MalformedException(
                    "Cell data broken, checksum is mismatch, " + given + ":" + computed + ".");
        }
    }

    // The Node.js SDK sends more bytes than it writes for cells with timestamps, left at zero.
    private void skipPadding() {
        while (input.hasRemaining() && input.get(input.position()) == 0) {
            input.get();
        }
    }

    private void expectEnd() throws MalformedException {
        if (input.hasRemaining()) {
            throw new MalformedException("data format is invalid.");
        }
    }

    private void nextTag() throws MalformedException {
        tag = int8();
    }

    private byte int8() throws MalformedException {
        require(1);
        return input.get();
    }

    private int int32() throws MalformedException {
        require(4);
        return input.getInt();
    }

    private long int64() throws MalformedException {
        require(8);
        return input.getLong();
    }

    private byte[] bytes() throws MalformedException {
        int length = int32();
        if (length < 0) {
            throw new MalformedException(
                    "Cell data broken, wrong string format, size: " + length + ".");
        }
        require(length);
        byte[] bytes = new byte[length];
        input.get(bytes);
        return bytes;
    }

    private void require(int length) throws MalformedException {
        if (input.remaining() < length) {
            throw new MalformedException("data format is invalid.");
        }
    }

    private MalformedException unexpectedTag(byte expected) {
        return new MalformedException(
                "Cell data broken, mismatch tag, actual tag("
                        + PlainBufferConsts.printTag(tag)
                        + "), expect("
                        + PlainBufferConsts.printTag(expected)
                        + ").");
    }
}
