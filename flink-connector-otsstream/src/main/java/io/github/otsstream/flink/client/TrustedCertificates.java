/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.annotation.Nullable;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.apache.flink.annotation.Internal;

/**
 * The certificates that a service's own must lead to, where the Java runtime's are not the right
 * ones. They are read once, where the connection is described, and travel with the job, so the file
 * need not be on the machines that run it. Immutable.
 */
@Internal
final class TrustedCertificates implements Serializable {

    private static final long serialVersionUID = 1L;

    private final byte[] pem;

    private TrustedCertificates(byte[] pem) {
        this.pem = pem;
    }

    /**
     * Reads a file of one or more X.509 certificates in PEM form.
     *
     * @throws IllegalArgumentException if it can't be read or holds none
     */
    static TrustedCertificates read(Path file) {
        try {
            TrustedCertificates read = new TrustedCertificates(Files.readAllBytes(file));
            if (read.certificates().isEmpty()) {
                throw new CertificateException("it holds no certificate");
            }
            return read;
        } catch (IOException | CertificateException e) {
            throw new IllegalArgumentException(
                    "The file of trusted certificates "
                            + file
                            + " can't be read as X.509 certificates in PEM form: "
                            + (e instanceof CertificateException ? e.getMessage() : e),
                    e);
        }
    }

    /**
     * Returns what makes encrypted connections, and checks whom they are to.
     *
     * @param trusted null = what the Java runtime trusts
     */
    static SSLContext sslContext(@Nullable TrustedCertificates trusted) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trusted == null ? null : trusted.trustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(
                    "This Java runtime can't be set up for TLS: " + e.getMessage(), e);
        }
    }

    private TrustManager[] trustManagers() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        int number = 0;
        for (Certificate certificate : certificates()) {
            store.setCertificateEntry("trusted-" + number++, certificate);
        }
        TrustManagerFactory factory =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private Collection<? extends Certificate> certificates() throws CertificateException {
        return CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(pem));
    }
}
