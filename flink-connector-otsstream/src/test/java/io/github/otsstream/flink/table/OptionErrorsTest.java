/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.table.api.ExplainDetail;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Everything that options alone show to be wrong is refused when a query is planned. */
class OptionErrorsTest {

    /** Any text has their form. */
    private static final List<String> TEXTS =
            List.of(
                    "endpoint",
                    "instance-name",
                    "table-name",
                    "access-key-id",
                    "access-key-secret",
                    "security-token",
                    "credentials.ecs-ram-role",
                    "connection.trusted-certificates",
                    "scan.startup.time",
                    "scan.bounded.time",
                    "scan.date",
                    "scan.time-zone",
                    "status-table");

    /** Each of their values can be used: they are true or false, or one of a few words. */
    private static final List<String> CHOICES =
            List.of(
                    "allow-plain-http",
                    "connection.compression",
                    "connection.verify-content-md5",
                    "credentials.provider",
                    "scan.startup.mode",
                    "scan.startup.or-earliest",
                    "scan.bounded.mode",
                    "scan.bounded.wait-for-end",
                    "status-table.required",
                    "status-table.commit",
                    "trimmed-data",
                    "time-series",
                    "read-mode",
                    "changelog-mode",
                    "partial-update",
                    "export-sequence-info",
                    "ignore-delete",
                    "dirty-record");

    /** They need no other option and contradict none. */
    private static final List<String> INDEPENDENT =
            List.of(
                    "instance-name",
                    "connection.request-timeout",
                    "connection.connect-timeout",
                    "connection.max-connections",
                    "connection.compression",
                    "connection.trusted-certificates",
                    "connection.verify-content-md5",
                    "max-retries",
                    "scan.time-zone",
                    "scan.shard-discovery.interval",
                    "scan.parallelism",
                    "trimmed-data",
                    "rate-limit.records-per-second",
                    "rate-limit.bytes-per-second",
                    "fetch.records-per-request",
                    "fetch.max-requests-in-flight",
                    "fetch.max-buffered-bytes",
                    "source-watermark.clock-margin",
                    "ignore-delete");

    /** What an option needs beside it. */
    private static final Map<String, List<String>> NEEDED =
            Map.of(
                    "scan.bounded.end-margin",
                    List.of("scan.bounded.mode", "latest"),
                    "status-table.interval",
                    List.of("status-table", "status"),
                    "dirty-record.max-count",
                    List.of("dirty-record", "skip"),
                    "credentials.ecs-ram-role",
                    List.of("credentials.provider", "ecs-ram-role"),
                    "access-key-id",
                    List.of("access-key-secret", "something"),
                    "access-key-secret",
                    List.of("access-key-id", "something"),
                    "security-token",
                    List.of("access-key-id", "something", "access-key-secret", "something"));

    /** Too small, too large for 32 bits, 64 bits and all that is counted, or no name at all. */
    private static final List<String> EXTREMES =
            List.of(
                    "-1",
                    "0",
                    "2147483648",
                    "9223372036854775807",
                    "9223372036854775808",
                    "300000000000 d",
                    "9007199254740991 tb",
                    "");

    private static final String MULTI_VERSION = "id BIGINT, colname STRING, colvalue STRING";

    /** Values that have the wrong form; each option that isn't text has one. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "allow-plain-http | yes | Unrecognized option for boolean",
                "connection.request-timeout | soon | text does not start with a number",
                "connection.connect-timeout | 3 parsecs | does not match any of the recognized units",
                "connection.max-connections | many | it must be a whole number",
                "connection.compression | gzip | Unrecognized option for boolean",
                "connection.verify-content-md5 | sometimes | Unrecognized option for boolean",
                "max-retries | 1.5 | it must be a whole number",
                "maxRetries | often | it must be a whole number",
                "credentials.provider | vault | it must be one of static, environment, system-properties, ecs-ram-role.",
                "scan.startup.mode | oldest | it must be one of earliest, latest, timestamp, status-table.",
                "scan.startup.timestamp-millis | 20260301 12:00 | it must be a whole number",
                "startTimestampMillis | '' | it must be a whole number",
                "scan.startup.or-earliest | maybe | Unrecognized option for boolean",
                "scan.bounded.mode | never | it must be one of unbounded, latest, timestamp.",
                "scan.bounded.timestamp-millis | 99999999999999999999 | it must be a whole number",
                "scan.bounded.end-margin | five | text does not start with a number",
                "scan.bounded.wait-for-end | 1 | Unrecognized option for boolean",
                "status-table.required | no | Unrecognized option for boolean",
                "status-table.interval | -1 s | text does not start with a number",
                "status-table.commit | end | it must be one of checkpoint, read.",
                "scan.shard-discovery.interval | -5 s | text does not start with a number",
                "scan.parallelism | 2.5 | it must be a whole number",
                "trimmed-data | latest | it must be one of fail, earliest.",
                "rate-limit.records-per-second | fast | it must be a whole number",
                "rate-limit.bytes-per-second | 7 mbps | does not match any of the recognized units",
                "fetch.records-per-request | all | it must be a whole number",
                "fetch.max-requests-in-flight | 1e3 | it must be a whole number",
                "fetch.max-buffered-bytes | -1 kb | text does not start with a number",
                "fetch.min-idle-interval | fast | text does not start with a number",
                "fetch.max-idle-interval | slow | text does not start with a number",
                "source-watermark.clock-margin | none | text does not start with a number",
                "time-series | series | Unrecognized option for boolean",
                "isTimeseriesTable | 0 | Unrecognized option for boolean",
                "read-mode | column | it must be one of row, multi-version, single-version-and-update-only.",
                "mode | multiversion | it must be one of row, multi-version, single-version-and-update-only.",
                "changelog-mode | retract | it must be one of append, upsert, all.",
                "partial-update | guess | it must be one of origin-columns, lookup, null, fail.",
                "export-sequence-info | yes | Unrecognized option for boolean",
                "isExportSequenceInfo | 1 | Unrecognized option for boolean",
                "ignore-delete | some | Unrecognized option for boolean",
                "ignoreDelete | all | Unrecognized option for boolean",
                "dirty-record | ignore | it must be one of fail, skip, null.",
                "skipInvalidData | maybe | it must be one of fail, skip, null.",
                "dirty-record.max-count | few | it must be a whole number"
            })
    void aValueOfTheWrongFormIsRefusedByItsKey(String key, String value, String why) {
        assertRefused(
                Planning.COLUMNS,
                "The value of the option '" + key + "' = '" + value + "' is wrong: ",
                why,
                key,
                value);
    }

    @Test
    void eachOptionThatIsNotTextHasAValueOfTheWrongForm() throws Exception {
        Set<String> tested = firstColumn("aValueOfTheWrongFormIsRefusedByItsKey", 3);

        assertThat(tested).containsAll(allOptionsBut(TEXTS));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "endpoint | '' | The endpoint is missing",
                "endpoint | shop.cn-hangzhou.ots.aliyuncs.com | must begin with https:// or http://",
                "endpoint | https://shop.cn-hangzhou.ots.aliyuncs.com/orders | without path",
                "endpoint | http://shop.cn-hangzhou.ots.aliyuncs.com | over the network in clear",
                "instance-name | my shop | must consist of letters, digits",
                "table-name | '  ' | it is empty",
                "connection.request-timeout | 0 s | must be between 1 ms and 24 days",
                "connection.connect-timeout | 30 d | must be between 1 ms and 24 days",
                "connection.connect-timeout | 300000000000 d | must be between 1 ms and 24 days",
                "scan.shard-discovery.interval | 25 h | from zero to one day",
                "source-watermark.clock-margin | 8 d | from zero to seven days",
                "connection.trusted-certificates | /no/such/file.pem | can't be read as X.509 certificates in PEM form: java.nio.file.NoSuchFileException",
                "connection.max-connections | 0 | must be positive",
                "max-retries | -1 | is negative",
                "scan.startup.timestamp-millis | -1 | in milliseconds since 1970",
                "scan.startup.time | 2026-03-01 | not a time as yyyyMMddHHmmss",
                "startTimeString | 20260230000000 | not a time as yyyyMMddHHmmss",
                "startTimeString | ${startTime} | not a time as yyyyMMddHHmmss",
                "scan.bounded.timestamp-millis | -1 | in milliseconds since 1970",
                "scan.bounded.time | 202603010930 | not a time as yyyyMMddHHmmss",
                "scan.date | 20260230 | no day as yyyyMMdd",
                "date | 2026-03-01 | no day as yyyyMMdd",
                "scan.time-zone | Hangzhou | it is no time zone",
                "status-table | '' | needs a name",
                "scan.parallelism | 0 | it must be from 1 to 32768",
                "scan.parallelism | 32769 | it must be from 1 to 32768",
                "rate-limit.records-per-second | 0 | must be positive",
                "rate-limit.bytes-per-second | 0 | must be positive",
                "fetch.records-per-request | 0 | records per request",
                "fetch.max-requests-in-flight | 0 | requests in flight",
                "fetch.max-buffered-bytes | 0 | buffered bytes",
                "fetch.min-idle-interval | 0 ms | idle interval",
                "fetch.min-idle-interval | 1 s | largest idle interval",
                "fetch.min-idle-interval | 300000000000 d | from one millisecond to one hour",
                "fetch.max-idle-interval | 2 h | to one hour",
                "fetch.max-idle-interval | 20 ms | largest idle interval",
                "dirty-record.max-count | -1 | it can't be negative"
            })
    void aValueOutOfItsRangeIsRefusedByItsKey(String key, String value, String why) {
        assertRefused(
                Planning.COLUMNS,
                "The option '" + key + "' = '" + value + "' can't be used: ",
                why,
                key,
                value);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "scan.bounded.end-margin | 8 d | from zero to seven days",
                "status-table.interval | 2 d | from zero to one day",
                "credentials.ecs-ram-role | '' | role",
                "access-key-id | '' | access key id is missing",
                "access-key-secret | '' | secret is missing",
                "security-token | 'a b' | token"
            })
    void aValueOutOfItsRangeIsRefusedBesideWhatItNeeds(String key, String value, String why) {
        assertRefused(Planning.COLUMNS, "The option '" + key + "'", why, withNeeded(key, value));
    }

    @Test
    void eachOptionThatIsNoChoiceHasAValueOutOfItsRange() throws Exception {
        Set<String> tested = firstColumn("aValueOutOfItsRangeIsRefusedByItsKey", 3);
        tested.addAll(firstColumn("aValueOutOfItsRangeIsRefusedBesideWhatItNeeds", 3));

        assertThat(tested).containsAll(allOptionsBut(CHOICES));
    }

    private static List<String> allOptions() {
        return allOptionsBut(List.of());
    }

    /** What can't be used is found at planning, and not by a number that overflows in the job. */
    @ParameterizedTest
    @MethodSource("allOptions")
    void anExtremeValueIsTakenOrRefusedByItsKey(String key) {
        String columns =
                "id BIGINT, ts TIMESTAMP_LTZ(3) METADATA FROM 'row-timestamp',"
                        + " WATERMARK FOR ts AS SOURCE_WATERMARK()";
        Planning planning = Planning.of(columns);
        for (int i = 0; i < EXTREMES.size(); i++) {
            String table = "t" + i;
            String value = EXTREMES.get(i);
            Throwable error =
                    catchThrowable(
                            () -> {
                                planning.declare(table, columns, withNeeded(key, value));
                                planning.explain("SELECT * FROM " + table);
                            });
            if (error != null) {
                assertThat(Planning.messages(error))
                        .as("%s = '%s'", key, value)
                        .containsPattern(
                                "The (value of the )?option '"
                                        + Pattern.quote(key)
                                        + "'.* (is wrong|can't be used): \\S+");
            }
        }
    }

    private static String[] withNeeded(String key, String value) {
        List<String> options = new ArrayList<>(NEEDED.getOrDefault(key, List.of()));
        options.add(key);
        options.add(value);
        return options.toArray(new String[0]);
    }

    private static Stream<Arguments> loneOptions() {
        return Stream.of(
                Arguments.of("scan.startup.mode", "timestamp", "'scan.startup.timestamp-millis'"),
                Arguments.of("scan.startup.mode", "status-table", "it needs a 'status-table'"),
                Arguments.of("scan.startup.or-earliest", "true", "it is about a start time"),
                Arguments.of("scan.bounded.mode", "timestamp", "'scan.bounded.timestamp-millis'"),
                Arguments.of("scan.bounded.end-margin", "1 min", "it is about the end of a scan"),
                Arguments.of("scan.bounded.wait-for-end", "true", "it is about the end of a scan"),
                Arguments.of("status-table.required", "true", "it needs a 'status-table'"),
                Arguments.of("status-table.interval", "1 min", "it needs a 'status-table'"),
                Arguments.of("status-table.commit", "read", "it needs a 'status-table'"),
                Arguments.of(
                        "credentials.ecs-ram-role",
                        "reader",
                        "it needs 'credentials.provider' = 'ecs-ram-role'"),
                Arguments.of("partial-update", "lookup", "it needs 'changelog-mode' = 'upsert'"),
                Arguments.of(
                        "isExportSequenceInfo", "true", "it needs 'read-mode' = 'multi-version'"),
                Arguments.of("dirty-record.max-count", "5", "it needs a 'dirty-record' other"));
    }

    @ParameterizedTest
    @MethodSource("loneOptions")
    void anOptionThatNeedsAnotherOneIsRefusedWithoutIt(String key, String value, String why) {
        assertRefused(
                Planning.COLUMNS,
                "The option '" + key + "' = '" + value + "' can't be used: ",
                why,
                key,
                value);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "startTimestampMillis | 1000 | startTimeString | 20260301000000",
                "scan.startup.time | 20260301000000 | scan.date | 20260301",
                "date | 20260301 | endTimeString | 20260302000000",
                "scan.bounded.timestamp-millis | 1000 | scan.bounded.time | 20260301000000",
                "scan.startup.mode | latest | startTimeString | 20260301000000",
                "scan.startup.mode | earliest | scan.startup.timestamp-millis | 1000",
                "scan.startup.mode | LATEST | date | 20260301",
                "scan.bounded.mode | unbounded | endTimestampMillis | 1000",
                "scan.bounded.mode | latest | scan.bounded.time | 20260301000000",
                "scan.bounded.mode | latest | scan.date | 20260301",
                "startTimeString | 20260302000000 | endTimeString | 20260301000000",
                "credentials.provider | environment | accessId | LTAI",
                "mode | multi_version | changelog-mode | upsert",
                "statusTable | orders | table-name | orders"
            })
    void optionsThatContradictEachOtherAreRefusedByTheirKeys(
            String oneKey, String oneValue, String otherKey, String otherValue) {
        Throwable error = refusal(Planning.COLUMNS, oneKey, oneValue, otherKey, otherValue);

        assertThat(Planning.messages(error))
                .contains(
                        " contradict each other: ",
                        "'" + oneKey + "' = '" + oneValue + "'",
                        "'" + otherKey + "' = '" + otherValue + "'");
    }

    @Test
    void eachOptionThatIsNotIndependentHasOneThatItNeedsOrContradicts() throws Exception {
        Set<String> tested = firstColumn("optionsThatContradictEachOtherAreRefusedByTheirKeys", 4);
        loneOptions().forEach(arguments -> tested.add((String) arguments.get()[0]));
        // In other tests.
        tested.addAll(
                List.of(
                        "access-key-id",
                        "access-key-secret",
                        "security-token",
                        "endpoint",
                        "allow-plain-http",
                        "dirty-record",
                        "fetch.min-idle-interval",
                        "fetch.max-idle-interval",
                        "time-series"));

        assertThat(ownKeys(tested)).containsAll(allOptionsBut(INDEPENDENT));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "upsert | lookup | rows of time-series tables can't be looked up",
                "upsert | origin-columns | carry no origin columns",
                "upsert | | 'partial-update' = 'fail' or 'null'",
                "all | | carry no origin columns"
            })
    void pointsOfTimeSeriesAreNotCompleted(String changelog, String partialUpdate, String why) {
        assertRefused(
                "a BIGINT, b BIGINT, PRIMARY KEY (a) NOT ENFORCED",
                "contradict each other",
                why,
                "isTimeseriesTable",
                "true",
                "changelog-mode",
                changelog,
                "partial-update",
                partialUpdate);
    }

    @Test
    void pointsHaveTheKeyOfTimeSeries() {
        assertRefused(
                "_m_name STRING, `time` BIGINT, v DOUBLE, PRIMARY KEY (_m_name) NOT ENFORCED",
                "The option 'changelog-mode' = 'upsert' can't be used: ",
                "(_m_name, _data_source, _tags, `time`)",
                "time-series",
                "true",
                "changelog-mode",
                "upsert",
                "partial-update",
                "null");
    }

    @Test
    void aMisfitOfCellsIsRefused() {
        assertRefused(
                "id BIGINT, version STRING",
                "the column 'version' is BIGINT",
                "STRING",
                "mode",
                "multi_version");
    }

    @Test
    void allChangesNeedAColumnThatChanges() {
        assertRefused(
                "id BIGINT, PRIMARY KEY (id) NOT ENFORCED",
                "'changelog-mode' = 'all' needs a column besides the primary key",
                "",
                "changelog-mode",
                "all");
    }

    @Test
    void anOptionThatIsNotKnownIsRefused() {
        assertRefused(
                Planning.COLUMNS, "Unsupported options", "startup.mode", "startup.mode", "latest");
    }

    @ParameterizedTest
    @CsvSource({"endpoint", "instance-name", "table-name"})
    void whatIsRequiredIsAskedForByItsKey(String key) {
        assertRefused(Planning.COLUMNS, "One or more required options are missing", key, key, null);
    }

    @Test
    void twoNamesOfAnOptionWithTwoValuesAreRefused() {
        assertRefused(
                Planning.COLUMNS,
                "'instance-name' and 'instanceName' are names of the same option",
                "Give one of them",
                "instanceName",
                "store");
        Planning.of(Planning.COLUMNS, "instanceName", "shop").explain();
    }

    @ParameterizedTest
    @CsvSource({
        "access-key-id, access-key-secret",
        "accessKey, access-key-id",
        "security-token, access-key-id"
    })
    void halfAnAccessKeyIsRefused(String given, String missing) {
        assertRefused(
                Planning.COLUMNS,
                "The option '" + missing + "' is missing",
                "an access key has an id and a secret",
                given,
                "something");
    }

    @Test
    void rowsThatChangeNeedAPrimaryKey() {
        for (String mode : List.of("upsert", "all")) {
            assertRefused(
                    Planning.COLUMNS,
                    "The option 'changelog-mode' = '" + mode + "' can't be used: ",
                    "PRIMARY KEY (...) NOT ENFORCED",
                    "changelog-mode",
                    mode);
        }
    }

    @Test
    void aSequenceColumnHasToBeAskedFor() {
        assertRefused(
                MULTI_VERSION + ", sequenceinfo STRING",
                "The column 'sequenceinfo' needs the option",
                "'export-sequence-info' = 'true'",
                "mode",
                "multi_version");
        Planning.of(
                        MULTI_VERSION + ", sequenceinfo STRING",
                        "mode",
                        "multi_version",
                        "isExportSequenceInfo",
                        "true")
                .explain();
    }

    /** Flink leaves out a DISTINCT by what is declared as the key. */
    @Test
    void rowsThatAreOnlyAddedHaveNoPrimaryKey() {
        assertRefused(
                Planning.COLUMNS + ", PRIMARY KEY (id) NOT ENFORCED",
                "The option 'changelog-mode' = 'append' can't be used: ",
                "the same key comes with each change");
        assertRefused(
                MULTI_VERSION + ", PRIMARY KEY (id) NOT ENFORCED",
                "The option 'changelog-mode' = 'append' can't be used: ",
                "Leave the primary key out",
                "mode",
                "multi_version");
    }

    @Test
    void aColumnThatNothingBecomesIsRefused() {
        assertRefused(
                "id BIGINT, tags MULTISET<STRING>", "The column 'tags' can't be read", "MULTISET");
    }

    @Test
    void metadataThatIsNoneIsRefused() {
        assertRefused("id BIGINT, x STRING METADATA FROM 'offset'", "'offset'", "row-timestamp");
    }

    @Test
    void metadataOfAnotherTypeIsRefused() {
        assertRefused(
                "id BIGINT, x MAP<STRING, STRING> METADATA FROM 'shard-id'", "shard-id", "cast");
    }

    /**
     * Flink adds a table's options to the errors of its factory, and hides secrets by their names.
     */
    @ParameterizedTest
    @CsvSource({"access-key-secret", "accessKey"})
    void noErrorShowsASecret(String key) {
        Throwable error =
                refusal(
                        Planning.COLUMNS,
                        "access-key-id",
                        "LTAI",
                        key,
                        "the-secret-itself",
                        "max-retries",
                        "-1");
        assertThat(Planning.messages(error))
                .contains("'max-retries'")
                .doesNotContain("the-secret-itself");

        Throwable inTheSecret =
                refusal(Planning.COLUMNS, "access-key-id", "LTAI", key, "the secret itself");
        assertThat(Planning.messages(inTheSecret))
                .contains("'" + key + "'")
                .doesNotContain("the secret itself");
    }

    @ParameterizedTest
    @CsvSource({"access-key-secret", "accessKey"})
    void noPlanShowsASecret(String key) {
        Planning planning =
                Planning.of(Planning.COLUMNS, "access-key-id", "LTAI", key, "the-secret-itself");
        assertThat(
                        planning.tables()
                                .explainSql(
                                        "SELECT * FROM t",
                                        ExplainDetail.JSON_EXECUTION_PLAN,
                                        ExplainDetail.CHANGELOG_MODE))
                .doesNotContain("the-secret-itself");
    }

    /** Also what should not have been there is not repeated. */
    @ParameterizedTest
    @CsvSource({
        "endpoint, https://user:the-secret@shop.cn-hangzhou.ots.aliyuncs.com",
        "endPoint, user:the-secret@shop.cn-hangzhou.ots.aliyuncs.com",
        "endpoint, https:///user:the-secret@shop.cn-hangzhou.ots.aliyuncs.com"
    })
    void noErrorShowsAPasswordInAnEndpoint(String key, String endpoint) {
        Throwable error = refusal(Planning.COLUMNS, "endpoint", null, key, endpoint);

        assertThat(Planning.messages(error))
                .contains("The option '" + key + "' can't be used: ", "user or a password")
                .doesNotContain("the-secret");
    }

    /** The options in the first column of a test's values, and in the third of two. */
    private static Set<String> firstColumn(String test, int parameters) throws Exception {
        Class<?>[] types = new Class<?>[parameters];
        Arrays.fill(types, String.class);
        Set<String> keys = new HashSet<>();
        for (String line :
                OptionErrorsTest.class
                        .getDeclaredMethod(test, types)
                        .getAnnotation(CsvSource.class)
                        .value()) {
            String[] columns = line.split("\\|");
            keys.add(columns[0].trim());
            if (parameters == 4) {
                keys.add(columns[2].trim());
            }
        }
        return ownKeys(keys);
    }

    /** The keys of options that are given under any of their names. */
    private static Set<String> ownKeys(Set<String> given) {
        return options().stream()
                .filter(option -> GivenOptions.keys(option).stream().anyMatch(given::contains))
                .map(ConfigOption::key)
                .collect(Collectors.toSet());
    }

    private static List<ConfigOption<?>> options() {
        OtsStreamTableFactory factory = new OtsStreamTableFactory();
        List<ConfigOption<?>> all = new ArrayList<>(factory.requiredOptions());
        all.addAll(factory.optionalOptions());
        return all;
    }

    private static List<String> allOptionsBut(List<String> left) {
        List<String> keys = options().stream().map(ConfigOption::key).collect(Collectors.toList());
        assertThat(keys).containsAll(left);
        keys.removeAll(left);
        return keys;
    }

    private static void assertRefused(
            String columns, String message, String why, String... options) {
        assertThat(Planning.messages(refusal(columns, options))).contains(message, why);
    }

    private static Throwable refusal(String columns, String... options) {
        Throwable error = catchThrowable(() -> Planning.of(columns, options).explain());
        assertThat(error).isNotNull();
        return error;
    }
}
