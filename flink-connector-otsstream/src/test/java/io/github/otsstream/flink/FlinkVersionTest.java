/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.flink.runtime.util.EnvironmentInformation;
import org.junit.jupiter.api.Test;

/**
 * The tests run on the Flink that the build says they run on: otherwise a green run on another line
 * would prove nothing.
 */
class FlinkVersionTest {

    /** Set by the build for every test run. */
    private static final String WANTED = System.getProperty("flink.version");

    private static final Pattern FLINK_JAR =
            Pattern.compile(
                    "flink-(?!shaded-|connector-otsstream|sql-connector-otsstream).*?-(\\d+\\.\\d+\\.\\d+)\\b.*\\.jar");

    @Test
    void theRuntimeIsOfTheWantedVersion() {
        assertThat(EnvironmentInformation.getVersion()).isEqualTo(WANTED);
    }

    @Test
    void noJarOfAnotherFlinkIsOnTheClassPath() {
        List<String> versions =
                Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                        .map(entry -> FLINK_JAR.matcher(Path.of(entry).getFileName().toString()))
                        .filter(Matcher::matches)
                        .map(matcher -> matcher.group(1))
                        .collect(Collectors.toList());

        assertThat(versions).hasSizeGreaterThan(5).containsOnly(WANTED);
    }
}
