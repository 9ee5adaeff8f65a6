/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.examples.documentation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A page of the documentation, as its Markdown says it. */
final class Page {

    static final Path ROOT = Path.of("..");

    /** A block of code: what it is written in, and its lines. */
    static final class Block {

        final String language;
        final String code;

        private Block(String language, String code) {
            this.language = language;
            this.code = code;
        }
    }

    private static final Pattern FENCE = Pattern.compile("(?ms)^```(\\w*)\\R(.*?)^```$");
    private static final Pattern HEADING = Pattern.compile("(?m)^(#+) (.*)$");
    private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");
    private static final Pattern CODE = Pattern.compile("`([^`\\n]+)`");

    private final Path file;
    private final String text;

    private Page(Path file) {
        this.file = file;
        try {
            text = Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Page of(String file) {
        return new Page(ROOT.resolve(file));
    }

    /** All pages of the project. */
    static List<Page> all() throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            docs.forEach(files::add);
        }
        try (Stream<Path> root = Files.list(ROOT)) {
            root.forEach(files::add);
        }
        files.add(ROOT.resolve("tablestore-emulator/README.md"));
        return files.stream()
                .filter(file -> file.toString().endsWith(".md"))
                .sorted()
                .map(Page::new)
                .collect(Collectors.toList());
    }

    Path file() {
        return file;
    }

    /** The page's place below the project's root. */
    String name() {
        return ROOT.relativize(file).toString().replace('\\', '/');
    }

    String text() {
        return text;
    }

    List<Block> blocks() {
        List<Block> blocks = new ArrayList<>();
        Matcher matcher = FENCE.matcher(text);
        while (matcher.find()) {
            blocks.add(new Block(matcher.group(1), matcher.group(2)));
        }
        return blocks;
    }

    List<String> code(String language) {
        return blocks().stream()
                .filter(block -> block.language.equals(language))
                .map(block -> block.code)
                .collect(Collectors.toList());
    }

    /** Headings with their levels' marks, as {@code ## Options}. */
    List<String> headings() {
        return matches(HEADING, prose(), 0);
    }

    List<String> links() {
        return matches(LINK, prose(), 1);
    }

    /** What is set as code in the text, once each. */
    Set<String> names() {
        return new LinkedHashSet<>(matches(CODE, prose(), 1));
    }

    /** Where GitHub lets links lead to in this page. */
    Set<String> anchors() {
        return headings().stream()
                .map(heading -> heading.replaceAll("^#+ ", ""))
                .map(
                        heading ->
                                heading.toLowerCase(Locale.ROOT)
                                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                                        .replace(' ', '-'))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** Without its blocks of code. */
    private String prose() {
        return FENCE.matcher(text).replaceAll("");
    }

    private static List<String> matches(Pattern pattern, String text, int group) {
        return pattern.matcher(text)
                .results()
                .map(result -> result.group(group))
                .collect(Collectors.toList());
    }

    @Override
    public String toString() {
        return name();
    }
}
