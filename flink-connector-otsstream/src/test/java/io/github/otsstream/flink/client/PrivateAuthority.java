/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A certificate authority that nobody trusts, and servers' certificates by it; made by the Java
 * runtime's keytool.
 */
public final class PrivateAuthority {

    private static final String PASSWORD = "changeit";

    private final Path keys;
    private final Path certificate;

    /** Makes an authority whose files are in a directory. */
    public PrivateAuthority(Path directory) throws Exception {
        Files.createDirectories(directory);
        keys = directory.resolve("keys.p12");
        certificate = directory.resolve("authority.pem");
        keytool("-genkeypair", "-alias", "authority", "-dname", "CN=authority", "-ext", "bc:c");
        keytool("-exportcert", "-alias", "authority", "-rfc", "-file", certificate.toString());
    }

    /** The authority's own certificate, in PEM form. */
    public Path certificate() {
        return certificate;
    }

    /** A file for the Java runtime's own trust, as {@code javax.net.ssl.trustStore}. */
    public Path trustStore() throws Exception {
        Path file = keys.resolveSibling("trusted.p12");
        if (!Files.exists(file)) {
            run(
                    "-importcert",
                    "-noprompt",
                    "-alias",
                    "authority",
                    "-file",
                    certificate.toString(),
                    "-keystore",
                    file.toString(),
                    "-storetype",
                    "PKCS12",
                    "-storepass",
                    PASSWORD);
        }
        return file;
    }

    public String password() {
        return PASSWORD;
    }

    /**
     * What a server shows that has a certificate of the authority.
     *
     * @param name as {@code ip:127.0.0.1} or {@code dns:localhost}
     */
    public SSLContext serverFor(String name) throws Exception {
        String alias = name.replaceAll("[^a-z0-9]", "-");
        keytool(
                "-genkeypair",
                "-alias",
                alias,
                "-dname",
                "CN=server",
                "-ext",
                "san=" + name,
                "-signer",
                "authority");
        return context(alias);
    }

    private SSLContext context(String alias) throws GeneralSecurityException, IOException {
        char[] password = PASSWORD.toCharArray();
        KeyStore all = KeyStore.getInstance(keys.toFile(), password);
        KeyStore one = KeyStore.getInstance("PKCS12");
        one.load(null, null);
        one.setKeyEntry(
                alias, all.getKey(alias, password), password, all.getCertificateChain(alias));
        KeyManagerFactory factory =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(one, password);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), null, null);
        return context;
    }

    private void keytool(String... arguments) throws Exception {
        List<String> all = new ArrayList<>(Arrays.asList(arguments));
        if (arguments[0].equals("-genkeypair")) {
            all.addAll(List.of("-keyalg", "EC", "-validity", "3650"));
        }
        all.addAll(
                List.of(
                        "-keystore",
                        keys.toString(),
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD));
        run(all.toArray(new String[0]));
    }

    private static void run(String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(Arrays.asList(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes());
        if (process.waitFor() != 0) {
            throw new IllegalStateException(command + " failed: " + said);
        }
    }
}
