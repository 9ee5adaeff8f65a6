/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.otsstream.emulator.TablestoreEmulator;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What the Python script says to PyFlink. PyFlink itself is no part of the build: a module in its
 * place prints the statements, and they are executed here.
 */
@Timeout(120)
class PythonScriptITCase {

    private static final Path SCRIPT = Path.of("python/changes_by_state.py").toAbsolutePath();
    private static final Path STAND_IN = Path.of("src/test/resources/pyflink-stand-in");

    @Test
    void saysWhatFlinkUnderstands() throws Exception {
        assumeThat(
                        Stream.of(System.getenv("PATH").split(File.pathSeparator))
                                .map(folder -> Path.of(folder, "python3").toFile()))
                .as("python3")
                .anyMatch(File::canExecute);
        try (TablestoreEmulator emulator = TablestoreEmulator.builder().start()) {
            TableAddress address = TableAddress.of(emulator, "orders");
            List<Change> written = new ArrayList<>();
            RowWriter writer = new RowWriter(address.client(), "orders", written::add);
            writer.createTable();
            for (int i = 0; i < 30; i++) {
                writer.write();
            }

            List<String> said = run(emulator);

            assertThat(said).hasSize(3);
            assertThat(said.get(0)).matches("SET pipeline.jars file:///.*/sql%20connector.jar");
            TableEnvironment sql = TableEnvironment.create(EnvironmentSettings.inStreamingMode());
            sql.executeSql(said.get(1));
            Map<Object, Object> counts = new HashMap<>();
            try (CloseableIterator<Row> rows = sql.executeSql(said.get(2)).collect()) {
                rows.forEachRemaining(row -> counts.put(row.getField(0), row.getField(1)));
            }
            assertThat(counts).isEqualTo(countsOf(written));
        }
    }

    private static Map<Object, Object> countsOf(List<Change> written) {
        return written.stream()
                .flatMap(change -> change.columns().stream())
                .filter(column -> column.startsWith("state="))
                .collect(
                        Collectors.groupingBy(
                                column -> column.substring("state=".length()),
                                Collectors.counting()))
                .entrySet()
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static List<String> run(TablestoreEmulator emulator) throws Exception {
        ProcessBuilder python =
                new ProcessBuilder("python3", SCRIPT.toString(), "some/sql connector.jar")
                        .redirectErrorStream(true);
        python.environment().put("PYTHONPATH", STAND_IN.toString());
        python.environment().put("PYTHONDONTWRITEBYTECODE", "1");
        python.environment().put("OTS_ENDPOINT", emulator.endpoint());
        python.environment().put("OTS_INSTANCE", emulator.instanceName());
        python.environment().put("OTS_TABLE", "orders");
        python.environment().put("OTS_ACCESS_KEY_ID", emulator.accessKeyId());
        python.environment().put("OTS_ACCESS_KEY_SECRET", emulator.accessKeySecret());
        Process process = python.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output.lines().collect(Collectors.toList());
    }
}
