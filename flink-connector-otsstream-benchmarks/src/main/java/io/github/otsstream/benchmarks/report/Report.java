/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.benchmarks.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Shows sections as tables of medians, and writes all samples down as JSON. */
public final class Report {

    private final List<Section> sections = new ArrayList<>();
    private final Map<String, Object> settings;

    /**
     * @param settings how it was measured, as it is to be written down
     */
    public Report(Map<String, Object> settings) {
        this.settings = settings;
    }

    /** Adds a section and prints it. */
    public void add(Section section, PrintWriter out) {
        sections.add(section);
        out.printf("%n%s: %s%n", section.name(), section.title());
        section.notes().forEach(note -> out.printf("  %s%n", note));
        printRows(section, out);
        for (Target target : section.targets()) {
            out.printf(
                    "  %s  %s: %s (%s)%n",
                    target.isReached() ? "pass " : "SHORT",
                    target.text(),
                    number(target.value()),
                    target.condition());
        }
        out.flush();
    }

    private static void printRows(Section section, PrintWriter out) {
        Set<String> figures = new LinkedHashSet<>();
        section.rows().forEach(row -> figures.addAll(row.samples().keySet()));
        int labels = section.rows().stream().mapToInt(row -> row.label().length()).max().orElse(0);
        StringBuilder head = new StringBuilder("  " + " ".repeat(labels));
        figures.forEach(figure -> head.append("  ").append(figure));
        out.println(head);
        for (Row row : section.rows()) {
            StringBuilder line = new StringBuilder("  ");
            line.append(String.format("%-" + Math.max(1, labels) + "s", row.label()));
            for (String figure : figures) {
                String text = row.samples().containsKey(figure) ? number(row.median(figure)) : "";
                line.append(String.format("  %" + figure.length() + "s", text));
            }
            out.println(line);
        }
    }

    /** Writes everything down. */
    public void write(Path file) throws IOException {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("time", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        report.put("machine", Machine.describe());
        report.put("settings", settings);
        List<Object> written = new ArrayList<>();
        sections.forEach(section -> written.add(write(section)));
        report.put("scenarios", written);
        Files.createDirectories(file.toAbsolutePath().getParent());
        new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(file.toFile(), report);
    }

    private static Map<String, Object> write(Section section) {
        Map<String, Object> written = new LinkedHashMap<>();
        written.put("name", section.name());
        written.put("title", section.title());
        written.put("notes", section.notes());
        Map<String, Object> rows = new LinkedHashMap<>();
        for (Row row : section.rows()) {
            Map<String, Object> figures = new LinkedHashMap<>();
            row.samples()
                    .forEach(
                            (figure, samples) ->
                                    figures.put(
                                            figure,
                                            Map.of(
                                                    "median",
                                                    row.median(figure),
                                                    "samples",
                                                    samples)));
            rows.put(row.label(), figures);
        }
        written.put("rows", rows);
        List<Object> targets = new ArrayList<>();
        for (Target target : section.targets()) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("target", target.text());
            one.put("condition", target.condition());
            one.put("value", target.value());
            one.put("pass", target.isReached());
            targets.add(one);
        }
        written.put("targets", targets);
        return written;
    }

    /** Three digits that count, and no exponent. */
    static String number(double value) {
        double size = Math.abs(value);
        if (size >= 100 || value == Math.rint(value)) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        return String.format(Locale.ROOT, size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f", value);
    }
}
