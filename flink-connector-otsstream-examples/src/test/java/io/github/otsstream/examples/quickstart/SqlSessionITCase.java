/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.otsstream.examples.quickstart.StopSignal.StoppedException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.flink.table.client.config.ResultMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Flink's SQL client on the quickstart's table, with what the user gives and sees. */
@Timeout(120)
class SqlSessionITCase {

    private static final String ALL_THERE_IS = " /*+ OPTIONS('scan.bounded.mode' = 'latest') */";

    private final StopSignal stop = new StopSignal();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private String output() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private boolean execute(String... lines) throws Exception {
        try (SqlSession session = SqlSession.open(stop)) {
            return session.execute(String.join("\n", lines), out);
        }
    }

    @Test
    void executesTheExampleScripts() throws Exception {
        boolean right =
                execute(
                        Files.readString(Path.of("sql/changes-by-state.sql")),
                        "RESET 'execution.runtime-mode';",
                        Files.readString(Path.of("sql/changes-by-window.sql")),
                        Files.readString(Path.of("sql/payments-of-orders.sql")));

        assertThat(output())
                .contains("| ", " new | ", " shipped | ", " paid | ")
                .containsPattern("\\d rows in set")
                .containsPattern("window_start \\| +window_end")
                .containsPattern("\\d\\.000 \\| +\\d+ \\| +\\d+ \\|")
                .containsPattern("placed_at \\| +payment_id")
                .containsPattern("order-\\d\\d \\| .* \\| +\\d+ \\|");
        assertThat(right).isTrue();
    }

    @Test
    void endsAScriptWithTheStatementThatFails() throws Exception {
        boolean right = execute("SHOW TABLES;", "SELECT nothing FROM orders;", "SHOW CATALOGS;");

        assertThat(output())
                .contains("| table name |", "| ", "orders |", "Column 'nothing' not found")
                .doesNotContain("default_catalog");
        assertThat(right).isFalse();
    }

    @Test
    void waitsForWhatAScriptInserts(@TempDir Path directory) throws Exception {
        boolean right =
                execute(
                        "CREATE TABLE copies (order_id STRING, op STRING) WITH (",
                        "  'connector' = 'filesystem', 'format' = 'csv',",
                        "  'path' = '" + directory.resolve("copies").toUri() + "');",
                        "INSERT INTO copies SELECT order_id, op FROM orders" + ALL_THERE_IS + ";",
                        "SET 'execution.runtime-mode' = 'batch';",
                        "SELECT COUNT(*) >= 200 AS complete FROM copies;");

        assertThat(output()).contains("|     TRUE |");
        assertThat(right).isTrue();
    }

    @Test
    void greetsAndAnswersUntilQuit() throws Exception {
        InputStream in =
                new ByteArrayInputStream(
                        "DESCRIBE orders;\nQUIT;\n".getBytes(StandardCharsets.UTF_8));
        try (SqlSession session = SqlSession.open(stop)) {
            session.converse(
                    greeting -> SqlTerminals.ofStreams(in, out, greeting), ResultMode.TABLEAU);
        }

        assertThat(output())
                .containsSubsequence(
                        "Welcome!",
                        "SELECT * FROM orders;",
                        "web UI is at http://",
                        "changed_at",
                        "METADATA FROM 'row-timestamp'",
                        "Exiting");
    }

    @Test
    void showsWhatIsWrittenUntilStopped() {
        CompletableFuture<Boolean> script =
                CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                return execute("SELECT revision FROM orders;");
                            } catch (Exception e) {
                                throw new CompletionException(e);
                            }
                        });
        Pattern laterThanTheFirst200 = Pattern.compile(" 2(0[1-9]|[1-9][0-9]) \\|");
        await().atMost(Duration.ofSeconds(90))
                .failFast(script::isDone)
                .until(() -> laterThanTheFirst200.matcher(output()).find());

        stop.stop();

        assertThatThrownBy(() -> script.get(30, TimeUnit.SECONDS))
                .hasRootCauseInstanceOf(StoppedException.class);
    }
}
