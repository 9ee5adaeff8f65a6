/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.reader;

import java.io.Serializable;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;

/**
 * Has the row read from the table for each record that changes only a part of it, that is for each
 * UPDATE; {@link io.github.otsstream.flink.source.deserialization.LookupContext} shows it to the
 * schema. Says which attribute columns are read. Immutable.
 *
 * <p>What is seen this way:
 *
 * <ul>
 *   <li>The row is as it was at some moment after the record was fetched: with the record's change,
 *       with all before it, and possibly with later ones, whose own records are still to come. If a
 *       later change has deleted the row, it is not there. A bounded job can see changes that were
 *       made after its end.
 *   <li>In one fetched page a row is read once: all its UPDATE records there show the same. Rows of
 *       different keys are not of one moment.
 *   <li>What is shown of a row can go back for a while. An UPDATE may show it as a later PUT or
 *       DELETE has left it, and is followed by what comes in between and by these. And of two
 *       lookups in different pages, the one for the earlier record may have read the row later.
 *   <li>What is shown last is right all the same. The last change of a row is either a PUT or a
 *       DELETE, whose record says all, or an UPDATE, whose lookup began after that change. Only
 *       what leaves the table by its time to live does so without a record.
 *   <li>Records that are read again after a failure are looked up again and can show newer rows
 *       than the first time. So elements replace one another; counting or adding them up goes
 *       wrong.
 * </ul>
 */
@Internal
public final class RowLookup implements Serializable {

    private static final long serialVersionUID = 1L;

    @Nullable private final LinkedHashSet<String> columns;

    private RowLookup(@Nullable LinkedHashSet<String> columns) {
        this.columns = columns;
    }

    /** Rows with all their columns. */
    public static RowLookup ofWholeRows() {
        return new RowLookup(null);
    }

    /** Rows with these attribute columns, as far as they have them. */
    public static RowLookup ofColumns(Collection<String> columns) {
        return new RowLookup(new LinkedHashSet<>(columns));
    }

    /** The attribute columns to read; null for all of them. */
    @Nullable
    Set<String> columns() {
        return columns;
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof RowLookup && Objects.equals(columns, ((RowLookup) o).columns);
    }

    @Override
    public int hashCode() {
        return Objects.hashCode(columns);
    }

    @Override
    public String toString() {
        return "rows with " + (columns == null ? "all columns" : columns);
    }
}
