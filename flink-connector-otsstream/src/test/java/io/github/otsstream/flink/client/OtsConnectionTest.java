/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a connection may look like, and that it keeps its secrets. */
class OtsConnectionTest {

    private static OtsConnection.Builder valid() {
        return OtsConnection.builder()
                .endpoint("https://shop.cn-hangzhou.ots.aliyuncs.com")
                .instanceName("shop")
                .credentials("key-id", "key-secret");
    }

    @ParameterizedTest
    @CsvSource({
        "https://shop.cn-hangzhou.ots.aliyuncs.com, https://shop.cn-hangzhou.ots.aliyuncs.com",
        "' HTTPS://shop.example.com/ ', https://shop.example.com",
        "https://shop.example.com:8443, https://shop.example.com:8443",
        "http://127.0.0.1:8087, http://127.0.0.1:8087",
        "http://localhost, http://localhost",
        "http://LOCALHOST:8087/, http://localhost:8087",
        "https://Shop.CN-Hangzhou.ots.aliyuncs.com, https://shop.cn-hangzhou.ots.aliyuncs.com",
        "https://shop.example.com:, https://shop.example.com",
        "https://shop.example.com:65535/, https://shop.example.com:65535",
        "https://10.0.0.7, https://10.0.0.7",
    })
    void takesAnAddress(String endpoint, String expected) {
        assertThat(valid().endpoint(endpoint).build().getEndpoint()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "'', missing",
        "shop.example.com, https://",
        "ftp://shop.example.com, https://",
        "https://, not an address",
        "https:///path, host name",
        "https://[::1], IPv6",
        "https://[2001:db8::7]:8443, IPv6",
        "https://my shop.example.com, not an address",
        "https:shop.example.com, host name",
        "https://-shop.example.com, host name",
        "https://商店.example.com, host name",
        "//shop.example.com, https://",
        "https://shop.example.com/path, without path",
        "https://shop.example.com?a=b, without path",
        "https://shop.example.com/#x, without path",
        "https://shop.example.com//, without path",
        "https://shop.example.com?, without path",
        "https://shop.example.com:0, port",
        "https://shop.example.com:70000, port",
        "https://shop.example.com:99999999999, port",
        "https://shop.example.com:-1, port",
        "https://shop.example.com:https, port",
        "https://user:key-secret@shop.example.com, user or a password",
        "https://key-secret@shop.example.com, user or a password",
        "user:key-secret@shop.example.com, user or a password",
        "https:user:key-secret@shop.example.com, user or a password",
        "https:///user:key-secret@shop.example.com, user or a password",
        "https://shop.example.com?user:key-secret@, user or a password",
        "http://shop.example.com, in clear",
    })
    void refusesOtherAddresses(String endpoint, String problem) {
        assertThatThrownBy(() -> valid().endpoint(endpoint).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(problem)
                .hasMessageNotContaining("key-secret");
    }

    @Test
    void allowsPlainHttpWhenAsked() {
        assertThat(
                        valid().endpoint("http://shop.example.com")
                                .allowPlainHttp(true)
                                .build()
                                .getEndpoint())
                .isEqualTo("http://shop.example.com");
    }

    @Test
    void checksEachPageByMd5OnlyWhenAsked() {
        assertThat(valid().build().isVerifyContentMd5()).isFalse();
        assertThat(valid().endpoint("http://localhost").build().isVerifyContentMd5()).isFalse();
        assertThat(valid().verifyContentMd5(true).build().isVerifyContentMd5()).isTrue();
    }

    @Test
    void saysWhatIsWrong() {
        assertThatThrownBy(() -> valid().instanceName("my shop").build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'my shop'");
        assertThatThrownBy(() -> valid().instanceName(null).build())
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> valid().credentials(null).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("credentials");
        assertThatThrownBy(() -> valid().requestTimeout(Duration.ZERO).build())
                .hasMessageContaining("request timeout");
        assertThatThrownBy(() -> valid().connectTimeout(Duration.ofDays(100)).build())
                .hasMessageContaining("connect timeout");
        assertThatThrownBy(() -> valid().maxConnections(0).build())
                .hasMessageContaining("connections");
        assertThatThrownBy(() -> valid().ioThreads(0).build()).hasMessageContaining("I/O threads");
    }

    @Test
    void refusesCredentialsThatCannotBeWithoutRepeatingThem() {
        assertThatThrownBy(() -> OtsCredentials.of("", "key-secret"))
                .hasMessageContaining("access key id is missing");
        assertThatThrownBy(() -> OtsCredentials.of("key-id", null))
                .hasMessageContaining("secret is missing");
        assertThatThrownBy(() -> OtsCredentials.of("key-id", "key\nsecret"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("key\nsecret");
        assertThat(OtsCredentials.of("key-id", "key-secret", " ").getSecurityToken()).isNull();
    }

    @Test
    void hidesSecrets() {
        OtsCredentials credentials = OtsCredentials.of("key-id", "key-secret", "sts-token");
        OtsConnection connection =
                valid().credentials(OtsCredentialsProvider.fixed(credentials)).build();

        assertThat(connection + " " + credentials + " " + connection.getCredentialsProvider())
                .doesNotContain("key-secret")
                .doesNotContain("sts-token");
        assertThat(connection)
                .hasToString(
                        "OtsConnection{endpoint=https://shop.cn-hangzhou.ots.aliyuncs.com, instance=shop}");
    }

    @Test
    void travelsWithTheJob() throws Exception {
        OtsConnection connection =
                InstantiationUtil.clone(
                        valid().requestTimeout(Duration.ofSeconds(7)).compression(true).build());

        assertThat(connection.getInstanceName()).isEqualTo("shop");
        assertThat(connection.getRequestTimeout()).isEqualTo(Duration.ofSeconds(7));
        assertThat(connection.isCompression()).isTrue();
        assertThat(connection.getCredentialsProvider().getCredentials().getAccessKeySecret())
                .isEqualTo("key-secret");
        assertThat(InstantiationUtil.clone(RetryPolicy.defaults()).getMaxRetries()).isEqualTo(30);
    }
}
