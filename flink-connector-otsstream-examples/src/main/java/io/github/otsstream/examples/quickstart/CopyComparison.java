/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.examples.quickstart;

import com.alicloud.openservices.tablestore.SyncClientInterface;
import com.alicloud.openservices.tablestore.model.Column;
import com.alicloud.openservices.tablestore.model.GetRangeRequest;
import com.alicloud.openservices.tablestore.model.GetRangeResponse;
import com.alicloud.openservices.tablestore.model.PrimaryKey;
import com.alicloud.openservices.tablestore.model.PrimaryKeyBuilder;
import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import com.alicloud.openservices.tablestore.model.RangeRowQueryCriteria;
import com.alicloud.openservices.tablestore.model.Row;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;

/** Compares the orders in Tablestore with those in PostgreSQL, row by row. */
final class CopyComparison {

    private static final String KEY = "order_id";
    private static final List<String> COLUMNS = List.of("state", "amount", "note", "revision");

    private final Map<String, List<Object>> source;
    private final Map<String, List<Object>> copy;

    private CopyComparison(Map<String, List<Object>> source, Map<String, List<Object>> copy) {
        this.source = source;
        this.copy = copy;
    }

    /** Reads both tables as they are now. */
    static CopyComparison of(SyncClientInterface client, String table, String jdbcUrl)
            throws SQLException {
        return new CopyComparison(tablestoreRows(client, table), postgresRows(jdbcUrl));
    }

    private static Map<String, List<Object>> tablestoreRows(
            SyncClientInterface client, String table) {
        Map<String, List<Object>> rows = new TreeMap<>();
        PrimaryKey from = key(PrimaryKeyValue.INF_MIN);
        while (from != null) {
            RangeRowQueryCriteria range = new RangeRowQueryCriteria(table);
            range.setInclusiveStartPrimaryKey(from);
            range.setExclusiveEndPrimaryKey(key(PrimaryKeyValue.INF_MAX));
            range.setMaxVersions(1);
            GetRangeResponse page = client.getRange(new GetRangeRequest(range));
            for (Row row : page.getRows()) {
                rows.put(
                        row.getPrimaryKey().getPrimaryKeyColumn(KEY).getValue().asString(),
                        values(row));
            }
            from = page.getNextStartPrimaryKey();
        }
        return rows;
    }

    private static PrimaryKey key(PrimaryKeyValue value) {
        return PrimaryKeyBuilder.createPrimaryKeyBuilder().addPrimaryKeyColumn(KEY, value).build();
    }

    private static List<Object> values(Row row) {
        Object[] values = new Object[COLUMNS.size()];
        for (Column column : row.getColumns()) {
            values[COLUMNS.indexOf(column.getName())] = column.getValue().getValue();
        }
        return Arrays.asList(values);
    }

    private static Map<String, List<Object>> postgresRows(String jdbcUrl) throws SQLException {
        Map<String, List<Object>> rows = new TreeMap<>();
        try (Connection connection = DriverManager.getConnection(jdbcUrl);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT * FROM orders")) {
            while (result.next()) {
                List<Object> values = new ArrayList<>();
                for (String column : COLUMNS) {
                    values.add(result.getObject(column));
                }
                rows.put(result.getString(KEY), values);
            }
        }
        return rows;
    }

    /** How many rows the table in Tablestore has. */
    int rows() {
        return source.size();
    }

    /** A line for each row that is not the same; none if the copy is one. */
    List<String> differences() {
        List<String> differences = new ArrayList<>();
        TreeSet<String> keys = new TreeSet<>(source.keySet());
        keys.addAll(copy.keySet());
        for (String key : keys) {
            if (!Objects.equals(source.get(key), copy.get(key))) {
                differences.add(
                        String.format(
                                "%s is %s in Tablestore and %s in PostgreSQL",
                                key, source.get(key), copy.get(key)));
            }
        }
        return differences;
    }
}
