/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.record;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;

/**
 * Turns PlainBuffer rows that lie in one array into records over that array.
 *
 * <p>Each row is walked once. Every length is checked against the row's end before it is used, and
 * the checksum of every cell and of the row is verified, so that records can later be read without
 * a check. The only thing allocated, besides the records, is an index of four bytes for each cell.
 * Malformed bytes give a {@link PlainBufferFormatException}.
 *
 * <p>Where the official SDK refuses bytes, so does this decoder; what both accept, they read alike.
 * In some places this one is stricter: a change must carry its key and its sequence, key columns
 * hold values and no bounds of ranges, also in the row as it was before, of which the SDK ignores
 * the key; each column has a name in UTF-8; nothing may follow the row's checksum. Records of
 * time-series tables are told by their first key column, and become what the SDK makes of them when
 * it is asked for time-series format. Only where a field's name holds a colon, besides the one
 * before its type, the SDK cuts it there, and this decoder does not.
 *
 * <p>One decoder serves one array and one shard, on one thread.
 */
@Internal
public final class PlainBufferDecoder {

    /**
     * Cells in the first index: small, for it may be one record's own; each further one is twice as
     * large.
     */
    private static final int FIRST_INDEX = 8;

    private static final int LARGEST_INDEX = 4096;

    /**
     * The name of the first key column of time-series tables; no other column can have it, since
     * names are made of letters, digits and underscores.
     */
    private static final byte[] TIME_SERIES_HASH = "_#h".getBytes(StandardCharsets.UTF_8);

    private final byte[] buffer;
    private final String shardId;

    private int[] cells = new int[0];
    private int nextIndexSize = FIRST_INDEX;
    private int cellCount;

    // What was seen last in each place of a record: the cell from its name up to the tag after it.
    private int[] seenHeads = new int[0];
    private int[] seenLengths = new int[0];
    private byte[] seenCrcs = new byte[0];

    private long seenVersion;
    private byte seenVersionCrc;

    /** That of the last record; null while one is decoded, and if that failed. */
    @Nullable private RecordLayout layout;

    // The record and the row under the decoder's hand.
    private int start;
    private int end;
    private int at;
    private byte tag;
    private byte rowCrc;
    private int firstCell;
    private int cellOfRecord;
    private boolean namesAsBefore;
    private boolean hasSequence;
    private int epoch;
    private long timestampMicros;
    private int rowIndex;

    /**
     * @param buffer kept by the records, not copied; must not be changed any more
     * @param shardId the shard that the records were read from
     */
    public PlainBufferDecoder(byte[] buffer, String shardId) {
        this.buffer = buffer;
        this.shardId = shardId;
    }

    /**
     * Decodes the change in {@code length} bytes at {@code offset}, of a stream without origin
     * columns.
     */
    public ChangeRecord decode(OperationType operation, int offset, int length) {
        return decode(operation, offset, length, 0, ChangeRecord.NO_ORIGIN);
    }

    /**
     * Decodes a change and the row as it was before.
     *
     * @param originLength the number of bytes at {@code originOffset}, -1 if the stream carries no
     *     origin columns
     */
    public ChangeRecord decode(
            OperationType operation, int offset, int length, int originOffset, int originLength) {
        firstCell = cellCount;
        cellOfRecord = 0;
        namesAsBefore = true;
        RecordLayout before = layout;
        layout = null;
        begin(offset, length);
        int keyCount = 0;
        if (tag == PlainBuffer.ROW_PK) {
            keyCount = decodeCells(true, true);
        }
        if (keyCount == 0) {
            throw malformed("The row has no primary key");
        }
        int columnCount = finishRow(true);
        if (!hasSequence) {
            throw malformed("The row has no sequence");
        }
        int originCount =
                originLength == ChangeRecord.NO_ORIGIN
                        ? 0
                        : decodeOrigin(originOffset, originLength);
        boolean timeSeries = keyCount > 1 && isTimeSeriesHash(cells[firstCell]);
        if (timeSeries) {
            int firstColumn = firstCell + keyCount;
            checkFields(firstColumn, columnCount, offset);
            checkFields(firstColumn + columnCount, originCount, originOffset);
        }
        int hidden = timeSeries ? 1 : 0;
        layout =
                namesAsBefore
                                && before != null
                                && before.hasCounts(
                                        keyCount - hidden, columnCount, originCount, cellOfRecord)
                        ? before
                        : new RecordLayout(
                                keyCount - hidden,
                                columnCount,
                                originCount,
                                timeSeries,
                                cellOfRecord);
        return new ChangeRecord(
                shardId,
                operation,
                epoch,
                timestampMicros,
                rowIndex,
                buffer,
                offset,
                length,
                originOffset,
                originLength,
                cells,
                firstCell + hidden,
                layout);
    }

    private boolean isTimeSeriesHash(int cell) {
        return Cell.nameEquals(buffer, cell, Cell.nameLength(buffer, cell), TIME_SERIES_HASH);
    }

    /** A field's name ends where a colon and its type begin. */
    private void checkFields(int from, int count, int rowOffset) {
        for (int i = from; i < from + count; i++) {
            int name = Cell.nameOffset(cells[i]);
            if (buffer[name] == ':') {
                throw new PlainBufferFormatException("A field has an empty name", name - rowOffset);
            }
        }
    }

    private int decodeOrigin(int offset, int length) {
        begin(offset, length);
        if (tag == PlainBuffer.ROW_PK && decodeCells(true, false) == 0) {
            throw malformed("The origin row has an empty primary key");
        }
        return finishRow(false);
    }

    /** Reads the header and the first tag. */
    private void begin(int offset, int length) {
        if (offset < 0 || length < 0 || offset > buffer.length - length) {
            throw new IndexOutOfBoundsException(
                    "Bytes " + offset + " to " + ((long) offset + length) + " of " + buffer.length);
        }
        start = offset;
        end = offset + length;
        at = offset;
        rowCrc = 0;
        if (readInt("header") != PlainBuffer.HEADER) {
            throw malformed("The header is not that of a row");
        }
        tag = at < end ? buffer[at++] : 0;
    }

    /** Decodes what follows the primary key, and returns the number of attribute columns. */
    private int finishRow(boolean isChange) {
        int columnCount = 0;
        if (tag == PlainBuffer.ROW_DATA) {
            columnCount = decodeCells(false, true);
        }
        boolean deleted = tag == PlainBuffer.DELETE_ROW_MARKER;
        if (deleted) {
            nextTag();
        }
        if (isChange) {
            hasSequence = false;
        }
        if (tag == PlainBuffer.EXTENSION) {
            decodeExtension(isChange);
        }
        expect(PlainBuffer.ROW_CHECKSUM, "the row's checksum");
        byte expected = Crc8.update(rowCrc, deleted ? (byte) 1 : (byte) 0);
        if (readByte("row checksum") != expected) {
            throw malformed("The row's checksum does not match");
        }
        if (at != end) {
            throw malformed("Bytes follow the row");
        }
        return columnCount;
    }

    /** Decodes the cells after a ROW_PK or ROW_DATA tag, and returns their number. */
    private int decodeCells(boolean key, boolean index) {
        int count = 0;
        nextTag();
        while (tag == PlainBuffer.CELL) {
            int cell = decodeCell(key);
            if (index) {
                addToIndex(cell);
            }
            count++;
        }
        return count;
    }

    /**
     * Verifies the cell whose tag was just read, reads the tag after it, and returns the offset to
     * know the cell by.
     */
    private int decodeCell(boolean key) {
        int cell = at + 1;
        byte crc = decodeHead();
        boolean hasValue = tag == PlainBuffer.CELL_VALUE;
        if (hasValue) {
            crc = decodeValue(key, crc);
            nextTag();
        }
        boolean hasOperation = tag == PlainBuffer.CELL_TYPE;
        byte operation = 0;
        if (hasOperation) {
            operation = readByte("cell operation");
            nextTag();
        }
        boolean hasVersion = tag == PlainBuffer.CELL_TIMESTAMP;
        if (hasVersion) {
            need(8, "version");
            long version = PlainBuffer.readLong(buffer, at);
            if (version != seenVersion) {
                seeVersion(version);
            }
            at += 8;
            crc = Crc8.append(crc, seenVersionCrc);
            nextTag();
        }
        // The operation comes before the version in the row, but after it in the checksum.
        if (hasOperation) {
            crc = Crc8.update(crc, operation);
        }
        expect(PlainBuffer.CELL_CHECKSUM, "a cell's checksum");
        if (readByte("cell checksum") != crc) {
            throw malformed("A cell's checksum does not match");
        }
        rowCrc = Crc8.update(rowCrc, crc);
        if (key) {
            if (!hasValue) {
                throw malformed("A primary key column has no value");
            }
        } else {
            checkOperation(hasValue, hasOperation, operation, hasVersion);
        }
        nextTag();
        return cell;
    }

    /** Cells that were written together mostly have one version. */
    private void seeVersion(long version) {
        if (version < 0) {
            throw malformed("A version is negative");
        }
        seenVersion = version;
        seenVersionCrc = Crc8.update((byte) 0, version);
    }

    private void checkOperation(
            boolean hasValue, boolean hasOperation, byte operation, boolean hasVersion) {
        if (!hasOperation) {
            if (!hasValue || !hasVersion) {
                throw malformed("A written column lacks its value or its version");
            }
        } else if (operation == PlainBuffer.DELETE_ONE_VERSION) {
            if (hasValue || !hasVersion) {
                throw malformed("A deleted version has a value or lacks its version");
            }
        } else if (operation == PlainBuffer.DELETE_ALL_VERSIONS) {
            if (hasValue || hasVersion) {
                throw malformed("A deleted column has a value or a version");
            }
        } else {
            throw malformed("A column has an unknown operation, " + operation);
        }
    }

    /**
     * Reads the name and the tag after it, and returns the checksum. Most records have the columns
     * of the record before them, and what is true of a name that has been seen in the same place
     * need not be found out again.
     */
    private byte decodeHead() {
        int place = cellOfRecord++;
        if (place < seenHeads.length) {
            int seenLength = seenLengths[place];
            if (seenLength > 0
                    && seenLength <= end - at
                    && PlainBuffer.equal(buffer, at, seenHeads[place], seenLength)) {
                at += seenLength;
                tag = buffer[at - 1];
                return seenCrcs[place];
            }
        }
        namesAsBefore = false;
        int head = at;
        nextTag();
        expect(PlainBuffer.CELL_NAME, "a cell's name");
        int length = readLength("name");
        if (length == 0) {
            throw malformed("A column has an empty name");
        }
        int name = at;
        at += length;
        for (int i = name; i < at; i++) {
            if (buffer[i] < 0) {
                checkUtf8(name, length);
                break;
            }
        }
        byte crc = Crc8.update((byte) 0, buffer, name, length);
        nextTag();
        seeHead(place, head, at - head, crc);
        return crc;
    }

    private void seeHead(int place, int head, int length, byte crc) {
        if (place >= seenHeads.length) {
            int size = Math.max(FIRST_INDEX, 2 * place);
            seenHeads = Arrays.copyOf(seenHeads, size);
            seenLengths = Arrays.copyOf(seenLengths, size);
            seenCrcs = Arrays.copyOf(seenCrcs, size);
        }
        seenHeads[place] = head;
        seenLengths[place] = length;
        seenCrcs[place] = crc;
    }

    private void checkUtf8(int offset, int length) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(buffer, offset, length));
        } catch (CharacterCodingException e) {
            throw malformed("A column's name is not UTF-8");
        }
    }

    /** Returns the checksum after the value. */
    private byte decodeValue(boolean key, byte crc) {
        // The length of type and payload together: other readers ignore it, since the payload says
        // its own.
        readInt("value length");
        byte type = readByte("value type");
        crc = Crc8.update(crc, type);
        int from = at;
        switch (type) {
            case PlainBuffer.INTEGER:
                need(8, "integer");
                at += 8;
                return Crc8.update(crc, PlainBuffer.readLong(buffer, from));
            case PlainBuffer.STRING:
                skip("text");
                break;
            case PlainBuffer.BINARY:
                skip("binary value");
                break;
            case PlainBuffer.DOUBLE:
                refuseInKey(key, type);
                need(8, "double");
                at += 8;
                return Crc8.update(crc, PlainBuffer.readLong(buffer, from));
            case PlainBuffer.BOOLEAN:
                refuseInKey(key, type);
                return Crc8.update(crc, readByte("boolean") == 0 ? (byte) 0 : (byte) 1);
            default:
                throw malformed("A value has an unknown type, " + type);
        }
        return Crc8.update(crc, buffer, from, at - from);
    }

    private void refuseInKey(boolean key, byte type) {
        if (key) {
            throw malformed("A primary key column has the type " + type);
        }
    }

    /**
     * Decodes the extension whose tag was just read. Parts of unknown kind are skipped by their
     * length, so that the service can add some. The extension's own length and that of the sequence
     * are not needed, and ignored as other readers do.
     */
    private void decodeExtension(boolean keepSequence) {
        readInt("extension length");
        nextTag();
        while (tag == PlainBuffer.SEQ_INFO || isUnknown(tag)) {
            if (tag == PlainBuffer.SEQ_INFO) {
                decodeSequence(keepSequence);
            } else {
                skip("extension");
                nextTag();
            }
        }
    }

    private static boolean isUnknown(byte tag) {
        return tag < PlainBuffer.ROW_PK || tag > PlainBuffer.SEQ_INFO_ROW_INDEX;
    }

    private void decodeSequence(boolean keep) {
        readInt("sequence length");
        nextTag();
        expect(PlainBuffer.SEQ_INFO_EPOCH, "the sequence's epoch");
        int readEpoch = readInt("epoch");
        nextTag();
        expect(PlainBuffer.SEQ_INFO_TIMESTAMP, "the sequence's timestamp");
        need(8, "timestamp");
        long readTimestamp = PlainBuffer.readLong(buffer, at);
        at += 8;
        nextTag();
        expect(PlainBuffer.SEQ_INFO_ROW_INDEX, "the sequence's row index");
        int readRowIndex = readInt("row index");
        nextTag();
        if (keep) {
            hasSequence = true;
            epoch = readEpoch;
            timestampMicros = readTimestamp;
            rowIndex = readRowIndex;
        }
    }

    /**
     * Adds a cell to the index. A full index is left to the records that use it, and a new one
     * begun.
     */
    private void addToIndex(int cell) {
        if (cellCount == cells.length) {
            int ofThisRecord = cellCount - firstCell;
            int[] next = new int[Math.max(nextIndexSize, 2 * ofThisRecord)];
            nextIndexSize = Math.min(LARGEST_INDEX, 2 * nextIndexSize);
            System.arraycopy(cells, firstCell, next, 0, ofThisRecord);
            cells = next;
            firstCell = 0;
            cellCount = ofThisRecord;
        }
        cells[cellCount++] = cell;
    }

    private void nextTag() {
        tag = readByte("tag");
    }

    private void expect(byte expected, String what) {
        if (tag != expected) {
            throw malformed("Expected " + what + " (tag " + expected + "), found tag " + tag);
        }
    }

    private byte readByte(String what) {
        if (at >= end) {
            throw endsIn(what);
        }
        return buffer[at++];
    }

    private int readInt(String what) {
        need(4, what);
        int value = PlainBuffer.readInt(buffer, at);
        at += 4;
        return value;
    }

    /** Reads a length and checks that so many bytes follow. */
    private int readLength(String what) {
        int length = readInt(what);
        if (length < 0 || length > end - at) {
            throw malformed(
                    "The length of a "
                            + what
                            + " is "
                            + length
                            + ", with "
                            + (end - at)
                            + " bytes left");
        }
        return length;
    }

    /** Skips what is preceded by its length. */
    private void skip(String what) {
        int length = readLength(what);
        at += length;
    }

    private void need(int bytes, String what) {
        if (bytes > end - at) {
            throw endsIn(what);
        }
    }

    private PlainBufferFormatException endsIn(String what) {
        return malformed("The row ends within a " + what);
    }

    private PlainBufferFormatException malformed(String problem) {
        return new PlainBufferFormatException(problem, at - start);
    }
}
