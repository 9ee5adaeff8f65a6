/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the READMEs and the documentation show is what is compiled and tested. */
class ReadmeTest {

    private static final Path ROOT = Path.of("..");
    private static final Pattern JAVA = Pattern.compile("```java\\R(.*?)```", Pattern.DOTALL);

    private static String read(Path file) throws IOException {
        return Files.readString(file);
    }

    /** Without the indentation, which differs. */
    private static String lines(String text) {
        return text.lines().map(String::strip).collect(Collectors.joining("\n"));
    }

    private static List<String> matches(Pattern pattern, String text) {
        List<String> found = new ArrayList<>();
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "README.zh-CN.md"})
    void javaIsTakenFromTheExample(String readme) throws IOException {
        String example =
                read(Path.of("src/main/java/io/github/otsstream/examples/OrderStates.java"));

        List<String> snippets = matches(JAVA, read(ROOT.resolve(readme)));

        assertThat(snippets).hasSize(1);
        assertThat(lines(example)).contains(lines(snippets.get(0)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "README.zh-CN.md"})
    void versionsAreThoseOfTheBuild(String readme) throws IOException {
        String pom = read(ROOT.resolve("pom.xml"));
        String version = matches(Pattern.compile("<version>(.*?)</version>"), pom).get(0);
        List<String> tested =
                Stream.of("<flink.version>(.*?)<", "<flink.compatibility.version>(.*?)<")
                        .map(pattern -> matches(Pattern.compile(pattern), pom).get(0))
                        .collect(Collectors.toList());

        assertThat(read(ROOT.resolve(readme)))
                .contains("<version>" + version + "</version>")
                .contains(tested);
    }

    /** So that a new measurement changes all that names it. */
    @ParameterizedTest
    @ValueSource(strings = {"README.md", "README.zh-CN.md"})
    void figuresAreThoseOfThePerformancePage(String readme) throws IOException {
        List<String> figures =
                matches(Pattern.compile("\\*\\*([^*]+)\\*\\*"), read(ROOT.resolve(readme)));

        assertThat(figures).hasSizeGreaterThan(5);
        assertThat(read(ROOT.resolve("docs/performance.md"))).contains(figures);
    }
}
