/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.examples.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each Chinese page says what the English one says, as far as that can be told. */
class TranslationsTest {

    private static final String CHINESE = "docs/zh-CN/";

    private static final List<String> TRANSLATED =
            List.of(
                    "docs/quickstart.md",
                    "docs/sql.md",
                    "docs/datastream.md",
                    "docs/operations.md",
                    "docs/troubleshooting.md",
                    "docs/migration.md",
                    "README.md");

    static Stream<String> pages() {
        return TRANSLATED.stream();
    }

    private static Page chinese(String english) {
        return Page.of(
                english.equals("README.md")
                        ? "README.zh-CN.md"
                        : english.replace("docs/", CHINESE));
    }

    @ParameterizedTest
    @MethodSource("pages")
    void headingsHaveTheSameLevels(String english) {
        assertThat(levels(chinese(english))).isEqualTo(levels(Page.of(english)));
    }

    /** Comments in them are translated, diagrams too. */
    @ParameterizedTest
    @MethodSource("pages")
    void blocksOfCodeAreTheSame(String english) {
        assertThat(code(chinese(english))).containsExactlyElementsOf(code(Page.of(english)));
    }

    @ParameterizedTest
    @MethodSource("pages")
    void namesOfOptionsMetricsAndMessagesAreTheSame(String english) {
        assertThat(chinese(english).names())
                .containsExactlyInAnyOrderElementsOf(Page.of(english).names());
    }

    @ParameterizedTest
    @MethodSource("pages")
    void tablesHaveTheSameRows(String english) {
        assertThat(rows(chinese(english))).isEqualTo(rows(Page.of(english)));
    }

    @ParameterizedTest
    @MethodSource("pages")
    void linksLeadToTheSamePages(String english) {
        assertThat(targets(chinese(english)))
                .containsExactlyInAnyOrderElementsOf(targets(Page.of(english)));
    }

    @Test
    void everyChinesePageHasAnEnglishOne() throws IOException {
        assertThat(Page.all())
                .map(Page::name)
                .filteredOn(name -> name.startsWith(CHINESE))
                .map(name -> name.replace(CHINESE, "docs/"))
                .isSubsetOf(TRANSLATED);
    }

    private static List<Integer> levels(Page page) {
        return page.headings().stream()
                .map(heading -> heading.indexOf(' '))
                .collect(Collectors.toList());
    }

    private static List<String> code(Page page) {
        return page.blocks().stream()
                .filter(block -> !block.language.equals("mermaid"))
                .map(block -> block.code.replaceAll("(?m)\\s*(--|//) .*$", ""))
                .collect(Collectors.toList());
    }

    private static long rows(Page page) {
        return page.text().lines().filter(line -> line.startsWith("|")).count();
    }

    /** Files by their names: the languages link each their own pages, at headings of their own. */
    private static List<String> targets(Page page) {
        List<String> targets = new ArrayList<>();
        for (String link : page.links()) {
            if (!link.contains("://")) {
                String file = link.replaceAll("#.*", "").replaceAll(".*/", "");
                boolean isOther = file.startsWith("README.") && !link.contains("/");
                targets.add(isOther ? "the other README" : file);
            }
        }
        return targets;
    }
}
