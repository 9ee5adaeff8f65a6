/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All that users may call has a comment, and all comments are sound. */
class JavadocTest {

    /** The same from the module that runs these tests on another Flink. */
    private static final Path SOURCES = Path.of("../flink-connector-otsstream/src/main/java");

    private static final Pattern FOR_USERS =
            Pattern.compile("(?m)^@Public(Evolving)?\\R(@\\w+(\\(.*\\))?\\R)*public ");

    /** An option or one of its values, which says in its description what it is. */
    private static final Pattern DESCRIBED =
            Pattern.compile("ConfigOption<|^\\s*[A-Z_]+\\s*\\($|^\\s*[A-Z_]+\\(\"");

    /** How the compiler marks what it says of comments. */
    private static final String OF_COMMENTS = "proc.messager";

    private static final String NO_COMMENT = "no comment";

    @TempDir private Path directory;

    @Test
    void everythingForUsersHasAComment() throws Exception {
        List<Path> files = filesForUsers();

        assertThat(files).hasSizeGreaterThan(20);
        assertThat(warnings(files))
                .filteredOn(warning -> !isDescribed(warning))
                .map(JavadocTest::describe)
                .isEmpty();
    }

    private static List<Path> filesForUsers() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> FOR_USERS.matcher(read(file)).find())
                    .collect(Collectors.toList());
        }
    }

    /** What the compiler says of the comments. That every parameter has a tag is not wanted. */
    private List<Diagnostic<? extends JavaFileObject>> warnings(List<Path> sources)
            throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
        try (StandardJavaFileManager files =
                compiler.getStandardFileManager(found, Locale.ENGLISH, null)) {
            List<File> sourceFiles =
                    sources.stream().map(Path::toFile).collect(Collectors.toList());
            compiler.getTask(
                            null,
                            files,
                            found,
                            List.of(
                                    "-Xdoclint:all/protected",
                                    "-proc:none",
                                    "-Xmaxwarns",
                                    "10000",
                                    "-implicit:none",
                                    "-cp",
                                    System.getProperty(
                                            "surefire.test.class.path",
                                            System.getProperty("java.class.path")),
                                    "-sourcepath",
                                    SOURCES.toString(),
                                    "-d",
                                    directory.toString()),
                            null,
                            files.getJavaFileObjectsFromFiles(sourceFiles))
                    .call();
        }
        assertThat(found.getDiagnostics()).as("what the compiler says").isNotEmpty();
        return found.getDiagnostics().stream()
                .filter(JavadocTest::isAboutComments)
                // Of others the compiler speaks too, where it takes their sources.
                .filter(each -> sources.contains(Path.of(each.getSource().getName())))
                .collect(Collectors.toList());
    }

    private static boolean isAboutComments(Diagnostic<? extends JavaFileObject> diagnostic) {
        String message = diagnostic.getMessage(Locale.ENGLISH);
        return diagnostic.getSource() != null
                && diagnostic.getCode().endsWith(OF_COMMENTS)
                && !message.matches("(?s).*no @(param|return|throws).*");
    }

    private static boolean isDescribed(Diagnostic<? extends JavaFileObject> diagnostic) {
        return diagnostic.getMessage(Locale.ENGLISH).contains(NO_COMMENT)
                && DESCRIBED.matcher(line(diagnostic)).find();
    }

    private static String describe(Diagnostic<? extends JavaFileObject> diagnostic) {
        return diagnostic.getSource().getName()
                + ':'
                + diagnostic.getLineNumber()
                + ": "
                + diagnostic.getMessage(Locale.ENGLISH)
                + ": "
                + line(diagnostic).strip();
    }

    private static String line(Diagnostic<? extends JavaFileObject> diagnostic) {
        return read(Path.of(diagnostic.getSource().toUri()))
                .lines()
                .skip(diagnostic.getLineNumber() - 1)
                .findFirst()
                .orElse("");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
