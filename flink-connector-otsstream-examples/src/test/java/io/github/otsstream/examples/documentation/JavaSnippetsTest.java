/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.examples.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every Java snippet of the documentation compiles. */
class JavaSnippetsTest {

    private static final String IMPORTS =
            Stream.of(
                            "com.alicloud.openservices.tablestore.*",
                            "com.alicloud.openservices.tablestore.model.*",
                            "io.github.otsstream.emulator.*",
                            "io.github.otsstream.emulator.client.*",
                            "io.github.otsstream.emulator.junit.*",
                            "io.github.otsstream.flink.client.*",
                            "io.github.otsstream.flink.record.*",
                            "io.github.otsstream.flink.source.*",
                            "io.github.otsstream.flink.source.deserialization.*",
                            "io.github.otsstream.flink.status.*",
                            "java.time.*",
                            "org.apache.flink.api.common.eventtime.*",
                            "org.apache.flink.formats.json.JsonDeserializationSchema",
                            "org.apache.flink.streaming.api.datastream.*",
                            "org.apache.flink.streaming.api.environment.*",
                            "org.junit.jupiter.api.*",
                            "org.junit.jupiter.api.extension.*")
                    .map(name -> "import " + name + ";\n")
                    .reduce("", String::concat);

    /** What the snippets take for given. */
    private static final String GIVEN =
            "String endpoint, instance, accessKeyId, accessKeySecret;\n"
                    + "long startMillis, endMillis;\n"
                    + "StreamExecutionEnvironment env;\n"
                    + "SyncClient client;\n"
                    + "ChangeRecord record;\n"
                    + "OtsStreamSourceBuilder builder;\n"
                    + "static class Order {}\n";

    @TempDir private Path directory;

    static Stream<Page> pages() throws IOException {
        return Page.all().stream().filter(page -> !page.code("java").isEmpty());
    }

    @ParameterizedTest
    @MethodSource("pages")
    void snippetsCompile(Page page) {
        List<String> snippets = page.code("java");
        for (int i = 0; i < snippets.size(); i++) {
            String name = "Snippet" + i;
            assertThat(errors(name, source(name, snippets.get(i)))).as(snippets.get(i)).isEmpty();
        }
    }

    private static String source(String name, String snippet) {
        String body;
        if (snippet.contains("@Test") || snippet.contains("@RegisterExtension")) {
            body = snippet;
        } else if (snippet.startsWith(".")) {
            body = "Object built() { return builder\n" + snippet + ";}";
        } else {
            body = "void run() throws Exception {\n" + snippet + "}";
        }
        return IMPORTS + "class " + name + " {\n" + GIVEN + body + "}\n";
    }

    private List<Diagnostic<?>> errors(String name, String source) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
        JavaFileObject file =
                new SimpleJavaFileObject(
                        Path.of(name + ".java").toUri(), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return source;
                    }
                };
        String classPath =
                System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path"));
        boolean compiles =
                compiler.getTask(
                                null,
                                null,
                                diagnostics,
                                List.of("-cp", classPath, "-d", directory.toString(), "-proc:none"),
                                null,
                                List.of(file))
                        .call();
        return compiles
                ? List.of()
                : diagnostics.getDiagnostics().stream()
                        .filter(each -> each.getKind() == Diagnostic.Kind.ERROR)
                        .collect(Collectors.toList());
    }
}
