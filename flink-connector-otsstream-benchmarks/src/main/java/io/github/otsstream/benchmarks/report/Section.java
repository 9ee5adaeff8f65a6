/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.benchmarks.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What one scenario has found. */
public final class Section {

    private final String name;
    private final String title;
    private final List<String> notes = new ArrayList<>();
    private final Map<String, Row> rows = new LinkedHashMap<>();
    private final List<Target> targets = new ArrayList<>();

    public Section(String name, String title) {
        this.name = name;
        this.title = title;
    }

    /** Adds what a reader of the figures has to know. */
    public void note(String text) {
        notes.add(text);
    }

    /** The row with this label, new ones at the end. */
    public Row row(String label) {
        return rows.computeIfAbsent(label, Row::new);
    }

    public void atMost(String what, double value, double bound) {
        targets.add(new Target(what, value, bound, false));
    }

    public void atLeast(String what, double value, double bound) {
        targets.add(new Target(what, value, bound, true));
    }

    String name() {
        return name;
    }

    String title() {
        return title;
    }

    List<String> notes() {
        return notes;
    }

    List<Row> rows() {
        return new ArrayList<>(rows.values());
    }

    List<Target> targets() {
        return targets;
    }
}
