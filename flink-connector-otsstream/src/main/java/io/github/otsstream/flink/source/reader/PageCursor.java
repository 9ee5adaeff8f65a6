/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.reader;

import io.github.otsstream.flink.client.TableRow;
import io.github.otsstream.flink.record.ChangeRecord;
import java.util.Optional;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;

/**
 * A place in a {@link FetchedPage}: at one of its records, or past the last of them. It is reused
 * from record to record and read by the task thread only.
 */
@Internal
final class PageCursor {

    private FetchedPage page;
    private int index;

    void enter(FetchedPage newPage) {
        page = newPage;
        index = newPage.from() - 1;
    }

    /** Moves to the next place; false if it already was past the last record. */
    boolean advance() {
        if (index >= page.to()) {
            return false;
        }
        index++;
        return true;
    }

    FetchedPage page() {
        return page;
    }

    boolean isPastLastRecord() {
        return index >= page.to();
    }

    /**
     * The record at this place. The last one of a page holds its own bytes only: Flink's output of
     * each shard keeps the element that it was given last, and would keep the whole page with it.
     */
    ChangeRecord record() {
        ChangeRecord record = page.records().get(index);
        return index == page.to() - 1 ? record.compact() : record;
    }

    /**
     * The row that was looked up for the record at this place: empty if it did not exist; null if
     * none was.
     */
    @Nullable
    Optional<TableRow> row() {
        return page.row(index);
    }

    /** How many of the page's records are done once the one at this place is. */
    int done() {
        return index + 1;
    }
}
