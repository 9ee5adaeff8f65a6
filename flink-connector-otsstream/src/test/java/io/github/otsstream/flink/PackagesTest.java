/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The connector's packages depend on each other as docs/architecture.md says. */
class PackagesTest {

    private static final String ROOT = "io.github.otsstream.flink.";
    private static final Path SOURCES =
            Path.of("../flink-connector-otsstream/src/main/java", ROOT.split("\\."));
    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(
                            location ->
                                    !location.contains("/test-classes/")
                                            && !location.contains("-tests.jar"))
                    .importPackages("io.github.otsstream.flink");

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
    void noArrowRunsBack() {
        Set<String> packages = new TreeSet<>();
        CLASSES.forEach(type -> packages.add(packageOf(type)));
        assertThat(packages).isEqualTo(new TreeSet<>(ALLOWED.keySet()));
        ALLOWED.forEach(
                (name, allowed) -> {
                    String[] own =
                            Stream.concat(Stream.of(name), allowed.stream())
                                    .map(other -> ROOT + other)
                                    .toArray(String[]::new);
                    classes()
                            .that()
                            .resideInAPackage(ROOT + name)
                            .should()
                            .onlyDependOnClassesThat(
                                    resideInAnyPackage(own).or(resideOutsideOfPackage(ROOT + ".")))
                            .because("docs/architecture.md says which arrows there are")
                            .check(CLASSES);
                });
    }

    @Test
    void onlyTheClientKnowsTheSdk() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + "client")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.alicloud..", "com.aliyun..")
                .check(CLASSES);
    }

    /** It logs signatures, tokens and rows. */
    @Test
    void nobodyUsesTheSdksOwnHttpClient() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .haveNameMatching(
                        "com\\.alicloud\\.openservices\\.tablestore\\."
                                + "(\\w*Client|core\\.\\w*Launcher|core\\.http\\.\\w*Client|core\\.http\\.\\w*Consumer)")
                .check(CLASSES);
    }

    /** What was read, or comes from the network, never becomes an object of just any class. */
    @Test
    void nobodyReadsSerializedObjects() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .areAssignableTo(ObjectInputStream.class)
                .check(CLASSES);
    }

    /** One class file for many versions of Flink. */
    @Test
    void nothingIsUsedOfFlinkThatOneVersionOnlyHas() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .haveNameMatching(
                        "org\\.apache\\.flink\\.(streaming\\.api\\.functions\\.source\\..*SourceFunction"
                                + "|table\\.api\\.TableSchema"
                                + "|api\\.common\\.restartstrategy\\.RestartStrategies.*"
                                + "|connector\\.base\\.source\\.reader\\.synchronization\\.FutureCompletingBlockingQueue"
                                + "|api\\.connector\\.source\\.SupportsSplitReassignmentOnRecovery)")
                .check(CLASSES);
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

    private static String packageOf(JavaClass type) {
        return type.getPackageName().substring(ROOT.length());
    }
}
