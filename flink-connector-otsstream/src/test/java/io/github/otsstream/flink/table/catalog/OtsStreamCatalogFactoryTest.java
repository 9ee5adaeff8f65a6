/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otsstream.flink.client.OtsCredentialsProvider;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.Catalog;
import org.apache.flink.table.factories.FactoryUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Creates catalogs as Flink does, and refuses what is wrong. Nothing is asked of a service. */
class OtsStreamCatalogFactoryTest {

    private static final String SECRET = "the-secret";

    private static Map<String, String> options(String... further) {
        Map<String, String> options = new HashMap<>();
        options.put("type", "otsstream");
        options.put("endpoint", "https://shop.example.com");
        options.put("instance-name", "shop");
        options.put("access-key-id", "the-id");
        options.put("access-key-secret", SECRET);
        for (int i = 0; i < further.length; i += 2) {
            options.put(further[i], further[i + 1]);
        }
        return options;
    }

    private static Catalog create(Map<String, String> options) {
        Catalog catalog =
                FactoryUtil.createCatalog(
                        "ots",
                        options,
                        new Configuration(),
                        OtsStreamCatalogFactoryTest.class.getClassLoader());
        catalog.open();
        return catalog;
    }

    @Test
    void aCatalogHasOneDatabase() throws Exception {
        Catalog catalog = create(options());

        assertThat(catalog.getDefaultDatabase()).isEqualTo("default");
        assertThat(catalog.listDatabases()).containsExactly("default");
        assertThat(catalog.getDatabase("default").getDescription().orElseThrow())
                .contains("instance 'shop'");
    }

    @Test
    void credentialsCanComeFromElsewhere() {
        Map<String, String> options = options("credentials.provider", "ENVIRONMENT");
        options.remove("access-key-id");
        options.remove("access-key-secret");
        create(options);

        options.remove("credentials.provider");
        options.remove("type");
        assertThat(CatalogSettings.of(options).connection().getCredentialsProvider())
                .isSameAs(OtsCredentialsProvider.environment());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nonsense | 1 | Unsupported options: nonsense",
                "endpoint | shop.example.com | 'endpoint' = 'shop.example.com' can't be used",
                "instanceName | other | 'instance-name' and 'instanceName' are names of the same",
                "credentials.provider | environment | contradict each other",
                "sample-rows | -1 | 'sample-rows' = '-1' can't be used: it must be between 0 and 1000",
                "sample-rows | 1001 | must be between 0 and 1000",
                "sample-rows | few | sample-rows",
                "metadata-columns | op-type;nope | names 'nope', but there is no such metadata",
                "metadata-columns | op-type;op-type | names 'op-type', and names it again",
                "table-default.nope | 1 | 'table-default.nope' can't be used: tables have no such",
                "table-default.table-name | t | it is not the same for all tables",
                "table-default.time-series | true | it is not the same for all tables",
                "table-default.endpoint | e | Give 'endpoint' to the catalog",
                "table-default.security-token | t | Give 'security-token' to the catalog",
                "table-default.mode | multi_version | 'mode' = 'multi_version' can't be used",
                "table-default.scan.startup.mode | never | one of earliest, latest, timestamp",
                "max-retries | -1 | 'max-retries' = '-1' can't be used",
            })
    void wrongOptionsAreRefusedByName(String key, String value, String message) {
        assertThatThrownBy(() -> create(options(key, value)))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("Unable to create catalog 'ots'")
                .satisfies(
                        e -> {
                            assertThat(allMessages(e).replaceAll("\\s+", " ")).contains(message);
                            assertThat(allMessages(e)).doesNotContain(SECRET);
                        });
    }

    @Test
    void missingOptionsAreNamed() {
        Map<String, String> options = options();
        options.remove("instance-name");

        assertThatThrownBy(() -> create(options))
                .satisfies(e -> assertThat(allMessages(e)).contains("instance-name"));

        Map<String, String> halfAKey = options();
        halfAKey.remove("access-key-secret");

        assertThatThrownBy(() -> create(halfAKey))
                .satisfies(
                        e -> assertThat(allMessages(e)).contains("'access-key-secret' is missing"));
    }

    @ParameterizedTest
    @CsvSource({"accessKey, nonsense", "table-default.accessKey, sample-rows"})
    void aSecretWhoseNameFlinkDoesNotKnowIsHiddenToo(String secretKey, String wrong) {
        Map<String, String> options = options(secretKey, SECRET, wrong, "x");
        options.remove("access-key-secret");

        assertThatThrownBy(() -> create(options))
                .isInstanceOf(ValidationException.class)
                .satisfies(e -> assertThat(allMessages(e)).doesNotContain(SECRET));
    }

    @Test
    void aPasswordInAnEndpointIsHiddenToo() {
        Map<String, String> options =
                options("endpoint", "https://user:" + SECRET + "@example.com");

        assertThatThrownBy(() -> create(options))
                .isInstanceOf(ValidationException.class)
                .satisfies(
                        e ->
                                assertThat(allMessages(e))
                                        .contains("'endpoint' can't be used", "user or a password")
                                        .doesNotContain(SECRET));
    }

    @Test
    void printingSettingsShowsNoCredential() {
        Map<String, String> options = options();
        options.remove("type");

        assertThat(CatalogSettings.of(options).toString())
                .contains("shop")
                .doesNotContain(SECRET, "the-id");
    }

    private static String allMessages(Throwable error) {
        StringBuilder messages = new StringBuilder();
        for (Throwable e = error; e != null; e = e.getCause()) {
            messages.append(e).append('\n');
        }
        return messages.toString();
    }
}
