/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.benchmarks.contender;

import io.github.otsstream.flink.client.OtsConnection;
import io.github.otsstream.flink.table.OtsStreamTableFactory;
import java.lang.reflect.Field;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.factories.DynamicTableSourceFactory;

/**
 * Tables as they are for those who read over {@code https}, where the MD5 sum of a page is not
 * checked. There is no {@code https} here, and no option for it in SQL.
 */
public final class UnsummedTable implements DynamicTableSourceFactory {

    static final String CONNECTOR = "otsstream-unsummed";

    private final OtsStreamTableFactory tables = new OtsStreamTableFactory();

    @Override
    public String factoryIdentifier() {
        return CONNECTOR;
    }

    @Override
    public Set<ConfigOption<?>> requiredOptions() {
        return tables.requiredOptions();
    }

    @Override
    public Set<ConfigOption<?>> optionalOptions() {
        return tables.optionalOptions();
    }

    @Override
    public DynamicTableSource createDynamicTableSource(Context context) {
        DynamicTableSource table = tables.createDynamicTableSource(context);
        try {
            Object connection = field(table, "settings", "connection");
            Field checked = OtsConnection.class.getDeclaredField("verifyContentMd5");
            checked.setAccessible(true);
            checked.setBoolean(connection, false);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
        return table;
    }

    private static Object field(Object object, String... path) throws ReflectiveOperationException {
        Object value = object;
        for (String name : path) {
            Field field = value.getClass().getDeclaredField(name);
            field.setAccessible(true);
            value = field.get(value);
        }
        return value;
    }
}
