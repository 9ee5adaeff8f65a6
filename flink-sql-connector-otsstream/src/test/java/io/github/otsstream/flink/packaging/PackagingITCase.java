/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is in the jar for SQL, and what is not. */
class PackagingITCase {

    private static final String OURS = "io/github/otsstream/";

    /** Each stands for some library; one that is not meant to be in the jar would show here. */
    private static final List<String> PACKAGES =
            List.of(
                    "flink/",
                    "shaded/com/alicloud/openservices/tablestore/",
                    "shaded/com/aliyun/ots/thirdparty/com/google/protobuf/",
                    "shaded/com/aliyun/ots/thirdparty/org/apache/http/",
                    "shaded/com/fasterxml/jackson/core/",
                    "shaded/com/google/common/",
                    "shaded/com/google/flatbuffers/",
                    "shaded/com/google/gson/",
                    "shaded/org/apache/commons/codec/",
                    "shaded/org/apache/commons/logging/",
                    "shaded/org/joda/time/",
                    "shaded/org/slf4j/");

    private static final List<String> META_INF =
            List.of(
                    "META-INF/MANIFEST\\.MF",
                    "META-INF/LICENSE",
                    "META-INF/NOTICE",
                    "META-INF/licenses/LICENSE\\.[a-z0-9]+",
                    "META-INF/FastDoubleParser-(LICENSE|NOTICE)",
                    "META-INF/thirdparty-LICENSE",
                    "META-INF/maven/[^/]+/[^/]+/pom\\.(xml|properties)",
                    "META-INF/services/(org\\.apache\\.flink|io\\.github\\.otsstream)\\.[^/]+");

    private static final long MAX_BYTES = 16L << 20;

    /** Annotations, and a class of constants that the compiler names although it inlines them. */
    private static final List<String> NOT_NEEDED =
            List.of(
                    "io.github.otsstream.shaded.com.google.errorprone.annotations.",
                    "io.github.otsstream.shaded.com.google.j2objc.annotations.",
                    "io.github.otsstream.shaded.org.joda.convert.",
                    "com.alicloud.openservices.tablestore.core.Constants");

    private static final Pattern BUNDLED =
            Pattern.compile("^- ([^:\\s]+:[^:\\s]+:[^:\\s]+)$", Pattern.MULTILINE);
    private static final Pattern GIVEN =
            Pattern.compile(
                    "(flink-(annotations|connector-base|core|metrics-core|runtime"
                            + "|streaming-java|table-api-java|table-common)|slf4j-api|jsr305)"
                            + "[-a-z]*-[0-9.]+\\.jar");
    private static final Pattern DEPENDENCY = Pattern.compile("^ +(\\S+) +-> (\\S+) +(.*)$");

    private final Path path = Path.of(System.getProperty("sql.jar"));
    private JarFile jar;

    @BeforeEach
    void open() throws IOException {
        jar = new JarFile(path.toFile());
    }

    @AfterEach
    void close() throws IOException {
        jar.close();
    }

    private List<String> files() {
        return jar.stream()
                .filter(entry -> !entry.isDirectory())
                .map(ZipEntry::getName)
                .collect(Collectors.toList());
    }

    private String text(String name) throws IOException {
        try (InputStream in = jar.getInputStream(jar.getEntry(name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void holdsNothingUnderAnotherName() {
        Predicate<String> ours =
                name -> PACKAGES.stream().anyMatch(known -> name.startsWith(OURS + known));
        Predicate<String> metaInf = name -> META_INF.stream().anyMatch(name::matches);

        assertThat(files()).isNotEmpty().allMatch(ours.or(metaInf));
        assertThat(files()).noneMatch(name -> name.endsWith("module-info.class"));
        assertThat(PACKAGES)
                .allSatisfy(
                        known ->
                                assertThat(files())
                                        .anyMatch(name -> name.startsWith(OURS + known)));
    }

    @Test
    void holdsEachFileOnce() {
        List<String> files = files();
        Set<String> distinct = new HashSet<>(files);

        assertThat(files).hasSameSizeAs(distinct);
    }

    @Test
    void isNoLargerThanItMustBe() throws IOException {
        assertThat(Files.size(path)).isLessThan(MAX_BYTES);
    }

    @Test
    void servicesNameClassesOfTheJar() throws IOException {
        List<String> services =
                files().stream()
                        .filter(name -> name.startsWith("META-INF/services/"))
                        .collect(Collectors.toList());

        assertThat(services).isNotEmpty();
        for (String service : services) {
            String type = service.substring("META-INF/services/".length());
            if (type.startsWith("io.github.otsstream.")) {
                assertThat(jar.getEntry(fileOf(type))).as(type).isNotNull();
            }
            List<String> providers =
                    text(service)
                            .lines()
                            .map(line -> line.replaceFirst("#.*", "").strip())
                            .filter(line -> !line.isEmpty())
                            .collect(Collectors.toList());
            assertThat(providers).as(service).isNotEmpty().doesNotHaveDuplicates();
            assertThat(providers)
                    .as(service)
                    .allSatisfy(name -> assertThat(jar.getEntry(fileOf(name))).isNotNull());
        }
    }

    private static String fileOf(String className) {
        return className.replace('.', '/') + ".class";
    }

    @Test
    void noticeNamesWhatIsBundled() throws IOException {
        Set<String> bundled = new TreeSet<>();
        for (String name : files()) {
            if (name.endsWith("/pom.properties")) {
                Properties properties = new Properties();
                try (InputStream in = jar.getInputStream(jar.getEntry(name))) {
                    properties.load(in);
                }
                bundled.add(
                        String.join(
                                ":",
                                properties.getProperty("groupId"),
                                properties.getProperty("artifactId"),
                                properties.getProperty("version")));
            }
        }
        bundled.removeIf(artifact -> artifact.startsWith("io.github.otsstream:"));
        // The SDK's shaded protobuf doesn't say what it was made of.
        String protobuf = "com.google.protobuf:protobuf-java:4.28.2";
        assertThat(bundled)
                .contains("com.aliyun.openservices:tablestore-shaded-protobuf:4.28.2")
                .doesNotContain(protobuf);
        bundled.add(protobuf);

        String notice = text("META-INF/NOTICE");

        Matcher matcher = BUNDLED.matcher(notice);
        List<String> named = new ArrayList<>();
        while (matcher.find()) {
            named.add(matcher.group(1));
        }
        assertThat(named).containsExactlyInAnyOrderElementsOf(bundled);
    }

    @Test
    void licencesAreThere() throws IOException {
        Matcher matcher = Pattern.compile("META-INF/[\\w./-]*\\w").matcher(text("META-INF/NOTICE"));
        Set<String> named = new TreeSet<>();
        while (matcher.find()) {
            named.add(matcher.group());
        }

        assertThat(named).isNotEmpty().allSatisfy(name -> assertThat(files()).contains(name));
        assertThat(files().stream().filter(name -> name.startsWith("META-INF/licenses/")))
                .allMatch(named::contains);
        assertThat(text("META-INF/LICENSE")).contains("Apache License", "Version 2.0");
    }

    @Test
    void classesAreTheSameForAllJavaVersions() throws IOException {
        Manifest manifest = jar.getManifest();

        assertThat(manifest.getMainAttributes().getValue("Multi-Release")).isNull();
        assertThat(manifest.getEntries()).isEmpty();
        assertThat(manifest.getMainAttributes().getValue("Implementation-Version")).isNotBlank();
    }

    /**
     * Follows the connector's classes to all that they name, by the JDK's own tool: what was left
     * out of the libraries is nowhere on that way.
     */
    @Test
    void nothingThatIsNeededIsLeftOut() throws IOException {
        Map<String, Set<String>> dependencies = new HashMap<>();
        Set<String> absent = new HashSet<>();
        for (String line : jdeps().split("\\R")) {
            Matcher matcher = DEPENDENCY.matcher(line);
            if (matcher.matches()) {
                String type = matcher.group(2);
                dependencies.computeIfAbsent(matcher.group(1), key -> new HashSet<>()).add(type);
                if (matcher.group(3).strip().equals("not found")) {
                    absent.add(type);
                }
            }
        }
        Set<String> connector =
                dependencies.keySet().stream()
                        .filter(name -> name.startsWith("io.github.otsstream.flink."))
                        .collect(Collectors.toSet());
        assertThat(connector).hasSizeGreaterThan(100);

        Set<String> needed = reachable(connector, dependencies);

        assertThat(needed).contains("io.github.otsstream.shaded.org.slf4j.Logger");
        assertThat(needed.stream().filter(absent::contains))
                .allMatch(name -> NOT_NEEDED.stream().anyMatch(name::startsWith));
    }

    private static Set<String> reachable(
            Collection<String> start, Map<String, Set<String>> dependencies) {
        Set<String> reached = new TreeSet<>(start);
        Deque<String> open = new ArrayDeque<>(start);
        while (!open.isEmpty()) {
            for (String next : dependencies.getOrDefault(open.pop(), Collections.emptySet())) {
                if (reached.add(next)) {
                    open.push(next);
                }
            }
        }
        return reached;
    }

    private String jdeps() throws IOException {
        StringWriter out = new StringWriter();
        int exitCode =
                ToolProvider.findFirst("jdeps")
                        .orElseThrow()
                        .run(
                                new PrintWriter(out),
                                new PrintWriter(out),
                                "--multi-release",
                                "base",
                                "-verbose:class",
                                "-filter:none",
                                "-cp",
                                flinkJars(),
                                path.toString());
        assertThat(exitCode).as(out.toString()).isZero();
        return out.toString();
    }

    /** The jars of Flink's that give the connector what it names, SLF4J, and JSR 305. */
    private static String flinkJars() throws IOException {
        try (Stream<Path> jars = Files.list(Path.of(System.getProperty("flink.lib")))) {
            return jars.filter(jar -> GIVEN.matcher(jar.getFileName().toString()).matches())
                    .map(Path::toString)
                    .collect(Collectors.joining(File.pathSeparator));
        }
    }
}
