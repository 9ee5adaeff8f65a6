/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.otsstream.emulator.TablestoreEmulator;
import io.github.otsstream.emulator.fault.FaultPlan;
import io.github.otsstream.emulator.fault.FaultRule;
import io.github.otsstream.examples.JobProgress;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.util.NetUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What is in the folder monitoring asks for metrics that a job really has. */
@Timeout(120)
class MonitoringITCase {

    private static final Path MONITORING = Path.of("../monitoring");
    private static final Path RULES = MONITORING.resolve("alerts.yml");
    private static final Pattern NAME = Pattern.compile("\\bflink_[A-Za-z_]+");
    private static final Pattern DOCUMENTED = Pattern.compile("`otsstream\\.([A-Za-z.<>]+)`");
    private static final Pattern OTSSTREAM = Pattern.compile("flink_.*_otsstream_(.*)");

    /** What only looks at one shard in more detail. */
    private static final Set<String> NOT_ON_THE_DASHBOARD =
            Set.of("shard_bytes", "shard_lastFetchLatency");

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void asksForMetricsThatAreThere() throws Exception {
        List<String> expressions = new ArrayList<>(dashboardExpressions());
        rules().forEach(rule -> expressions.add((String) rule.get("expr")));
        Set<String> asked = names(expressions);
        assertThat(asked).hasSizeGreaterThan(20);
        Configuration configuration =
                GlobalConfiguration.loadConfiguration(MONITORING.resolve("flink").toString());
        try (TablestoreEmulator emulator = TablestoreEmulator.builder().start();
                NetUtils.Port port = NetUtils.getAvailablePort()) {
            configuration.setString("metrics.reporter.prom.port", String.valueOf(port.getPort()));
            try (FlinkCluster flink = FlinkCluster.start(1, configuration)) {
                JobProgress progress = startJob(emulator, flink);
                await().atMost(Duration.ofSeconds(60))
                        .untilAsserted(() -> assertThat(scrape(port)).containsAll(asked));

                Set<String> ours =
                        scrape(port).stream()
                                .map(OTSSTREAM::matcher)
                                .filter(Matcher::matches)
                                .map(matcher -> matcher.group(1))
                                .filter(name -> !name.endsWith("_count"))
                                .collect(Collectors.toCollection(TreeSet::new));
                assertThat(documented()).isEqualTo(ours);
                await().untilAsserted(() -> assertThat(progress.read()).isPresent());
                ours.removeAll(NOT_ON_THE_DASHBOARD);
                assertThat(dashboardExpressions().toString())
                        .contains(
                                ours.stream()
                                        .map(name -> "otsstream_" + name)
                                        .toArray(String[]::new));
            }
        }
    }

    /** One that has all metrics: of a table, bounded, and with a request that is made again. */
    private static JobProgress startJob(TablestoreEmulator emulator, FlinkCluster flink) {
        TableAddress address = TableAddress.of(emulator, "orders");
        RowWriter writer = new RowWriter(address.client(), "orders", change -> {});
        writer.createTable();
        writer.write();
        emulator.control()
                .faults(
                        FaultPlan.of(
                                1,
                                FaultRule.error(503, "OTSServerBusy", "Busy.")
                                        .onOperation("GetStreamRecord")
                                        .times(1)));
        StreamTableEnvironment sql = StreamTableEnvironment.create(flink.newEnvironment());
        sql.executeSql(
                String.join(
                        "\n",
                        "CREATE TABLE orders (",
                        "  order_id STRING, changed TIMESTAMP_LTZ(3) METADATA FROM 'row-timestamp',",
                        "  WATERMARK FOR changed AS SOURCE_WATERMARK()",
                        ") WITH ('connector' = 'otsstream', 'table-name' = 'orders',",
                        "  'endpoint' = '" + address.endpoint() + "',",
                        "  'instance-name' = '" + address.instance() + "',",
                        "  'access-key-id' = '" + emulator.accessKeyId() + "',",
                        "  'access-key-secret' = '" + emulator.accessKeySecret() + "',",
                        "  'scan.bounded.wait-for-end' = 'true',",
                        "  'scan.bounded.timestamp-millis' = '"
                                + Instant.now().plusSeconds(3600).toEpochMilli()
                                + "')"));
        sql.executeSql(
                "CREATE TABLE nothing (order_id STRING, changed TIMESTAMP_LTZ(3))"
                        + " WITH ('connector' = 'blackhole')");
        JobClient job =
                sql.executeSql("INSERT INTO nothing SELECT * FROM orders")
                        .getJobClient()
                        .orElseThrow();
        return JobProgress.of(job, sql.getConfig());
    }

    private Set<String> scrape(NetUtils.Port port) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(
                                URI.create("http://localhost:" + port.getPort() + "/metrics"))
                        .build();
        return http.send(request, HttpResponse.BodyHandlers.ofLines())
                .body()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.substring(0, line.indexOf('{') < 0 ? 0 : line.indexOf('{')))
                .collect(Collectors.toSet());
    }

    private static Set<String> names(List<String> expressions) {
        return expressions.stream()
                .flatMap(expression -> NAME.matcher(expression).results())
                .map(found -> found.group())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The names in the table of metrics, as Prometheus has them: ids are labels. */
    private static Set<String> documented() throws IOException {
        String page = Files.readString(Path.of("../docs/metrics.md"));
        return DOCUMENTED
                .matcher(page)
                .results()
                .map(found -> found.group(1).replaceAll("\\.<\\w+>", ""))
                .map(name -> name.replace('.', '_'))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<String> dashboardExpressions() throws IOException {
        JsonNode dashboard =
                new ObjectMapper().readTree(MONITORING.resolve("grafana-dashboard.json").toFile());
        return dashboard.findValuesAsText("expr");
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> rules() throws IOException {
        Map<String, Object> file =
                (Map<String, Object>)
                        new Load(LoadSettings.builder().build())
                                .loadFromString(Files.readString(RULES));
        return ((List<Map<String, Object>>) file.get("groups"))
                .stream()
                        .flatMap(group -> ((List<Map<String, Object>>) group.get("rules")).stream())
                        .collect(Collectors.toList());
    }

    @Test
    void rulesSayWhatIsWrongAndWhatToDo() throws IOException {
        assertThat(rules())
                .hasSizeGreaterThan(5)
                .allSatisfy(
                        rule -> {
                            assertThat((String) rule.get("alert")).startsWith("OtsStream");
                            assertThat(rule.get("labels").toString())
                                    .matches("\\{severity=(warning|critical)\\}");
                            assertThat((Map<?, ?>) rule.get("annotations"))
                                    .extracting(annotations -> annotations.keySet().toString())
                                    .isEqualTo("[summary, action]");
                        })
                .extracting(rule -> rule.get("alert"))
                .doesNotHaveDuplicates();
    }

    /** Where Prometheus is installed, with its own parser, and the rules' own tests. */
    @Test
    void prometheusUnderstandsAllOfIt(@TempDir Path directory) throws Exception {
        assumeThat(
                        Stream.of(System.getenv("PATH").split(":"))
                                .map(folder -> Path.of(folder, "promtool")))
                .as("promtool")
                .anyMatch(Files::isExecutable);
        StringBuilder recorded = new StringBuilder("groups: [{name: dashboard, rules: [\n");
        for (String expression : dashboardExpressions()) {
            recorded.append(
                    String.format(
                            "{record: \"panel\", expr: %s, labels: {n: \"%d\"}},\n",
                            new ObjectMapper()
                                    .writeValueAsString(
                                            expression.replace("$__rate_interval", "1m")),
                            recorded.length()));
        }
        Path panels = directory.resolve("panels.yml");
        Files.writeString(panels, recorded.append("]}]\n"));

        promtool("check", "rules", panels.toString(), RULES.toString());
        promtool("check", "config", MONITORING.resolve("prometheus.yml").toString());
        promtool("test", "rules", MONITORING.resolve("alerts-test.yml").toString());
    }

    private static void promtool(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("promtool"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
    }
}
