/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.row;

import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.DescribedEnum;
import org.apache.flink.configuration.description.InlineElement;
import org.apache.flink.configuration.description.TextElement;

/** What to do with a record that does not fit the declared columns. */
@PublicEvolving
public enum DirtyRecord implements DescribedEnum {
    FAIL("fail", "Fails the job."),

    SKIP("skip", "Leaves the record out, and counts it."),

    NULL("null", "Puts null in the place of the value, and counts the record.");

    private final String text;
    private final String description;

    DirtyRecord(String text, String description) {
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
