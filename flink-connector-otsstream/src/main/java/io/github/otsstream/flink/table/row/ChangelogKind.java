/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.row;

import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.DescribedEnum;
import org.apache.flink.configuration.description.InlineElement;
import org.apache.flink.configuration.description.TextElement;

/** Which changes the rows of a table stand for. */
@PublicEvolving
public enum ChangelogKind implements DescribedEnum {
    APPEND("append", "Each record is a row of its own that is inserted."),

    UPSERT(
            "upsert",
            "A written row replaces the one with the same primary key, a deleted one removes it."),

    ALL(
            "all",
            "Rows come with what they were before, from the origin columns that the stream carries. A"
                    + " row exists as long as it has one of the declared columns besides its key.");

    private final String text;
    private final String description;

    ChangelogKind(String text, String description) {
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
