/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.otsstream.emulator.TablestoreEmulator;
import io.github.otsstream.emulator.junit.TablestoreEmulatorExtension;
import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.source.OtsStreamSource;
import io.github.otsstream.flink.source.OtsStreamSourceBuilder;
import io.github.otsstream.flink.source.StoppingPosition;
import io.github.otsstream.flink.source.deserialization.ChangeRecordSchema;
import io.github.otsstream.flink.status.StatusTableSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Jobs call no operation that the RAM policies in {@code docs/security.md} don't allow. */
@Timeout(120)
class LeastPrivilegeITCase {

    @RegisterExtension
    private static final MiniClusterExtension CLUSTER =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(2)
                            .build());

    @RegisterExtension
    private static final TablestoreEmulatorExtension EMULATOR =
            TablestoreEmulatorExtension.create().wipedBetweenTests();

    /** The statements of the policies, each by its resource. */
    private static List<Map.Entry<String, Set<String>>> statements;

    private TablestoreEmulator emulator;
    private SqlTable orders;

    @BeforeAll
    static void readPolicies() throws Exception {
        String page = Files.readString(Path.of("../docs/security.md"));
        Matcher block = Pattern.compile("```json\\n(.*?)```", Pattern.DOTALL).matcher(page);
        statements = new ArrayList<>();
        while (block.find()) {
            for (JsonNode statement :
                    new ObjectMapper().readTree(block.group(1)).get("Statement")) {
                assertThat(statement.get("Effect").asText()).isEqualTo("Allow");
                Set<String> actions = new TreeSet<>();
                statement
                        .get("Action")
                        .forEach(action -> actions.add(action.asText().replace("ots:", "")));
                // Of several, the last one is that of the tables.
                JsonNode resource = statement.get("Resource");
                statements.add(
                        Map.entry(
                                resource.isArray()
                                        ? resource.get(resource.size() - 1).asText()
                                        : resource.asText(),
                                actions));
            }
        }
        assertThat(statements).hasSize(3);
    }

    @BeforeEach
    void writeRows(TablestoreEmulator server) {
        emulator = server;
        orders = new SqlTable(emulator, "orders", "item");
        for (int i = 0; i < 10; i++) {
            orders.put(i, "item", "tea");
            orders.update(i, "item", "coffee");
        }
        emulator.control().split("orders");
        orders.put(1, "item", "milk");
        emulator.control().resetCounters();
    }

    @AfterEach
    void close() {
        orders.close();
    }

    /** Of one statement's resource, as the page says it. */
    private static Set<String> allowed(String resource) {
        return statements.stream()
                .filter(statement -> statement.getKey().endsWith(resource))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseThrow();
    }

    private Set<String> called() {
        return emulator.control().counters().entrySet().stream()
                .filter(operation -> operation.getValue().calls() > 0)
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> with(Set<String> some, Set<String> more) {
        Set<String> all = new TreeSet<>(some);
        all.addAll(more);
        return all;
    }

    @Test
    void noActionOfReadingWrites() {
        assertThat(allowed("/orders"))
                .allMatch(action -> action.matches("(List|Describe|Get|BatchGet).*"));
        assertThat(allowed("/table/*")).allMatch(action -> action.matches("(List|Describe|Get).*"));
    }

    @Test
    void aJob() throws Exception {
        run(source().build());
        assertThat(called())
                .containsExactlyInAnyOrder(
                        "ListStream", "DescribeStream", "GetShardIterator", "GetStreamRecord")
                .isSubsetOf(allowed("/orders"));
    }

    @Test
    void aJobWithAStatusTable() throws Exception {
        for (int i = 0; i < 2; i++) {
            emulator.clock().advance(Duration.ofMinutes(10));
            run(source().statusTable(StatusTableSettings.of("status")).build());
        }
        assertThat(called())
                .contains("PutRow", "CreateTable")
                .isSubsetOf(with(allowed("/orders"), allowed("/status")));
        assertThat(orders.rows()).as("nothing else is written").hasSize(10);
    }

    @Test
    void aTableOfSqlThatLooksRowsUp() throws Exception {
        SqlSession sql = SqlSession.streaming();
        sql.execute(
                orders.ddl(
                        "id BIGINT, item STRING, PRIMARY KEY (id) NOT ENFORCED",
                        "changelog-mode",
                        "upsert",
                        "partial-update",
                        "lookup",
                        "scan.bounded.mode",
                        "latest"));
        assertThat(sql.changes("SELECT * FROM orders")).isNotEmpty();

        assertThat(called())
                .contains("BatchGetRow", "DescribeTable")
                .isSubsetOf(allowed("/orders"));
    }

    @Test
    void aCatalog() throws Exception {
        SqlSession sql = SqlSession.streaming();
        sql.execute(
                "CREATE CATALOG ots WITH ('type' = 'otsstream', 'endpoint' = '"
                        + emulator.endpoint()
                        + "', 'instance-name' = '"
                        + emulator.instanceName()
                        + "', 'access-key-id' = '"
                        + emulator.accessKeyId()
                        + "', 'access-key-secret' = '"
                        + emulator.accessKeySecret()
                        + "')");
        sql.execute("SHOW TABLES FROM ots.`default`");
        assertThat(
                        sql.changes(
                                "SELECT id FROM ots.`default`.orders"
                                        + " /*+ OPTIONS('scan.bounded.mode' = 'latest') */"))
                .isNotEmpty();

        assertThat(called())
                .contains("ListTable")
                .isSubsetOf(with(allowed("/orders"), allowed("/table/*")));
    }

    private OtsStreamSourceBuilder<ChangeRecord> source() {
        return OtsStreamSource.<ChangeRecord>builder()
                .endpoint(emulator.endpoint())
                .instanceName(emulator.instanceName())
                .tableName("orders")
                .credentials(emulator.accessKeyId(), emulator.accessKeySecret())
                .stoppingPosition(StoppingPosition.latest())
                .deserializer(new ChangeRecordSchema());
    }

    private static void run(OtsStreamSource<ChangeRecord> source) throws Exception {
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.getExecutionEnvironment(
                        new Configuration().set(RestartStrategyOptions.RESTART_STRATEGY, "none"));
        env.setParallelism(1);
        env.enableCheckpointing(100);
        env.fromSource(source, WatermarkStrategy.noWatermarks(), "changes")
                .sinkTo(new DiscardingSink<>());
        env.execute();
    }
}
