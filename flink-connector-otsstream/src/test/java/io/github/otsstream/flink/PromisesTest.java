/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;

/** Keeps docs/promises.md from naming tests that do not exist, and promises without a test. */
class PromisesTest {

    /** The same from the module that runs these tests on another Flink. */
    private static final Path ROOT = Path.of("..");

    private static final String MODULE = "flink-connector-otsstream";
    private static final Path TESTS = Path.of("src", "test", "java");
    private static final Pattern REFERENCE = Pattern.compile("`(\\w+)#(\\w+)`");
    private static final int MANY = 100;

    @Test
    void everyPromiseNamesTestsThatExist() throws Exception {
        Map<String, Path> sources = testSources();
        List<String> wrong = new ArrayList<>();
        List<String> promises = promises();
        for (String promise : promises) {
            Matcher matcher = REFERENCE.matcher(promise);
            int tests = 0;
            while (matcher.find()) {
                tests++;
                if (!isTest(sources.get(matcher.group(1)), matcher.group(2))) {
                    wrong.add(matcher.group());
                }
            }
            if (tests == 0) {
                wrong.add("No test for: " + promise);
            }
        }
        assertThat(promises).hasSizeGreaterThan(MANY);
        assertThat(wrong).isEmpty();
    }

    /** The lines of all tables but their heads. */
    private static List<String> promises() throws IOException {
        return Files.readAllLines(ROOT.resolve("docs/promises.md")).stream()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| promise |"))
                .collect(Collectors.toList());
    }

    /** The sources of all modules' tests by the names of their classes. */
    private static Map<String, Path> testSources() throws IOException {
        Map<String, Path> sources = new TreeMap<>();
        try (Stream<Path> modules = Files.list(ROOT)) {
            for (Path tests :
                    modules.map(module -> module.resolve(TESTS))
                            .filter(Files::isDirectory)
                            .collect(Collectors.toList())) {
                try (Stream<Path> files = Files.walk(tests)) {
                    files.filter(file -> file.toString().endsWith(".java"))
                            .forEach(file -> sources.put(className(file), file));
                }
            }
        }
        return sources;
    }

    private static String className(Path file) {
        return file.getFileName().toString().replace(".java", "");
    }

    private static boolean isTest(Path source, String method) throws Exception {
        if (source == null) {
            return false;
        }
        if (!source.startsWith(ROOT.resolve(MODULE))) {
            return Files.readString(source)
                    .matches("(?s).*@(Parameterized)?Test\\b[^;]*void " + method + "\\(.*");
        }
        Class<?> testClass =
                Class.forName(
                        ROOT.resolve(MODULE)
                                .resolve(TESTS)
                                .relativize(source)
                                .toString()
                                .replace(".java", "")
                                .replaceAll("[/\\\\]", "."));
        return ReflectionSupport.findMethods(
                        testClass,
                        candidate -> candidate.getName().equals(method),
                        HierarchyTraversalMode.BOTTOM_UP)
                .stream()
                .anyMatch(PromisesTest::isRun);
    }

    /** Whether an engine takes a method for a test: JUnit, be it inherited, or jqwik. */
    private static boolean isRun(Method method) {
        return AnnotationSupport.isAnnotated(method, Testable.class)
                && !AnnotationSupport.isAnnotated(method, Disabled.class);
    }
}
