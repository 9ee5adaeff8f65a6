/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.storage;

import com.alicloud.openservices.tablestore.core.protocol.PlainBufferCell;
import com.alicloud.openservices.tablestore.model.PrimaryKey;
import java.util.List;

/**
 * One row change as it was committed, in the form in which a stream record shows it.
 *
 * <p>The cells of a PUT are all cells of the new row with their versions; those of an UPDATE are
 * the cells the request named, with the versions they were given (an increment appears as a put of
 * the result); a DELETE has none.
 */
public final class CommittedChange {

    /** What the writer did to the row. */
    public enum Type {
        PUT,
        UPDATE,
        DELETE
    }

    private final Type type;
    private final PrimaryKey primaryKey;
    private final List<PlainBufferCell> cells;
    private final List<PlainBufferCell> originCells;

    /**
     * @param primaryKey the complete key, with an auto-increment column filled in
     * @param cells attribute cells as described above
     * @param originCells newest version of every cell of the row before the change; empty where the
     *     row did not exist
     */
    public CommittedChange(
            Type type,
            PrimaryKey primaryKey,
            List<PlainBufferCell> cells,
            List<PlainBufferCell> originCells) {
        this.type = type;
        this.primaryKey = primaryKey;
        this.cells = cells;
        this.originCells = originCells;
    }

    public Type type() {
        return type;
    }

    public PrimaryKey primaryKey() {
        return primaryKey;
    }

    public List<PlainBufferCell> cells() {
        return cells;
    }

    public List<PlainBufferCell> originCells() {
        return originCells;
    }
}
