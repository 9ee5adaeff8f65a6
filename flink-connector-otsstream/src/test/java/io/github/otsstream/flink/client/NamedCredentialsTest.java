/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;

/** Which names hold credentials, and which of them win. */
class NamedCredentialsTest {

    private static final Map<String, String> OWN =
            Map.of(
                    "TABLESTORE_ACCESS_KEY_ID", "own-id",
                    "TABLESTORE_ACCESS_KEY_SECRET", "own-secret");
    private static final Map<String, String> SHARED =
            Map.of(
                    "ALIBABA_CLOUD_ACCESS_KEY_ID", "shared-id",
                    "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "shared-secret",
                    "ALIBABA_CLOUD_SECURITY_TOKEN", "shared-token");

    private static OtsCredentials environment(Map<String, String> variables) {
        return NamedCredentials.ENVIRONMENT.find(variables::get);
    }

    private static Map<String, String> and(Map<String, String> some, Map<String, String> others) {
        Map<String, String> all = new HashMap<>(some);
        all.putAll(others);
        return all;
    }

    @Test
    void takesTheVariablesOfTheTablestoreSdk() {
        assertThat(environment(OWN)).isEqualTo(OtsCredentials.of("own-id", "own-secret"));
        assertThat(environment(and(OWN, Map.of("TABLESTORE_SESSION_TOKEN", "own-token"))))
                .isEqualTo(OtsCredentials.of("own-id", "own-secret", "own-token"));
    }

    @Test
    void takesTheVariablesOfAlibabaCloudsSdks() {
        OtsCredentials shared = OtsCredentials.of("shared-id", "shared-secret", "shared-token");
        assertThat(environment(SHARED)).isEqualTo(shared);
        assertThat(environment(and(SHARED, Map.of("TABLESTORE_ACCESS_KEY_ID", " "))))
                .isEqualTo(shared);
    }

    @Test
    void doesNotMixTheSets() {
        assertThat(environment(and(OWN, SHARED)))
                .isEqualTo(OtsCredentials.of("own-id", "own-secret"));
        assertThatThrownBy(
                        () ->
                                environment(
                                        and(SHARED, Map.of("TABLESTORE_ACCESS_KEY_ID", "own-id"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("TABLESTORE_ACCESS_KEY_SECRET is not")
                .hasMessageNotContaining("own-id");
    }

    @Test
    void saysWhatToSet() {
        assertThatThrownBy(() -> environment(Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("environment variables")
                .hasMessageContaining("TABLESTORE_ACCESS_KEY_ID and TABLESTORE_ACCESS_KEY_SECRET")
                .hasMessageContaining("ALIBABA_CLOUD_ACCESS_KEY_ID")
                .hasMessageContaining("TaskManager");
        assertThatThrownBy(() -> NamedCredentials.SYSTEM_PROPERTIES.find(name -> null))
                .hasMessageContaining("tablestore.accessKeyId and tablestore.accessKeySecret");
    }

    @Test
    void readsSystemPropertiesAnewEachTime() throws Exception {
        OtsCredentialsProvider provider =
                InstantiationUtil.clone(OtsCredentialsProvider.systemProperties());
        try {
            System.setProperty("tablestore.accessKeyId", "id");
            System.setProperty("tablestore.accessKeySecret", "first-secret");
            assertThat(provider.getCredentials())
                    .isEqualTo(OtsCredentials.of("id", "first-secret"));

            System.setProperty("tablestore.accessKeySecret", "second-secret");
            System.setProperty("tablestore.sessionToken", "token");
            assertThat(provider.getCredentials())
                    .isEqualTo(OtsCredentials.of("id", "second-secret", "token"));
            assertThat(provider.toString()).doesNotContain("secret");
        } finally {
            System.clearProperty("tablestore.accessKeyId");
            System.clearProperty("tablestore.accessKeySecret");
            System.clearProperty("tablestore.sessionToken");
        }
    }

    @Test
    void readsTheEnvironmentOfThisProcess() throws Exception {
        OtsCredentialsProvider provider =
                InstantiationUtil.clone(OtsCredentialsProvider.environment());

        if (System.getenv("TABLESTORE_ACCESS_KEY_ID") == null
                && System.getenv("ALIBABA_CLOUD_ACCESS_KEY_ID") == null) {
            assertThatThrownBy(provider::getCredentials)
                    .isInstanceOf(IllegalArgumentException.class);
        } else {
            assertThat(provider.getCredentials()).isNotNull();
        }
    }
}
