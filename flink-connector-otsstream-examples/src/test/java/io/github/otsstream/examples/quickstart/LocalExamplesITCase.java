/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Help.Ansi;

/** The examples as {@code quickstart.sh example} runs them, with fewer changes and in less time. */
@Timeout(120)
class LocalExamplesITCase {

    private static final Pattern COUNTED = Pattern.compile("(order-\\d+) has changed (\\d+) times");

    private static final ByteArrayOutputStream PRINTED = new ByteArrayOutputStream();

    @TempDir private Path directory;

    private final StringWriter out = new StringWriter();
    private final StopSignal stop = new StopSignal();

    private LocalExamples examples() {
        Console console = new Console(new PrintWriter(out, true), Ansi.OFF, new ShardNames());
        return new LocalExamples(
                console, stop, directory.resolve("output"), 40, Duration.ofMillis(2));
    }

    @Test
    void printsChangesUntilStopped() throws Exception {
        String printed =
                printedBy(
                        () -> {
                            CompletableFuture<Boolean> run =
                                    CompletableFuture.supplyAsync(this::console);
                            await().atMost(Duration.ofSeconds(60))
                                    .failFast(run::isDone)
                                    .until(() -> PRINTED.toString().contains("\"order_id\""));
                            stop.stop();
                            assertThatThrownBy(run::get)
                                    .hasRootCauseInstanceOf(StopSignal.StoppedException.class);
                        });

        assertThat(printed).contains("\"operation\":\"PUT\"");
    }

    private boolean console() {
        try {
            return examples().console();
        } catch (Exception e) {
            throw new CompletionException(e);
        }
    }

    @Test
    void exportsAWindowToFilesOfEachDay() throws Exception {
        String printed = printedBy(() -> assertThat(examples().backfill()).isTrue());

        assertThat(out.toString()).containsPattern("OK: \\d{3} cells were changed in the window");
        assertThat(printed).containsPattern("backfill: 100 %\\R");
        try (Stream<Path> days = Files.list(directory.resolve("output"))) {
            assertThat(days.collect(Collectors.toList()))
                    .hasSizeBetween(3, 4)
                    .allSatisfy(
                            day ->
                                    assertThat(day.getFileName().toString())
                                            .matches("day=\\d{4}-\\d\\d-\\d\\d"));
        }
    }

    @Test
    void keepsACopyInPostgres() throws Exception {
        boolean right = examples().postgres();

        assertThat(out.toString())
                .containsPattern("OK: \\d\\d rows, the same in PostgreSQL as in Tablestore");
        assertThat(right).isTrue();
    }

    @Test
    void countsOnWithAnotherParallelism() throws Exception {
        String printed = printedBy(() -> examples().rescale());

        assertThat(printed)
                .containsSubsequence(
                        "1. Counts with parallelism 1.",
                        "2. Stopped with the savepoint file:",
                        "3. Goes on from it with parallelism 4.",
                        "4. Cancelled.");
        Map<String, Integer> counts = new HashMap<>();
        Matcher matcher = COUNTED.matcher(printed);
        while (matcher.find()) {
            assertThat(Integer.parseInt(matcher.group(2)))
                    .as(matcher.group())
                    .isEqualTo(counts.merge(matcher.group(1), 1, Integer::sum));
        }
        assertThat(counts.values().stream().mapToInt(count -> count).sum())
                .isGreaterThanOrEqualTo(200);
    }

    private interface Action {
        void run() throws Exception;
    }

    private static String printedBy(Action action) throws Exception {
        PrintStream before = System.out;
        PRINTED.reset();
        System.setOut(new PrintStream(PRINTED, true, StandardCharsets.UTF_8));
        try {
            action.run();
        } finally {
            System.setOut(before);
        }
        return PRINTED.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "BackfillToFiles",
                "ChangesToConsole",
                "RescaleFromSavepoint",
                "TableToPostgres"
            })
    void areShort(String example) throws Exception {
        Path file = Path.of("src/main/java/io/github/otsstream/examples/" + example + ".java");
        List<String> lines = Files.readAllLines(file);
        assertThat(lines).hasSizeLessThan(100);
    }
}
