/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.dataworks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DataWorksToSqlTest {

    private static final String READER =
            "'endpoint': 'https://shop.cn-hangzhou.ots.aliyuncs.com', 'instanceName': 'shop',"
                    + " 'accessId': 'an-id', 'accessKey': 'a-secret', 'dataTable': 'orders',"
                    + " 'statusTable': 'status', 'startTimestampMillis': 1000,"
                    + " 'endTimestampMillis': '2000'";

    private static final String CELLS = "'column': ['id', 'colname', 'version', 'colvalue', 'op']";

    @TempDir private Path directory;

    private Call call(String job, String... options) throws IOException {
        return Call.with(directory, job.replace('\'', '"'), options);
    }

    /** A job as DataX takes it. */
    private static String dataX(String reader, String writer, String setting) {
        return "{'job': {'content': [{'reader': {'name': 'otsstreamreader', 'parameter': {"
                + reader
                + "}}, 'writer': {'name': 'mysqlwriter', 'parameter': {"
                + writer
                + "}}}], 'setting': {"
                + setting
                + "}}}";
    }

    @Test
    void thePagesOwnScriptKeepsItsPlaceholders() throws Exception {
        Call call = Call.with(directory, Call.referencePage());

        assertThat(call.err()).isEmpty();
        assertThat(call.exitCode()).isZero();
        assertThat(call.sql())
                .contains("SET 'parallelism.default' = '7';")
                .contains("'rate-limit.bytes-per-second' = '7mb'")
                .contains("'table-name' = 'person'")
                .contains("'read-mode' = 'multi-version'")
                .contains("'scan.startup.time' = '${startTime}'")
                .contains("'scan.bounded.time' = '${endTime}'")
                .contains("'scan.time-zone' = 'Asia/Shanghai'")
                .contains("'status-table' = 'TableStoreStreamReaderStatusTable'")
                .contains("'max-retries' = '30'")
                .doesNotContain("'export-sequence-info'")
                .contains("`optype`, CAST(NULL AS STRING)\nFROM `person_changes`");
        assertThat(call.out())
                .contains(
                        "To be filled in, here or with -D name=value:"
                                + " ${endpoint}, ${instance}, ${startTime}, ${endTime}\n")
                .contains("--   configuration.writer.parameter.truncate = true: ")
                .contains(
                        "--   configuration.writer.parameter.partition ="
                                + " \"pt=${bdp.system.bizdate}\": ")
                .contains("-- ! odps has no connector that comes with Flink.");
    }

    @Test
    void placeholdersAreFilledIn() throws Exception {
        Call call =
                Call.with(
                        directory,
                        Call.referencePage(),
                        "--endpoint=https://a.example",
                        "--instance=a",
                        "--key=id=BIGINT",
                        "-D",
                        "startTime=20240229000000",
                        "-DendTime=20240229010000");

        assertThat(call.sql())
                .contains("'scan.startup.time' = '20240229000000'")
                .contains("'scan.bounded.time' = '20240229010000'")
                .contains("    `id` BIGINT,\n")
                .doesNotContain("$");
        assertThat(call.out()).doesNotContain("To be filled in", "what the primary key is");
    }

    @Test
    void aJobOfDataXIsTranslated() throws Exception {
        Call call =
                call(
                        dataX(
                                READER + ", 'isExportSequenceInfo': true, 'threadNum': 8",
                                "'username': 'a-user', 'password': 'a-password', 'writeMode': 'replace',"
                                        + " 'column': ['id', 'colname', 'version', 'colvalue', 'op', 'seq'],"
                                        + " 'connection': [{'table': ['changes'],"
                                        + " 'jdbcUrl': 'jdbc:mysql://db/shop?password=a-password&x=1'}]",
                                "'speed': {'channel': 3, 'byte': 1048576, 'record': 500},"
                                        + " 'errorLimit': {'record': 10, 'percentage': 0.02}"));

        assertThat(call.err()).isEmpty();
        assertThat(call.sql())
                .contains("SET 'parallelism.default' = '3';")
                .contains("'endpoint' = 'https://shop.cn-hangzhou.ots.aliyuncs.com'")
                .contains("'instance-name' = 'shop'")
                .contains("'scan.startup.timestamp-millis' = '1000'")
                .contains("'scan.bounded.timestamp-millis' = '2000'")
                .contains("'export-sequence-info' = 'true'")
                .contains("'rate-limit.bytes-per-second' = '1048576b'")
                .contains("'rate-limit.records-per-second' = '500'")
                .contains("'dirty-record' = 'skip'")
                .contains("'dirty-record.max-count' = '10'")
                .contains("CREATE TABLE `changes` (")
                .contains("'connector' = 'jdbc'")
                .contains("'url' = 'jdbc:mysql://db/shop?password=...&x=1'")
                .contains("    `op` STRING,\n    `seq` STRING\n")
                .contains("SELECT `id`, `colname`, `version`, `colvalue`, `optype`, `sequenceinfo`")
                .doesNotContain("scan.time-zone");
        assertThat(call.out())
                .contains("reader.parameter.threadNum = 8: ")
                .contains("writer.parameter.writeMode = \"replace\": ")
                .contains("job.setting.errorLimit.percentage = 0.02: ");
    }

    @Test
    void noSecretIsPrinted() throws Exception {
        Call call =
                call(
                        dataX(
                                READER,
                                CELLS
                                        + ", 'username': 'a-user', 'password': 'a-password',"
                                        + " 'options': {'inner': 'a-password'},"
                                        + " 'preSql': ['url?token=a-secret'], 'securityToken': 'a-secret'",
                                ""));

        assertThat(call.exitCode()).isZero();
        assertThat(call.out())
                .contains("writer.parameter.password: ", "writer.parameter.options: ")
                .doesNotContain("a-secret", "a-password", "an-id", "a-user");
    }

    @Test
    void rowsHaveTheReadersColumns() throws Exception {
        Call call =
                call(
                        dataX(
                                READER
                                        + ", 'mode': 'single_version_and_update_only',"
                                        + " 'column': [{'name': 'id'}, {'name': 'amount'}, {'name': 'state'}],"
                                        + " 'isExportSequenceInfo': true",
                                "'column': ['order_id', 'amount', 'state', 'sequence']",
                                "'errorLimit': {'record': 0}"),
                        "--key",
                        "id=BIGINT",
                        "--type",
                        "amount=DECIMAL(10, 2)");

        assertThat(call.err()).isEmpty();
        assertThat(call.sql())
                .contains("'read-mode' = 'single-version-and-update-only'")
                .contains(
                        "    `id` BIGINT,\n    `amount` DECIMAL(10, 2),\n    `state` STRING,\n"
                                + "    `sequenceinfo` STRING METADATA FROM 'sequence-info'\n")
                .contains("    `order_id` BIGINT,\n    `amount` DECIMAL(10, 2),\n")
                .contains("'dirty-record' = 'fail'")
                .doesNotContain("export-sequence-info");
        assertThat(call.out()).contains("STRING is assumed of state.");
    }

    @Test
    void aScriptOfVersionTwoIsTranslated() throws Exception {
        Call call =
                call(
                        "{'type': 'job', 'version': '2.0', 'steps': ["
                                + "{'stepType': 'otsstream', 'category': 'reader', 'name': 'Reader', 'parameter': {"
                                + " 'datasource': 'a', 'dataTable': 't', 'date': '${bizdate}',"
                                + " 'isTimeseriesTable': true}},"
                                + "{'stepType': 'stream', 'category': 'writer', 'parameter': {"
                                + CELLS
                                + "}}],"
                                + "'setting': {'speed': {'throttle': false, 'mbps': '12', 'concurrent': 1}},"
                                + "'order': {'hops': [{'from': 'Reader', 'to': 'Writer'}]}}");

        assertThat(call.err()).isEmpty();
        assertThat(call.sql())
                .contains("'scan.date' = '${bizdate}'")
                .contains("'scan.time-zone' = 'Asia/Shanghai'")
                .contains("'time-series' = 'true'")
                .contains("'connector' = 'blackhole'")
                .doesNotContain("rate-limit");
        assertThat(call.out()).contains("--   order: left out.");
    }

    @Test
    void aSecondLineInAValueStaysInItsComment() throws Exception {
        Call call = call(dataX(READER, CELLS + ", 'preSql': 'a; \\nDROP TABLE b;'", ""));

        assertThat(call.sql()).doesNotContain("DROP");
        assertThat(call.out()).contains("preSql = \"a, \\nDROP TABLE b,\": ");
    }

    @Test
    void quotesInNamesAreNoEnd() throws Exception {
        Call call =
                call(
                        dataX(READER.replace("orders", "or`de''rs"), CELLS, "")
                                .replace("''", "\\u0027"));

        assertThat(call.sql())
                .contains("CREATE TABLE `or``de'rs_changes`")
                .contains("'table-name' = 'or`de''rs'");
    }

    @Test
    void brokenJsonIsNamedByLineAndColumn() throws Exception {
        Call call = call("{\n  'job': {\n    'content' [\n");

        assertThat(call.exitCode()).isEqualTo(1);
        assertThat(call.out()).isEmpty();
        assertThat(call.err())
                .hasLineCount(1)
                .contains("job.json: line 3, column 15: Unexpected character ('['");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{'a': 1, 'a': 2} | line 1, column 13: Duplicate field 'a'",
                "{} {} | line 1, column 4: Trailing token",
                "[] | There is no JSON object in it.",
                "{'a': 1} | This is no job",
                "{'job': {'content': []}} | job.content has 0 entries.",
                "{'job': 7} | job has to be an object",
                "{'job': {'content': [{'reader': {'name': 'mysqlreader'}}]}}"
                        + " | job.content[0].reader.name is 'mysqlreader'. Only jobs that read the stream",
                "{'job': {'content': [{'reader': {'name': 'otsstreamreader'}}]}}"
                        + " | job.content[0].reader.parameter is missing.",
                "{'configuration': {'writer': {}}} | configuration.reader.plugin is missing.",
                "{'steps': [{'category': 'reader', 'stepType': 'otsstream', 'parameter': {}}]}"
                        + " | steps[...] of the category writer is missing.",
            })
    void whatIsNoSuchJobIsRefused(String job, String message) throws Exception {
        Call call = call(job);

        assertThat(call.exitCode()).isEqualTo(1);
        assertThat(call.err().replace('"', '\'')).hasLineCount(1).contains(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "endpoint",
                "instanceName",
                "dataTable",
                "startTimestampMillis",
                "endTimestampMillis"
            })
    void aMissingParameterIsNamed(String name) throws Exception {
        String reader = READER.replaceAll("'" + name + "': ('[^']*'|\\d+)", "'" + name + "': ''");

        Call call = call(dataX(reader, CELLS, ""));

        assertThat(call.exitCode()).isEqualTo(1);
        assertThat(call.err())
                .hasLineCount(1)
                .contains("job.content[0].reader.parameter." + name + " is missing.");
    }

    @Test
    void aMissingOrSecondWindowIsRefused() throws Exception {
        String without = READER.replaceAll(", 'startTimestampMillis.*", "");

        assertThat(call(dataX(without, CELLS, "")).err())
                .contains("There is no start and no end in job.content[0].reader.parameter.");
        assertThat(call(dataX(READER + ", 'date': '20240229'", CELLS, "")).err())
                .contains("There are several starts and ends (date, startTimestampMillis)");
    }

    @Test
    void columnsThatDoNotMatchAreRefused() throws Exception {
        assertThat(call(dataX(READER, "'column': ['*']", "")).err())
                .contains("does not show the table's primary key", "--key id=BIGINT");
        assertThat(call(dataX(READER, "'column': ['id', 'colname', 'x']", "")).err())
                .contains("writer.parameter.column has 3 columns, but 5 are read: id, colname,");
        assertThat(call(dataX(READER + ", 'mode': 'row'", CELLS, "")).err())
                .contains("reader.parameter.mode is 'row'.");
        assertThat(
                        call(dataX(
                                        READER + ", 'mode': 'single_version_and_update_only'",
                                        CELLS,
                                        ""))
                                .err())
                .contains("reader.parameter.column is missing.");
        assertThat(call(dataX(READER, CELLS, "'speed': {'channel': 'many'}")).err())
                .contains("job.setting.speed.channel has to be a whole number, but is 'many'.");
    }

    @Test
    void filesAndOptionsThatAreNotThereAreRefused() throws Exception {
        Path missing = directory.resolve("missing.json");

        assertThat(Call.of("--kye=id", missing.toString()).exitCode()).isEqualTo(2);
        assertThat(Call.of().err()).hasLineCount(1).contains("FILE", "--help");
        assertThat(Call.of(missing.toString()).err())
                .isEqualToIgnoringNewLines(
                        "dataworks-to-sql: " + missing + ": there is no such file.");
        assertThat(Call.of(directory.toString()).err())
                .hasLineCount(1)
                .contains(directory + ": it can't be read: ");
        assertThat(Call.of("--help").out()).contains("--key", "--endpoint", "-D");
    }
}
