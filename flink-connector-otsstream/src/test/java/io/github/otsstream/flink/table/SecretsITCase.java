/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.otsstream.emulator.TablestoreEmulator;
import io.github.otsstream.emulator.fault.FaultPlan;
import io.github.otsstream.emulator.fault.FaultRule;
import io.github.otsstream.flink.client.LogSearch;
import io.github.otsstream.flink.client.OtsConnection;
import io.github.otsstream.flink.client.OtsCredentials;
import io.github.otsstream.flink.client.OtsCredentialsProvider;
import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.source.OtsStreamSource;
import io.github.otsstream.flink.source.OtsStreamSourceBuilder;
import io.github.otsstream.flink.source.StoppingPosition;
import io.github.otsstream.flink.source.TestJobs;
import io.github.otsstream.flink.source.deserialization.ChangeRecordSchema;
import io.github.otsstream.flink.status.StatusTableSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Metric;
import org.apache.flink.runtime.testutils.InMemoryReporter;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.table.api.ExplainDetail;
import org.apache.flink.test.junit5.InjectClusterRESTAddress;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Runs whole jobs, good and failing ones, with everybody's logging at its most talkative, and looks
 * through all that comes out for secrets, signatures and the values of rows.
 */
@Timeout(180)
class SecretsITCase {

    private static final OtsCredentials WRITER = OtsCredentials.of("writer-id", "writer-key");
    private static final OtsCredentials TEMPORARY =
            OtsCredentials.of("temporary-id", "n3v3rT0ldSecret", "CAIS+n3v3rT0ldToken/x=");
    private static final OtsCredentials WRONG_KEY =
            OtsCredentials.of("temporary-id", "wr0ngButSecret", TEMPORARY.getSecurityToken());
    private static final OtsCredentials EXPIRED =
            OtsCredentials.of("temporary-id", "n3v3rT0ldSecret", "CAIS+exp1redToken/x=");

    private static final String VALUE = "n0b0dysBusiness";
    private static final String CHANGED = "n0tY0ursEither";

    private static final List<String> SECRETS =
            List.of("n3v3rT0ldSecret", "n3v3rT0ldToken", "wr0ngButSecret", "exp1redToken");

    /** A key that is found nowhere by chance. */
    private static final long KEY = 7130977713L;

    /** HMAC-SHA1 in Base64, and the header lines that hold secrets. */
    private static final Pattern SIGNATURE =
            Pattern.compile(
                    "(?<![A-Za-z0-9+/_.$-])(?=[A-Za-z]*[0-9+/])[A-Za-z0-9+/]{27}=(?!=)"
                            + "|(?i:x-ots-(signature|ststoken))");

    private static final InMemoryReporter REPORTER = InMemoryReporter.createWithRetainedMetrics();

    @RegisterExtension
    private static final MiniClusterExtension CLUSTER =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(2)
                            .setConfiguration(REPORTER.addToConfiguration(new Configuration()))
                            .build());

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static TablestoreEmulator emulator;

    @TempDir private Path directory;

    private LogSearch log;
    private URI rest;
    private JobClient job;

    /** What writes is closed before anything is searched: the SDK logs what it sends. */
    @BeforeAll
    static void writeRows() {
        emulator =
                TablestoreEmulator.builder()
                        .accessKey(WRITER.getAccessKeyId(), WRITER.getAccessKeySecret())
                        .accessKey(
                                TEMPORARY.getAccessKeyId(),
                                TEMPORARY.getAccessKeySecret(),
                                TEMPORARY.getSecurityToken())
                        .start();
        try (SqlTable orders = new SqlTable(emulator, "orders", "item")) {
            for (int i = 0; i < 20; i++) {
                orders.put(KEY + i, "item", VALUE, "price", 1.5);
                orders.update(KEY + i, "item", CHANGED);
            }
        }
    }

    @AfterAll
    static void stop() {
        emulator.close();
        REPORTER.close();
    }

    @BeforeEach
    void listen(@InjectClusterRESTAddress URI restAddress) {
        rest = restAddress;
        StoredRows.clear();
        System.setProperty("tablestore.accessKeyId", TEMPORARY.getAccessKeyId());
        System.setProperty("tablestore.accessKeySecret", TEMPORARY.getAccessKeySecret());
        System.setProperty("tablestore.sessionToken", TEMPORARY.getSecurityToken());
        log = new LogSearch(SecretsITCase::isForbidden);
    }

    @AfterEach
    void nothingWasLogged() throws Exception {
        TestJobs.cancel(job);
        emulator.control().faults(FaultPlan.NONE);
        emulator.refuseConnections(false);
        log.close();
        for (String name : List.of("accessKeyId", "accessKeySecret", "sessionToken")) {
            System.clearProperty("tablestore." + name);
        }
        assertThat(log.loggers())
                .as("else too little was looked at")
                .anyMatch(name -> name.startsWith("org.apache.flink.runtime."));
        assertThat(log.findings()).isEmpty();
    }

    private static boolean isForbidden(String text) {
        return SECRETS.stream().anyMatch(text::contains)
                || text.contains(VALUE)
                || text.contains(CHANGED)
                || SIGNATURE.matcher(text).find();
    }

    private static void assertClean(String what, String text) {
        assertThat(text)
                .as(what)
                .doesNotContain(SECRETS)
                .doesNotContain(VALUE, CHANGED)
                .doesNotContainPattern(SIGNATURE);
    }

    @Test
    void aWholeJobLeavesNone() throws Exception {
        long reads = emulator.control().counters("GetStreamRecord").calls();
        StreamExecutionEnvironment env = environment();
        env.enableCheckpointing(50);
        env.fromSource(
                        source().statusTable(StatusTableSettings.of("status"))
                                .sourceWatermarks(Duration.ofSeconds(1))
                                .build(),
                        WatermarkStrategy.noWatermarks(),
                        "changes")
                .sinkTo(new DiscardingSink<>());
        job = env.executeAsync();
        JobID id = job.getJobID();
        Awaitility.await()
                // A checkpoint can go while it is looked at.
                .ignoreExceptionsInstanceOf(UncheckedIOException.class)
                .untilAsserted(
                        () -> {
                            assertThat(emulator.control().counters("GetStreamRecord").calls())
                                    .isGreaterThan(reads + 2);
                            assertThat(directory.resolve(id.toString()))
                                    .isDirectoryRecursivelyContaining("glob:**/_metadata");
                        });
        assertClean("REST", restAnswers(id));
        assertClean("metrics", metrics(id));
        job.triggerSavepoint(directory.resolve("saved").toString(), SavepointFormatType.CANONICAL)
                .get(60, TimeUnit.SECONDS);
        TestJobs.cancel(job);

        assertThat(contentsOf(directory.resolve("saved"))).isNotEmpty();
        contentsOf(directory).forEach((file, text) -> assertClean(file.toString(), text));
        assertThat(log.loggers())
                .as("else too little was looked at")
                .anyMatch(name -> name.startsWith("com.aliyun.ots.thirdparty."))
                .anyMatch(name -> name.startsWith("io.github.otsstream.flink."));
    }

    /** What a job can fail with. */
    enum Failure {
        WRONG_KEY,
        EXPIRED_TOKEN,
        ERROR_THAT_REPEATS_THE_REQUEST,
        SERVER_ERRORS,
        CORRUPTED_ANSWERS,
        CUT_ANSWERS,
        LOST_ANSWERS,
        CONNECTION_REFUSED,
        MISSING_TABLE,
        OWN_CODE
    }

    @ParameterizedTest
    @EnumSource
    void noFailureTellsOne(Failure failure) throws Exception {
        OtsStreamSourceBuilder<ChangeRecord> source = source().maxRetries(2);
        switch (failure) {
            case WRONG_KEY:
                source.credentials(OtsCredentialsProvider.fixed(WRONG_KEY));
                break;
            case EXPIRED_TOKEN:
                source.credentials(OtsCredentialsProvider.fixed(EXPIRED));
                break;
            case ERROR_THAT_REPEATS_THE_REQUEST:
                fail(
                        FaultRule.error(
                                403,
                                "OTSAuthFailed",
                                "Wrong: "
                                        + TEMPORARY.getAccessKeySecret()
                                        + ' '
                                        + TEMPORARY.getSecurityToken()));
                break;
            case SERVER_ERRORS:
                fail(FaultRule.error(503, "OTSServerBusy", "Busy."));
                break;
            case CORRUPTED_ANSWERS:
                fail(FaultRule.corruptBody());
                break;
            case CUT_ANSWERS:
                fail(FaultRule.truncateBody());
                break;
            case LOST_ANSWERS:
                fail(FaultRule.dropAfter());
                break;
            case CONNECTION_REFUSED:
                emulator.refuseConnections(true);
                break;
            case MISSING_TABLE:
                source.tableName("missing");
                break;
            default:
                source.stoppingPosition(StoppingPosition.latest());
        }
        StreamExecutionEnvironment env = environment();
        env.fromSource(source.build(), WatermarkStrategy.noWatermarks(), "changes")
                .map(
                        record -> {
                            if (failure == Failure.OWN_CODE) {
                                throw new IllegalStateException("Can't use " + record);
                            }
                            return record.getSequence().toString();
                        })
                .sinkTo(new DiscardingSink<>());
        job = env.executeAsync();

        Throwable thrown =
                catchThrowable(() -> job.getJobExecutionResult().get(90, TimeUnit.SECONDS));
        assertThat(thrown).isNotNull();
        assertClean("exception", LogSearch.stackTrace(thrown));
        assertClean("REST", restAnswers(job.getJobID()));
    }

    private static void fail(FaultRule rule) {
        emulator.control().faults(FaultPlan.of(1, rule.onOperation("GetStreamRecord")));
    }

    @Test
    void aTableOfSqlTellsNone() throws Exception {
        SqlSession sql = SqlSession.streaming();
        sql.execute(
                declare(
                        "orders",
                        "credentials.provider",
                        "system-properties",
                        "changelog-mode",
                        "upsert",
                        "partial-update",
                        "lookup"));
        String query = "SELECT id, item FROM orders";
        assertClean("SHOW CREATE TABLE", rows(sql, "SHOW CREATE TABLE orders"));
        assertClean("DESCRIBE", rows(sql, "DESCRIBE EXTENDED orders"));
        assertClean("plan", sql.tables().compilePlanSql(insert(sql, query)).asJsonString());

        sql.run("INSERT INTO results " + query);
        assertThat(StoredRows.of("results").toString()).contains(CHANGED);
    }

    @Test
    void aKeyInTheOptionsIsNotExplainedAndNotInAJob() throws Exception {
        SqlSession sql = SqlSession.streaming();
        sql.execute(declareWithKey("orders"));
        String insert = insertRecords(sql, "SELECT id, item FROM orders");
        assertClean(
                "EXPLAIN",
                sql.tables()
                        .explainSql(
                                insert,
                                ExplainDetail.CHANGELOG_MODE,
                                ExplainDetail.ESTIMATED_COST,
                                ExplainDetail.JSON_EXECUTION_PLAN));

        job = sql.execute(insert).getJobClient().orElseThrow();
        job.getJobExecutionResult().get(60, TimeUnit.SECONDS);
        assertClean("REST", restAnswers(job.getJobID()));
        assertClean("metrics", metrics(job.getJobID()));
    }

    @Test
    void aRecordThatDoesNotFitIsNotQuoted() throws Exception {
        SqlSession sql = SqlSession.streaming();
        sql.execute(declareWithKey("orders").replace("item STRING", "item BIGINT"));
        String insert = insertRecords(sql, "SELECT id, CAST(item AS STRING) FROM orders");
        job = sql.execute(insert).getJobClient().orElseThrow();

        Throwable thrown =
                catchThrowable(() -> job.getJobExecutionResult().get(60, TimeUnit.SECONDS));
        assertThat(thrown).hasStackTraceContaining("The column 'item' holds");
        assertClean("exception", LogSearch.stackTrace(thrown));
        assertClean("REST", restAnswers(job.getJobID()));
    }

    @Test
    void aTableThatIsRefusedAtPlanningTellsNone() {
        SqlSession sql = SqlSession.streaming();
        sql.execute(declareWithKey("orders", "scan.startup.mode", "sometime"));

        Throwable thrown = catchThrowable(() -> sql.explain("SELECT * FROM orders"));
        assertThat(thrown).hasStackTraceContaining("scan.startup.mode");
        assertClean("exception", LogSearch.stackTrace(thrown));
    }

    /** In an error a key says which row is meant; what is logged on the way holds not even keys. */
    @Test
    void theConnectorLogsNoKeys() throws Exception {
        try (LogSearch keys =
                new LogSearch(text -> text.contains(Long.toString(KEY).substring(0, 8)))) {
            StreamExecutionEnvironment env = environment();
            env.fromSource(
                            source().stoppingPosition(StoppingPosition.latest()).build(),
                            WatermarkStrategy.noWatermarks(),
                            "changes")
                    .sinkTo(new DiscardingSink<>());
            env.execute();
            SqlSession sql = SqlSession.streaming();
            sql.execute(
                    declareWithKey("orders", "dirty-record", "skip").replace("DOUBLE", "BOOLEAN"));
            sql.run(insertRecords(sql, "SELECT id, item FROM orders WHERE price"));

            assertThat(keys.findings())
                    .filteredOn(line -> line.contains(" io.github.otsstream."))
                    .isEmpty();
        }
    }

    @Test
    void printingTellsNone() throws Exception {
        OtsCredentialsProvider provider = OtsCredentialsProvider.fixed(TEMPORARY);
        OtsConnection.Builder connection =
                OtsConnection.builder()
                        .endpoint(emulator.endpoint())
                        .instanceName(emulator.instanceName())
                        .credentials(provider);
        OtsStreamSource<ChangeRecord> source = source().build();
        StreamExecutionEnvironment env = environment();
        env.fromSource(source, WatermarkStrategy.noWatermarks(), "changes")
                .sinkTo(new DiscardingSink<>());
        for (Object printed :
                List.of(
                        TEMPORARY,
                        provider,
                        connection,
                        connection.build(),
                        source(),
                        source,
                        source.getSplitSerializer(),
                        source.getEnumeratorCheckpointSerializer(),
                        env.getExecutionPlan())) {
            assertClean(printed.getClass().getName(), printed.toString());
        }
        // Something that logs, as each of these tests expects.
        TestJobs.cancel(env.executeAsync());
    }

    private StreamExecutionEnvironment environment() {
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.getExecutionEnvironment(
                        new Configuration()
                                .set(RestartStrategyOptions.RESTART_STRATEGY, "none")
                                .set(
                                        CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                                        directory.toUri().toString())
                                .set(
                                        CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                                        ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION));
        env.setParallelism(1);
        return env;
    }

    private static OtsStreamSourceBuilder<ChangeRecord> source() {
        return OtsStreamSource.<ChangeRecord>builder()
                .endpoint(emulator.endpoint())
                .instanceName(emulator.instanceName())
                .tableName("orders")
                .credentials(OtsCredentialsProvider.fixed(TEMPORARY))
                .deserializer(new ChangeRecordSchema());
    }

    private static String declare(String table, String... options) {
        Map<String, String> all = new LinkedHashMap<>(SqlTable.options(emulator, table));
        all.remove("access-key-id");
        all.remove("access-key-secret");
        all.put("scan.bounded.mode", "latest");
        for (int i = 0; i < options.length; i += 2) {
            all.put(options[i], options[i + 1]);
        }
        boolean upsert = "upsert".equals(all.get("changelog-mode"));
        return SqlTable.ddl(
                table,
                "id BIGINT, item STRING, price DOUBLE"
                        + (upsert ? ", PRIMARY KEY (id) NOT ENFORCED" : ""),
                all);
    }

    private static String declareWithKey(String table, String... options) {
        List<String> all =
                new ArrayList<>(
                        List.of(
                                "access-key-id",
                                TEMPORARY.getAccessKeyId(),
                                "access-key-secret",
                                TEMPORARY.getAccessKeySecret(),
                                "security-token",
                                TEMPORARY.getSecurityToken()));
        all.addAll(List.of(options));
        return declare(table, all.toArray(new String[0]));
    }

    private static String insert(SqlSession sql, String query) {
        sql.execute(
                "CREATE TEMPORARY TABLE results (id BIGINT, item STRING,"
                        + " PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'stored')");
        return "INSERT INTO results " + query;
    }

    /** Of records, which have no key that a table could be kept by. */
    private static String insertRecords(SqlSession sql, String query) {
        sql.execute(
                "CREATE TEMPORARY TABLE records (id BIGINT, item STRING)"
                        + " WITH ('connector' = 'blackhole')");
        return "INSERT INTO records " + query;
    }

    private static String rows(SqlSession sql, String statement) {
        List<String> rows = new ArrayList<>();
        sql.execute(statement).collect().forEachRemaining(row -> rows.add(row.toString()));
        return String.join("\n", rows);
    }

    /** All that the web UI knows of a job. */
    private String restAnswers(JobID job) throws Exception {
        List<String> paths =
                new ArrayList<>(
                        List.of(
                                "/config",
                                "/jobmanager/config",
                                "/jobmanager/environment",
                                "/jobmanager/metrics",
                                "/jobs/overview"));
        for (String path :
                List.of(
                        "",
                        "/config",
                        "/plan",
                        "/exceptions",
                        "/accumulators",
                        "/checkpoints",
                        "/checkpoints/config",
                        "/metrics")) {
            paths.add("/jobs/" + job + path);
        }
        StringBuilder answers = new StringBuilder();
        Set<String> vertices = new TreeSet<>();
        for (String path : paths) {
            String answer = get(path);
            answers.append(path).append(' ').append(answer).append('\n');
            Matcher vertex = Pattern.compile("\"id\":\"([0-9a-f]{32})\"").matcher(answer);
            while (path.equals("/jobs/" + job) && vertex.find()) {
                vertices.add(vertex.group(1));
            }
        }
        for (String vertex : vertices) {
            for (String path : List.of("", "/accumulators", "/metrics", "/subtasks/accumulators")) {
                answers.append(get("/jobs/" + job + "/vertices/" + vertex + path)).append('\n');
            }
        }
        assertThat(vertices).isNotEmpty();
        return answers.toString();
    }

    private String get(String path) throws Exception {
        HttpResponse<String> answer =
                HTTP.send(
                        HttpRequest.newBuilder(rest.resolve(path)).build(),
                        HttpResponse.BodyHandlers.ofString());
        return answer.body();
    }

    private static String metrics(JobID job) {
        StringBuilder text = new StringBuilder();
        for (Map.Entry<String, Metric> metric : REPORTER.getMetricsByIdentifiers(job).entrySet()) {
            text.append(metric.getKey()).append(' ');
            if (metric.getValue() instanceof Gauge) {
                text.append(value((Gauge<?>) metric.getValue()));
            }
            text.append('\n');
        }
        assertThat(text.toString()).contains("numRecordsIn");
        return text.toString();
    }

    /** Some of Flink's own have none any more once their operator is closed. */
    private static Object value(Gauge<?> gauge) {
        try {
            return gauge.getValue();
        } catch (RuntimeException e) {
            return LogSearch.stackTrace(e);
        }
    }

    /** What is in a directory's files, but for those that Flink deletes meanwhile. */
    private static Map<Path, String> contentsOf(Path directory) throws IOException {
        Map<Path, String> contents = new HashMap<>();
        Files.walkFileTree(
                directory,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        try {
                            contents.put(file, Files.readString(file, StandardCharsets.ISO_8859_1));
                        } catch (NoSuchFileException e) {
                            return visitFileFailed(file, e);
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException error)
                            throws IOException {
                        if (error instanceof NoSuchFileException) {
                            return FileVisitResult.CONTINUE;
                        }
                        throw error;
                    }
                });
        return contents;
    }
}
