/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.examples.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Links between pages lead somewhere, and every page is linked. */
class LinksTest {

    /** What whoever hosts the project shows beside its files. */
    private static final String OF_THE_HOST = "../../actions/";

    static Stream<Page> pages() throws IOException {
        return Page.all().stream();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void linksLeadToFilesAndHeadings(Page page) {
        List<String> broken = new ArrayList<>();
        for (String link : page.links()) {
            if (!link.contains("://")
                    && !link.startsWith(OF_THE_HOST)
                    && !leadsSomewhere(page, link)) {
                broken.add(link);
            }
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void theReadmesLeadToEveryPageOfTheirLanguage() throws IOException {
        assertThat(linksOf("README.md")).containsAll(pagesBelow("docs"));
        assertThat(linksOf("README.zh-CN.md")).containsAll(pagesBelow("docs/zh-CN"));
    }

    private static boolean leadsSomewhere(Page page, String link) {
        String[] parts = link.split("#", 2);
        Path target = parts[0].isEmpty() ? page.file() : page.file().resolveSibling(parts[0]);
        if (!Files.exists(target)) {
            return false;
        }
        return parts.length == 1
                || Page.of(Page.ROOT.relativize(target.normalize()).toString())
                        .anchors()
                        .contains(parts[1]);
    }

    private static Set<String> linksOf(String page) {
        return Set.copyOf(Page.of(page).links());
    }

    private static List<String> pagesBelow(String folder) throws IOException {
        List<String> pages = new ArrayList<>();
        for (Page page : Page.all()) {
            if (Path.of(page.name()).getParent() != null
                    && Path.of(page.name()).getParent().equals(Path.of(folder))) {
                pages.add(page.name());
            }
        }
        return pages;
    }
}
