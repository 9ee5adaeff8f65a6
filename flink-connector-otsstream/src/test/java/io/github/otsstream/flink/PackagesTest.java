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
            Map.ofEntries(
                    entry("record"),
                    entry("client", "record"),
                    entry("status", "client", "record"),
                    entry("source.split", "client", "record"),
                    entry("source.event", "source.split", "client", "record"),
                    entry("source.deserialization", "client", "record"),
                    entry(
                            "source.enumerator",
                            "source.deserialization",
                            "source.event",
                            "source.split",
                            "status",
                            "client",
                            "record"),
                    entry(
                            "source.reader",
                            "source.deserialization",
                            "source.event",
                            "source.split",
                            "client",
                            "record"),
                    entry(
                            "source",
                            "source.enumerator",
                            "source.reader",
                            "source.deserialization",
                            "source.event",
                            "source.split",
                            "status",
                            "client",
                            "record"),
                    entry("table.row", "source.deserialization", "client", "record"),
                    entry(
                            "table",
                            "table.row",
                            "source",
                            "source.enumerator",
                            "source.reader",
                            "status",
                            "client",
                            "record"),
                    entry("table.catalog", "table", "table.row", "client", "record"));

    private static Map.Entry<String, Set<String>> entry(String name, String... mayUse) {
        return Map.entry(name, Set.of(mayUse));
    }

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
        assertThat(uses).containsOnlyKeys(ALLOWED.keySet());
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

    /**
     * What is read, be it a checkpoint, an answer or a row, never decides which class is made.
     * Events between the parts of a running job are Flink's to carry.
     */
    @Test
    void whatIsReadNamesNoClasses() throws IOException {
        for (Path file : sources()) {
            assertThat(Files.readString(file))
                    .as(file.toString())
                    .doesNotContainPattern(
                            "ObjectInput|readObject|InstantiationUtil|SerializedValue|XMLDecoder"
                                    + "|com\\.esotericsoftware|DefaultTyping|JsonTypeInfo"
                                    + "|Class\\.forName|loadClass");
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
