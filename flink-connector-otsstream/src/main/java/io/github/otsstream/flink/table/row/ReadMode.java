/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.row;

import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.DescribedEnum;
import org.apache.flink.configuration.description.InlineElement;
import org.apache.flink.configuration.description.TextElement;

/** What the rows of a table are made of. */
@PublicEvolving
public enum ReadMode implements DescribedEnum {
    ROW("row", "One row for each record, columns by their names."),

    MULTI_VERSION(
            "multi-version",
            "One row for each cell of a record, as DataX and DataWorks export them."),

    SINGLE_VERSION_AND_UPDATE_ONLY(
            "single-version-and-update-only",
            "One row for each record that does not delete the row, as the row mode of DataX.");

    private final String text;
    private final String description;

    ReadMode(String text, String description) {
        this.text = text;
        this.description = description;
    }

    /** The value as it is written in options. */
    @Override
    public String toString() {
        return text;
    }

    @Override
    public InlineElement getDescription() {
        return TextElement.text(description);
    }
}
