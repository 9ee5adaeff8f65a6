/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The connector's packages depend on each other as docs/architecture.md says. */
class PackagesTest {

    private static final String ROOT = "io.github.otsstream.flink.";
    private static final Path SOURCES =
            Path.of("../flink-connector-otsstream/src/main/java", ROOT.split("\\."));
    private static final Pattern USED =
            Pattern.compile("io\\.github\\.otsstream\\.flink\\.((?:[a-z]+\\.)*[a-z]+)\\.[A-Z]");

    /** What each package may use; it may always use itself. */
    private static final Map<String, Set<String>> ALLOWED =
            Map.of(
                    "record", Set.of(),
                    "client", Set.of("record"),
                    "status", Set.of("client", "record"),
                    "source.split", Set.of("client", "record"),
                    "source.event", Set.of("source.split", "client", "record"),
                    "source.deserialization", Set.of("client", "record"),
                    "source.enumerator",
                            Set.of(
                                    "source.deserialization",
                                    "source.event",
                                    "source.split",
                                    "status",
                                    "client",
                                    "record"),
                    "source.reader",
                            Set.of(
                                    "source.deserialization",
                                    "source.event",
                                    "source.split",
                                    "status",
                                    "client",
                                    "record"),
                    "source",
                            Set.of(
                                    "source.enumerator",
                                    "source.reader",
                                    "source.deserialization",
                                    "source.event",
                                    "source.split",
                                    "status",
                                    "client",
                                    "record"));

    @Test
    void noArrowRunsBack() throws IOException {
        Map<String, Set<String>> uses = new TreeMap<>();
        for (Path file : sources()) {
            Set<String> used = uses.computeIfAbsent(packageOf(file), name -> new TreeSet<>());
            Matcher matcher = USED.matcher(Files.readString(file));
            while (matcher.find()) {
                used.add(matcher.group(1));
            }
        }
        assertThat(uses).containsKeys(ALLOWED.keySet().toArray(new String[0]));
        ALLOWED.forEach(
                (name, allowed) ->
                        assertThat(uses.get(name))
                                .as("what %s uses", name)
                                .filteredOn(used -> !used.equals(name))
                                .isSubsetOf(allowed));
    }

    @Test
    void onlyTheClientKnowsTheSdk() throws IOException {
        for (Path file : sources()) {
            if (!packageOf(file).equals("client")) {
                assertThat(Files.readString(file))
                        .as(file.toString())
                        .doesNotContain("com.alicloud.openservices", "com.aliyun.ots");
            }
        }
    }

    /** One jar for Flink 1.20, which runs on Java 11, and for all later ones. */
    @Test
    void theClassFilesNeedNoMoreThanJava11() throws IOException {
        int java11 = 55;
        for (Path file : sources()) {
            String name = SOURCES.relativize(file).toString().replace(".java", ".class");
            try (InputStream stream =
                            getClass().getResourceAsStream("/" + ROOT.replace('.', '/') + name);
                    DataInputStream bytes = new DataInputStream(stream)) {
                assertThat(bytes.readInt()).isEqualTo(0xCAFEBABE);
                bytes.readUnsignedShort();
                assertThat(bytes.readUnsignedShort()).as(name).isEqualTo(java11);
            }
        }
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            List<Path> found =
                    files.filter(file -> file.toString().endsWith(".java"))
                            .collect(Collectors.toList());
            assertThat(found).hasSizeGreaterThan(50);
            return found;
        }
    }

    private static String packageOf(Path file) {
        return SOURCES.relativize(file.getParent()).toString().replace('/', '.').replace('\\', '.');
    }
}
