/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otsstream.flink.table.row.DirtyRecord;
import io.github.otsstream.flink.table.row.ReadMode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.table.api.ValidationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Options under all their names, and in all spellings of their values. */
class GivenOptionsTest {

    private static final Map<Class<?>, String> OTHER_VALUES =
            Map.of(
                    String.class, "text",
                    Boolean.class, "true",
                    Integer.class, "7",
                    Long.class, "7");

    private static Set<ConfigOption<?>> known() {
        OtsStreamTableFactory factory = new OtsStreamTableFactory();
        Set<ConfigOption<?>> known = factory.requiredOptions();
        known.addAll(factory.optionalOptions());
        return known;
    }

    private static Stream<Arguments> otherNames() {
        return known().stream()
                .flatMap(
                        option ->
                                GivenOptions.keys(option).stream()
                                        .skip(1)
                                        .map(name -> Arguments.of(option, name)));
    }

    @ParameterizedTest
    @MethodSource("otherNames")
    void anOptionAnswersToEachOfItsNames(ConfigOption<?> option, String name) {
        String value = valueOf(option);
        Object byItsOwn = GivenOptions.of(known(), Map.of(option.key(), value)).get(option);
        GivenOptions options = GivenOptions.of(known(), Map.of(name, value));

        assertThat((Object) options.get(option))
                .isEqualTo(byItsOwn)
                .isNotEqualTo(option.defaultValue());
        assertThat(options.isGiven(option)).isTrue();
        assertThat(options.describe(option)).startsWith("'" + name + "'");
        assertThat(options.toMap()).containsOnlyKeys(option.key());
    }

    private static String valueOf(ConfigOption<?> option) {
        if (option.equals(OtsStreamConnectorOptions.READ_MODE)) {
            return "multi-version";
        } else if (option.equals(OtsStreamConnectorOptions.DIRTY_RECORD)) {
            return "skip";
        }
        Object value = option.defaultValue();
        boolean isNumber = value == null && option.key().endsWith("-millis");
        return OTHER_VALUES.get(
                isNumber ? Long.class : value == null ? String.class : value.getClass());
    }

    @ParameterizedTest
    @CsvSource({
        "single_version_and_update_only, SINGLE_VERSION_AND_UPDATE_ONLY",
        "SINGLE_VERSION_AND_UPDATE_ONLY, SINGLE_VERSION_AND_UPDATE_ONLY",
        "multi_version, MULTI_VERSION",
        "' Multi-Version ', MULTI_VERSION",
        "ROW, ROW"
    })
    void modesAreWrittenAsInDataXToo(String text, ReadMode mode) {
        assertThat(
                        GivenOptions.of(known(), Map.of("mode", text))
                                .get(OtsStreamConnectorOptions.READ_MODE))
                .isEqualTo(mode);
    }

    @ParameterizedTest
    @CsvSource({"true, SKIP", "False, FAIL", "null, NULL"})
    void invalidDataIsSkippedOrNotAsInAlibabasConnector(String text, DirtyRecord wanted) {
        assertThat(
                        GivenOptions.of(known(), Map.of("skipInvalidData", text))
                                .get(OtsStreamConnectorOptions.DIRTY_RECORD))
                .isEqualTo(wanted);
        assertThatThrownBy(() -> GivenOptions.of(known(), Map.of("dirty-record", "true")))
                .isInstanceOf(ValidationException.class);
    }

    @Test
    void whatIsNotGivenHasItsDefault() {
        GivenOptions options = GivenOptions.of(known(), Map.of());
        for (ConfigOption<?> option : known()) {
            assertThat(options.isGiven(option)).isFalse();
            assertThat((Object) options.get(option)).isEqualTo(option.defaultValue());
        }
    }

    @Test
    void aWrongValueIsFoundThoughNobodyAsks() {
        assertThatThrownBy(() -> GivenOptions.of(known(), Map.of("maxRetries", "often")))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("'maxRetries' = 'often'");
        // One that is not known may belong to somebody else.
        assertThat(GivenOptions.of(List.of(), Map.of("maxRetries", "often")).toMap())
                .containsEntry("maxRetries", "often");
    }

    @Test
    void oneOptionUnderTwoNamesHasOneValue() {
        assertThat(
                        GivenOptions.of(known(), Map.of("dataTable", "a", "tableName", "a"))
                                .get(OtsStreamConnectorOptions.TABLE_NAME))
                .isEqualTo("a");
        assertThatThrownBy(
                        () -> GivenOptions.of(known(), Map.of("dataTable", "a", "tableName", "b")))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("'dataTable' and 'tableName'");
    }

    @Test
    void secretsAreNotDescribed() {
        GivenOptions options =
                GivenOptions.of(known(), Map.of("accessKey", "hidden", "security-token", "hidden"));
        assertThat(options.describe(OtsStreamConnectorOptions.ACCESS_KEY_SECRET))
                .isEqualTo("'accessKey'");
        assertThat(options.describe(OtsStreamConnectorOptions.SECURITY_TOKEN))
                .isEqualTo("'security-token'");
    }
}
