/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.examples.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.otsstream.flink.table.OtsStreamTableFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.configuration.ConfigOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The documentation names messages, options and metrics as the code does. */
class NamesTest {

    /** Stands for what differs in a message. */
    private static final String VARIABLE = "…";

    /** A message is told from others by this much of it. */
    private static final int TELLING = 12;

    private static final Path SOURCES =
            Page.ROOT.resolve("flink-connector-otsstream/src/main/java");
    private static final Pattern COMMENT = Pattern.compile("(?m)/\\*[\\s\\S]*?\\*/|^\\s*//.*$");
    private static final Pattern JOINED = Pattern.compile("\"\\s*\\+\\s*\"");
    private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");

    /** What begins so is an option, where it is set as code. */
    private static final Pattern OPTION =
            Pattern.compile(
                    "(scan|fetch|rate-limit|connection|status-table|credentials|source-watermark"
                            + "|dirty-record|trimmed-data|partial-update|changelog-mode|read-mode)"
                            + "[a-z.-]*");

    private static final Set<String> NO_OPTIONS = Set.of("scan", "connection", "credentials");

    static Stream<Page> pages() throws IOException {
        return Page.all().stream();
    }

    @Test
    void quotedMessagesAreThoseOfTheCode() throws IOException {
        List<String> messages =
                Page.of("docs/troubleshooting.md").headings().stream()
                        .filter(heading -> heading.startsWith("### `"))
                        .map(heading -> heading.substring("### `".length(), heading.length() - 1))
                        .collect(Collectors.toList());
        List<List<String>> sources = literals();

        assertThat(messages)
                .hasSizeGreaterThan(20)
                .allSatisfy(
                        message ->
                                assertThat(sources)
                                        .as(message)
                                        .anyMatch(literals -> hasParts(literals, message)));
    }

    @ParameterizedTest
    @MethodSource("pages")
    void optionsAreThoseOfTheConnector(Page page) {
        OtsStreamTableFactory factory = new OtsStreamTableFactory();
        Set<String> options = new HashSet<>();
        Stream.concat(factory.requiredOptions().stream(), factory.optionalOptions().stream())
                .map(ConfigOption::key)
                .forEach(options::add);
        Set<String> unknown = new TreeSet<>();
        for (String name : page.names()) {
            if (OPTION.matcher(name).matches()
                    && !name.endsWith(".")
                    && !name.startsWith("scan.watermark.")
                    && !NO_OPTIONS.contains(name)) {
                unknown.add(name);
            }
        }
        unknown.removeAll(options);

        assertThat(unknown).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void metricsAreThoseOfTheirPage(Page page) {
        Set<String> documented = Page.of("docs/metrics.md").names();
        Set<String> named = new TreeSet<>(page.names());
        named.removeIf(name -> !name.matches("(otsstream|deserializer)\\.[\\w.<>]+"));
        if (page.name().endsWith("operations.md")) {
            assertThat(named).hasSizeGreaterThan(5);
        }

        assertThat(documented).containsAll(named);
    }

    /** The texts in each source file, those that are put together from literals as one. */
    private static List<List<String>> literals() throws IOException {
        List<List<String>> all = new ArrayList<>();
        try (Stream<Path> files = Files.walk(SOURCES)) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".java"))
                            .collect(Collectors.toList())) {
                String code = COMMENT.matcher(Files.readString(file)).replaceAll("");
                all.add(
                        LITERAL.matcher(JOINED.matcher(code).replaceAll(""))
                                .results()
                                .map(result -> result.group(1).replace("\\\"", "\""))
                                .collect(Collectors.toList()));
            }
        }
        return all;
    }

    private static boolean hasParts(List<String> literals, String message) {
        List<String> parts =
                Stream.of(message.split(VARIABLE))
                        .filter(part -> !part.isBlank())
                        .collect(Collectors.toList());
        return parts.stream().anyMatch(part -> part.length() >= TELLING)
                && parts.stream()
                        .allMatch(part -> literals.stream().anyMatch(text -> text.contains(part)));
    }
}
