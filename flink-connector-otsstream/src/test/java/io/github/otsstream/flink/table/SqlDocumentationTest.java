/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.otsstream.flink.table.row.MetadataColumn;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.util.TimeUtils;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code docs/sql.md} has every option and every metadata column, as they are. */
class SqlDocumentationTest {

    private static final OtsStreamTableFactory FACTORY = new OtsStreamTableFactory();

    private static List<String> page;

    @BeforeAll
    static void readPage() throws Exception {
        page = Files.readAllLines(Path.of("../docs/sql.md"));
    }

    @Test
    void eachOptionIsThereWithItsNamesAndItsDefault() {
        Map<String, String> documented = new LinkedHashMap<>();
        for (String[] row : table("| option | also | default | meaning |")) {
            documented.put(plain(row[0]), plain(row[1]) + " | " + plain(row[2]));
        }
        Map<String, String> actual = new LinkedHashMap<>();
        for (ConfigOption<?> option : options()) {
            List<String> keys = GivenOptions.keys(option);
            actual.put(
                    option.key(),
                    String.join(", ", keys.subList(1, keys.size())) + " | " + defaultOf(option));
        }

        assertThat(documented).containsExactlyInAnyOrderEntriesOf(actual);
    }

    @Test
    void eachOptionHasADescription() {
        assertThat(options()).allMatch(option -> !option.description().getBlocks().isEmpty());
    }

    @Test
    void eachMetadataColumnIsThereWithItsType() {
        Map<String, String> documented = new LinkedHashMap<>();
        for (String[] row : table("| key | type | |")) {
            documented.put(plain(row[0]), row[1].replace("&lt;", "<").replace("&gt;", ">"));
        }
        Map<String, String> actual =
                MetadataColumn.list().entrySet().stream()
                        .collect(
                                Collectors.toMap(
                                        Map.Entry::getKey,
                                        column ->
                                                column.getValue()
                                                        .getLogicalType()
                                                        .asSummaryString()
                                                        .replace(" NOT NULL", "")));

        assertThat(documented).containsExactlyInAnyOrderEntriesOf(actual);
    }

    private static Set<ConfigOption<?>> options() {
        Set<ConfigOption<?>> options = FACTORY.requiredOptions();
        options.addAll(FACTORY.optionalOptions());
        return options;
    }

    private static String defaultOf(ConfigOption<?> option) {
        Object value = option.defaultValue();
        if (value == null) {
            return FACTORY.requiredOptions().contains(option) ? "required" : "–";
        } else if (value instanceof Duration) {
            return TimeUtils.formatWithHighestUnit((Duration) value);
        }
        return value instanceof Enum ? value.toString().toLowerCase(Locale.ROOT) : value.toString();
    }

    /** The cells of a table's rows. */
    private static List<String[]> table(String header) {
        int at = page.indexOf(header);
        assertThat(at).as(header).isNotNegative();
        List<String[]> rows = new ArrayList<>();
        for (int i = at + 2; page.get(i).startsWith("|"); i++) {
            String line = page.get(i);
            rows.add(
                    Arrays.stream(line.substring(1, line.length() - 1).split("\\|"))
                            .map(String::trim)
                            .toArray(String[]::new));
        }
        return rows;
    }

    private static String plain(String markdown) {
        return markdown.replace("`", "");
    }
}
