/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.benchmarks.contender;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import io.github.otsstream.benchmarks.server.RowShape;

/** What a contender is to read, and how. Travels to its process as JSON. */
@JsonAutoDetect(fieldVisibility = JsonAutoDetect.Visibility.ANY)
public final class Task implements Cloneable {

    static final String INSTANCE = "emulator";
    static final String ACCESS_KEY_ID = "emulator";
    static final String ACCESS_KEY_SECRET = "emulator-secret";

    ContenderKind kind;
    String endpoint;
    String table;
    RowShape shape = RowShape.NARROW;
    int recordsPerRequest = 1_000;

    /** How many of the attributes are selected; 0 for all of them. */
    int columns;

    /** Zero for the default. */
    long maxIdleMillis;

    boolean contentMd5;

    boolean measuresDelay;

    boolean measuresBuffer;

    /** A table with a row that is older than all others; null for no alignment with it. */
    String alignedWith;

    private Task() {}

    /** Reads the table's narrow rows with default settings. */
    public static Task of(ContenderKind kind, String endpoint, String table) {
        Task task = new Task();
        task.kind = kind;
        task.endpoint = endpoint;
        task.table = table;
        return task;
    }

    public ContenderKind kind() {
        return kind;
    }

    public Task shape(RowShape rows) {
        Task copy = copy();
        copy.shape = rows;
        return copy;
    }

    public Task recordsPerRequest(int records) {
        Task copy = copy();
        copy.recordsPerRequest = records;
        return copy;
    }

    /** Selects so many attributes in SQL, from the middle of the row. */
    public Task columns(int selected) {
        Task copy = copy();
        copy.columns = selected;
        return copy;
    }

    public Task maxIdleMillis(long millis) {
        Task copy = copy();
        copy.maxIdleMillis = millis;
        return copy;
    }

    /** Has the MD5 sum of each page checked, as it is not by default. */
    public Task contentMd5() {
        Task copy = copy();
        copy.contentMd5 = true;
        return copy;
    }

    /** Measures how long each record took from its write to the sink. */
    public Task measuresDelay() {
        Task copy = copy();
        copy.measuresDelay = true;
        return copy;
    }

    /** Looks at how much a reader holds, all the time. */
    public Task measuresBuffer() {
        Task copy = copy();
        copy.measuresBuffer = true;
        return copy;
    }

    /** Aligns the watermark with that of another table, which stands still at its oldest row. */
    public Task alignedWith(String otherTable) {
        Task copy = copy();
        copy.alignedWith = otherTable;
        return copy;
    }

    private Task copy() {
        try {
            return (Task) clone();
        } catch (CloneNotSupportedException e) {
            throw new AssertionError(e);
        }
    }
}
