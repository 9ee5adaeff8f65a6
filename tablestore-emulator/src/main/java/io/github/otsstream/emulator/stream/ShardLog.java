/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.stream;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The commit log of one partition: encoded records back to back in large chunks, so that a page is
 * a slice of a chunk and nothing is encoded or copied when it is served.
 *
 * <p>A record's place is its ordinal, counted from 0 when the shard opened. Records leave the log
 * from its start only. Seeks and expiry go by the greatest time up to a record, so they stay exact
 * searches when the clock steps back. Times are microseconds since the epoch. Thread-safe; a page's
 * buffers stay valid after its records have been trimmed.
 */
final class ShardLog {

    /** Small at first, since most shards of most tests hold a few records. */
    private static final int FIRST_CHUNK_BYTES = 16 * 1024;

    private static final int MAX_CHUNK_BYTES = 1024 * 1024;

    private final List<Chunk> chunks = new ArrayList<>();
    private long firstOrdinal;
    private long endOrdinal;
    private long greatestMicros = Long.MIN_VALUE;
    private boolean closed;

    /** Appends one record, {@code length} bytes from the start of {@code encoded}. */
    synchronized void append(byte[] encoded, int length, long micros) {
        greatestMicros = Math.max(greatestMicros, micros);
        Chunk last = chunks.isEmpty() ? null : chunks.get(chunks.size() - 1);
        if (last == null || !last.fits(length)) {
            int capacity =
                    last == null
                            ? FIRST_CHUNK_BYTES
                            : Math.min(MAX_CHUNK_BYTES, last.bytes.length * 4);
            last = new Chunk(endOrdinal, Math.max(capacity, length));
            chunks.add(last);
        }
        last.append(encoded, length, greatestMicros);
        endOrdinal++;
    }

    /** Nothing is appended from now on. */
    synchronized void close() {
        closed = true;
    }

    /** The ordinal of the oldest retained record, or of the next one if none is retained. */
    synchronized long firstOrdinal() {
        return firstOrdinal;
    }

    /** The ordinal that the next record will get. */
    synchronized long endOrdinal() {
        return endOrdinal;
    }

    /** Forgets all records older than {@code micros}. */
    synchronized void trimBefore(long micros) {
        firstOrdinal = seek(micros);
        while (!chunks.isEmpty() && chunks.get(0).endOrdinal() <= firstOrdinal) {
            chunks.remove(0);
        }
    }

    /** The ordinal of the first retained record at or after {@code micros}. */
    synchronized long seek(long micros) {
        int low = 0;
        int high = chunks.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (chunks.get(middle).lastMicros() < micros) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low == chunks.size()
                ? endOrdinal
                : Math.max(firstOrdinal, chunks.get(low).seek(micros));
    }

    /**
     * Up to {@code maxRecords} records from {@code ordinal} on, and up to {@code maxBytes} unless
     * the first record alone is larger. {@code ordinal} must be retained or the end.
     */
    synchronized Page read(long ordinal, int maxRecords, int maxBytes) {
        List<ByteBuffer> slices = new ArrayList<>(2);
        long next = ordinal;
        long lastMicros = 0;
        int bytes = 0;
        long limit = Math.min(endOrdinal, ordinal + maxRecords);
        for (int i = chunkOf(ordinal); next < limit; i++) {
            Chunk chunk = chunks.get(i);
            int from = (int) (next - chunk.firstOrdinal);
            int to = (int) (Math.min(limit, chunk.endOrdinal()) - chunk.firstOrdinal);
            int fitting = chunk.fitting(from, to, maxBytes - bytes);
            if (fitting == from) {
                if (bytes > 0) {
                    break;
                }
                fitting = from + 1;
            }
            int length = chunk.start(fitting) - chunk.start(from);
            slices.add(ByteBuffer.wrap(chunk.bytes, chunk.start(from), length));
            bytes += length;
            lastMicros = chunk.micros[fitting - 1];
            next = chunk.firstOrdinal + fitting;
            if (fitting < to) {
                break;
            }
        }
        boolean moreFollow = next < endOrdinal;
        return new Page(
                slices,
                bytes,
                (int) (next - ordinal),
                next,
                lastMicros,
                moreFollow,
                closed && !moreFollow);
    }

    /** The index of the chunk that holds {@code ordinal}, which must not be the end. */
    private int chunkOf(long ordinal) {
        int low = 0;
        int high = chunks.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (chunks.get(middle).firstOrdinal <= ordinal) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /** Consecutive records, as the bytes that go into a response. */
    static final class Page {
        final List<ByteBuffer> slices;
        final int bytes;
        final int records;
        final long nextOrdinal;

        /** Time of the last record; meaningless if the page is empty. */
        final long lastMicros;

        /** Whether the log held further records when the page was read. */
        final boolean moreFollow;

        /** Whether nothing can follow this page ever. */
        final boolean ended;

        Page(
                List<ByteBuffer> slices,
                int bytes,
                int records,
                long nextOrdinal,
                long lastMicros,
                boolean moreFollow,
                boolean ended) {
            this.slices = slices;
            this.bytes = bytes;
            this.records = records;
            this.nextOrdinal = nextOrdinal;
            this.lastMicros = lastMicros;
            this.moreFollow = moreFollow;
            this.ended = ended;
        }
    }

    /** A block of whole records with the place and time of each. */
    private static final class Chunk {
        final long firstOrdinal;
        final byte[] bytes;
        int[] ends = new int[64];
        long[] micros = new long[64];
        int count;

        Chunk(long firstOrdinal, int capacity) {
            this.firstOrdinal = firstOrdinal;
            this.bytes = new byte[capacity];
        }

        boolean fits(int length) {
            return start(count) + length <= bytes.length;
        }

        void append(byte[] encoded, int length, long greatestMicros) {
            int start = start(count);
            System.arraycopy(encoded, 0, bytes, start, length);
            if (count == ends.length) {
                ends = Arrays.copyOf(ends, count * 2);
                micros = Arrays.copyOf(micros, count * 2);
            }
            ends[count] = start + length;
            micros[count] = greatestMicros;
            count++;
        }

        int start(int index) {
            return index == 0 ? 0 : ends[index - 1];
        }

        long endOrdinal() {
            return firstOrdinal + count;
        }

        long lastMicros() {
            return micros[count - 1];
        }

        long seek(long wanted) {
            int low = 0;
            int high = count - 1;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (micros[middle] < wanted) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return firstOrdinal + low;
        }

        /** The greatest end in {@code [from, to]} with at most {@code maxBytes} bytes before it. */
        int fitting(int from, int to, int maxBytes) {
            long limit = (long) start(from) + maxBytes;
            int low = from;
            int high = to;
            while (low < high) {
                int middle = (low + high + 1) >>> 1;
                if (start(middle) <= limit) {
                    low = middle;
                } else {
                    high = middle - 1;
                }
            }
            return low;
        }
    }
}
