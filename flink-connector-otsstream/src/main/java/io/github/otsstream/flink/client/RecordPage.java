/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import io.github.otsstream.flink.record.ChangeRecord;
import java.util.List;
import java.util.Objects;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;

/**
 * One answer of the service to a request for a shard's records. Immutable; holding one of its
 * records holds the bytes of the whole page.
 */
@Internal
public final class RecordPage {

    private final String shardId;
    private final List<ChangeRecord> records;
    @Nullable private final String nextIterator;
    private final boolean mayMoreRecord;
    private final int sizeInBytes;
    private final long serviceTimeMillis;

    /**
     * @param records in the order of the shard's log; the list is kept, not copied, and must not
     *     change any more
     * @param nextIterator where to go on, null if the shard has ended with this page
     * @param mayMoreRecord what the service said, false if it said nothing
     * @param sizeInBytes the size of the answer's body, uncompressed
     * @param serviceTimeMillis the service's clock, in milliseconds since 1970-01-01T00:00:00Z
     */
    public RecordPage(
            String shardId,
            List<ChangeRecord> records,
            @Nullable String nextIterator,
            boolean mayMoreRecord,
            int sizeInBytes,
            long serviceTimeMillis) {
        this.shardId = Objects.requireNonNull(shardId, "shardId");
        this.records = Objects.requireNonNull(records, "records");
        this.nextIterator = nextIterator;
        this.mayMoreRecord = mayMoreRecord;
        this.sizeInBytes = sizeInBytes;
        this.serviceTimeMillis = serviceTimeMillis;
    }

    public String getShardId() {
        return shardId;
    }

    /** Returns the records in the order of the shard's log; not to be modified. */
    public List<ChangeRecord> getRecords() {
        return records;
    }

    /** Returns where to go on, or null if the shard has ended with this page. */
    @Nullable
    public String getNextIterator() {
        return nextIterator;
    }

    /**
     * Returns whether the service said that more records follow at once. True on an empty page
     * means that the page is not the end of what there is; false can also mean that the service
     * said nothing.
     */
    public boolean mayMoreRecord() {
        return mayMoreRecord;
    }

    /** Returns the number of bytes of memory that the page's records refer to. */
    public int sizeInBytes() {
        return sizeInBytes;
    }

    /**
     * Returns the service's clock when it answered, in milliseconds since 1970-01-01T00:00:00Z. A
     * page that is empty proves the shard to be read up to about this time.
     */
    public long getServiceTimeMillis() {
        return serviceTimeMillis;
    }

    @Override
    public String toString() {
        return "RecordPage{shard="
                + shardId
                + ", records="
                + records.size()
                + ", bytes="
                + sizeInBytes
                + ", ended="
                + (nextIterator == null)
                + ", mayMoreRecord="
                + mayMoreRecord
                + '}';
    }
}
