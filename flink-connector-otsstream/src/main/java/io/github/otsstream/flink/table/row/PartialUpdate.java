/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.row;

import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.DescribedEnum;
import org.apache.flink.configuration.description.InlineElement;
import org.apache.flink.configuration.description.TextElement;

/**
 * How a record that changes only some columns of a row becomes a whole row. One that writes all
 * columns that are wanted needs nothing of this; it is taken to write their newest versions.
 */
@PublicEvolving
public enum PartialUpdate implements DescribedEnum {
    ORIGIN_COLUMNS(
            "origin-columns",
            "From the origin columns that the record carries; the stream must carry all that are declared."),

    LOOKUP("lookup", "By reading the row as it is now, which can be after later changes."),

    NULL(
            "null",
            "Columns that the record does not change are null, which is not what the row holds."),

    FAIL("fail", "Not at all: such a record fails the job.");

    private final String text;
    private final String description;

    PartialUpdate(String text, String description) {
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
