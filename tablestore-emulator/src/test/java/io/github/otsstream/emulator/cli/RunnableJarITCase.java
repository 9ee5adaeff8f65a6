/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.alicloud.openservices.tablestore.SyncClientInterface;
import com.alicloud.openservices.tablestore.TableStoreException;
import com.alicloud.openservices.tablestore.core.auth.CredentialsProviderFactory;
import com.alicloud.openservices.tablestore.model.PrimaryKeyType;
import io.github.otsstream.emulator.SdkClients;
import io.github.otsstream.emulator.TestTables;
import io.github.otsstream.emulator.client.SyncClients;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The runnable jar, as a process of its own. */
@Timeout(60)
class RunnableJarITCase {

    private Process process;

    @AfterEach
    void kill() {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    @Test
    void servesTheOfficialClientUntilItIsStopped() throws Exception {
        start(
                "--port=0",
                "--instance=shop",
                "--access-key-id=id",
                "--access-key-secret=secret",
                "--clock-offset=-36h",
                "--latency=5ms",
                "--faults={\"rules\":[{\"effect\":\"ERROR\",\"operation\":\"ListTable\","
                        + "\"status\":503,\"code\":\"OTSServerBusy\",\"times\":1}]}");
        String endpoint = endpoint("http");
        SyncClientInterface client =
                SyncClients.create(
                        endpoint,
                        CredentialsProviderFactory.newDefaultCredentialProvider("id", "secret"),
                        "shop",
                        SdkClients.checkingConfiguration());
        assertThatThrownBy(client::listTable)
                .isInstanceOfSatisfying(
                        TableStoreException.class,
                        error -> assertThat(error.getErrorCode()).isEqualTo("OTSServerBusy"));
        TestTables.create(client, "orders", PrimaryKeyType.STRING);
        assertThat(client.listTable().getTableNames()).containsExactly("orders");
        client.shutdown();

        process.destroy();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        // 128 + SIGTERM: the hooks ran and nothing held the process up.
        assertThat(process.exitValue()).isEqualTo(143);
    }

    @Test
    void servesHttpsWithTheKeyOfAFile(@TempDir Path directory) throws Exception {
        Path keyStore = directory.resolve("server.p12");
        keytool(keyStore);
        start("--port=0", "--tls-keystore=" + keyStore, "--tls-keystore-password=password");

        URI admin = URI.create(endpoint("https") + "/admin/clock");
        HttpResponse<String> answer =
                HttpClient.newBuilder()
                        .sslContext(trusting(keyStore))
                        .build()
                        .send(HttpRequest.newBuilder(admin).build(), BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.sslSession())
                .get()
                .extracting(SSLSession::getProtocol)
                .isEqualTo("TLSv1.2");
    }

    @Test
    void exitsWithTwoOnABadOption() throws Exception {
        start("--port=none");
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(2);
        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("'none' is not an int")
                .hasLineCount(1);
    }

    @Test
    void knowsItsVersion() throws Exception {
        start("--version");
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .matches("tablestore-emulator \\d+\\.\\d+\\.\\d+\\S*\\R");
    }

    private void start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-jar");
        command.add(jar().toString());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        // The JVM prints a line about each of them.
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
        process = builder.start();
    }

    private static Path jar() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("target"))) {
            List<Path> jars =
                    files.filter(file -> file.toString().endsWith("-all.jar"))
                            .collect(Collectors.toList());
            assertThat(jars).as("the runnable jar, built by the package phase").hasSize(1);
            return jars.get(0);
        }
    }

    private static void keytool(Path keyStore) throws Exception {
        Process keytool =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-alias",
                                "server",
                                "-dname",
                                "CN=server",
                                "-ext",
                                "san=ip:127.0.0.1",
                                "-keyalg",
                                "EC",
                                "-keystore",
                                keyStore.toString(),
                                "-storepass",
                                "password")
                        .redirectErrorStream(true)
                        .start();
        String said = new String(keytool.getInputStream().readAllBytes());
        assertThat(keytool.waitFor()).as(said).isZero();
    }

    private static SSLContext trusting(Path keyStore) throws Exception {
        KeyStore keys = KeyStore.getInstance(keyStore.toFile(), "password".toCharArray());
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("server", keys.getCertificate("server"));
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private String endpoint(String scheme) throws IOException {
        BufferedReader output =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = output.readLine();
        assertThat(line).contains("listens on " + scheme + "://127.0.0.1:");
        return line.substring(line.indexOf(scheme + "://"));
    }
}
