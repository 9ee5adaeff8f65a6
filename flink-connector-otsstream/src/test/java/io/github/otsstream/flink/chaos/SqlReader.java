/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.chaos;

import io.github.otsstream.emulator.TablestoreEmulator;
import io.github.otsstream.flink.table.StoredRows;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import javax.annotation.Nullable;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;

/**
 * Two queries in one job that keep up with a table in SQL: one that has its rows, and one that adds
 * up over them, in which a change that is lost or doubled shows.
 */
final class SqlReader {

    private final ChaosCluster cluster;
    private final TablestoreEmulator emulator;
    private final RecordedTable table;
    private final String mode;
    private final String rows = "rows_" + UUID.randomUUID().toString().replace('-', '_');
    private final String totals = rows.replace("rows_", "totals_");
    private final Map<String, String> options = new TreeMap<>();
    private ChaosJob job;

    SqlReader(
            ChaosCluster cluster, TablestoreEmulator emulator, RecordedTable table, Random random) {
        this.cluster = cluster;
        this.emulator = emulator;
        this.table = table;
        options.put("connector", "otsstream");
        options.put("endpoint", emulator.endpoint());
        options.put("connection.verify-content-md5", "true");
        options.put("instance-name", emulator.instanceName());
        options.put("table-name", table.name());
        options.put("access-key-id", emulator.accessKeyId());
        options.put("access-key-secret", emulator.accessKeySecret());
        options.put("scan.shard-discovery.interval", "300 ms");
        options.put("fetch.min-idle-interval", "5 ms");
        options.put("fetch.max-idle-interval", "50 ms");
        options.put("fetch.records-per-request", "" + (1 + random.nextInt(200)));
        options.put("connection.request-timeout", "3 s");
        switch (random.nextInt(3)) {
            case 0:
                mode = "all";
                options.put("changelog-mode", "all");
                break;
            case 1:
                mode = "upsert from origin columns";
                options.put("changelog-mode", "upsert");
                options.put("partial-update", "origin-columns");
                break;
            default:
                mode = "upsert with lookups";
                options.put("changelog-mode", "upsert");
                options.put("partial-update", "lookup");
        }
    }

    /**
     * Starts the job.
     *
     * @param restored the savepoint to begin with, if any
     */
    void start(int parallelism, @Nullable String restored) throws Exception {
        StreamExecutionEnvironment env =
                cluster.environment(
                        parallelism, Duration.ofMillis(200), Duration.ofSeconds(10), restored);
        StreamTableEnvironment sql = StreamTableEnvironment.create(env);
        StringBuilder with = new StringBuilder();
        options.forEach(
                (key, value) ->
                        with.append(with.length() == 0 ? "" : ", ")
                                .append("'" + key + "' = '" + value + "'"));
        sql.executeSql(
                "CREATE TEMPORARY TABLE source (id BIGINT, n BIGINT, name STRING, price DOUBLE,"
                        + " flag BOOLEAN, PRIMARY KEY (id) NOT ENFORCED) WITH ("
                        + with
                        + ")");
        sql.executeSql(
                "CREATE TEMPORARY TABLE "
                        + rows
                        + " (id BIGINT, n BIGINT, name STRING, price DOUBLE, flag BOOLEAN,"
                        + " PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'stored')");
        sql.executeSql(
                "CREATE TEMPORARY TABLE "
                        + totals
                        + " (kind STRING, number BIGINT, total BIGINT,"
                        + " PRIMARY KEY (kind) NOT ENFORCED) WITH ('connector' = 'stored')");
        job =
                new ChaosJob(
                        cluster,
                        sql.executeSql(
                                        "EXECUTE STATEMENT SET BEGIN INSERT INTO "
                                                + rows
                                                + " SELECT id, n, name, price, flag FROM source;"
                                                + " INSERT INTO "
                                                + totals
                                                + " SELECT kind, COUNT(*), SUM(n) FROM (SELECT CASE"
                                                + " WHEN flag THEN 'yes' WHEN NOT flag THEN 'no'"
                                                + " ELSE 'none' END AS kind, n FROM source)"
                                                + " GROUP BY kind; END")
                                .getJobClient()
                                .orElseThrow());
    }

    ChaosJob job() {
        return job;
    }

    /** What differs between the queries' results and the table's rows, or an empty text. */
    String difference() {
        Map<String, String> wantedRows = new TreeMap<>();
        Map<String, long[]> sums = new TreeMap<>();
        table.rows()
                .forEach(
                        (id, row) -> {
                            wantedRows.put(
                                    "[" + id + "]",
                                    String.format(
                                            "+I[%s, %s, %s, %s, %s]",
                                            id,
                                            row.get("n"),
                                            row.get("name"),
                                            row.get("price"),
                                            row.get("flag")));
                            Boolean flag = (Boolean) row.get("flag");
                            long[] sum =
                                    sums.computeIfAbsent(
                                            flag == null ? "none" : flag ? "yes" : "no",
                                            kind -> new long[2]);
                            sum[0]++;
                            sum[1] += (Long) row.get("n");
                        });
        Map<String, String> wantedTotals = new TreeMap<>();
        sums.forEach(
                (kind, sum) ->
                        wantedTotals.put(
                                "[" + kind + "]",
                                "+I[" + kind + ", " + sum[0] + ", " + sum[1] + "]"));
        return difference("rows", wantedRows, StoredRows.of(rows))
                + difference("totals", wantedTotals, StoredRows.of(totals));
    }

    private static String difference(
            String what, Map<String, String> wanted, Map<String, String> found) {
        StringBuilder text = new StringBuilder();
        Map<String, String> all = new TreeMap<>(found);
        all.putAll(wanted);
        for (String key : all.keySet()) {
            String w = wanted.get(key);
            String f = found.get(key);
            if (w == null || !w.equals(f)) {
                text.append(what).append(key).append(" should be ").append(w);
                text.append(" but is ").append(f).append("; ");
            }
        }
        return text.toString();
    }

    @Override
    public String toString() {
        return "SQL, " + mode;
    }
}
