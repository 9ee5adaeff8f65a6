/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import java.io.Serializable;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.util.Preconditions;

/**
 * How to reach one Tablestore instance: its address, the credentials, and the limits of the
 * connection. A serializable value that travels with the job; printing it shows no secret.
 */
@PublicEvolving
public final class OtsConnection implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final Duration MIN_TIMEOUT = Duration.ofMillis(1);
    private static final Duration MAX_TIMEOUT = Duration.ofDays(24);

    private static final Pattern INSTANCE_NAME = Pattern.compile("[A-Za-z0-9_-]+");

    private static final Pattern HOST_NAME = Pattern.compile("[A-Za-z0-9._-]+");

    private final String endpoint;
    private final String instanceName;
    private final OtsCredentialsProvider credentialsProvider;
    private final Duration requestTimeout;
    private final Duration connectTimeout;
    private final int maxConnections;
    private final int ioThreads;
    private final boolean compression;
    private final boolean verifyContentMd5;
    private final boolean verifyResponseSignature;
    @Nullable private final TrustedCertificates trustedCertificates;

    private OtsConnection(Builder builder) {
        this.endpoint = builder.endpoint;
        this.instanceName = builder.instanceName;
        this.credentialsProvider = builder.credentialsProvider;
        this.requestTimeout = builder.requestTimeout;
        this.connectTimeout = builder.connectTimeout;
        this.maxConnections = builder.maxConnections;
        this.ioThreads = builder.ioThreads;
        this.compression = builder.compression;
        this.verifyContentMd5 = builder.verifyContentMd5;
        this.verifyResponseSignature = builder.verifyResponseSignature;
        this.trustedCertificates =
                builder.trustedCertificates == null
                        ? null
                        : TrustedCertificates.read(builder.trustedCertificates);
    }

    /** Begins a connection, whose endpoint, instance and credentials have to be given. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns the endpoint in lower case and without a trailing slash, as {@code
     * https://shop.cn-hangzhou.ots.aliyuncs.com}.
     */
    public String getEndpoint() {
        return endpoint;
    }

    /** Returns the name of the instance, never null. */
    public String getInstanceName() {
        return instanceName;
    }

    /** Returns what is asked for credentials before each request, never null. */
    public OtsCredentialsProvider getCredentialsProvider() {
        return credentialsProvider;
    }

    /** Returns how long an answer may stay out before the attempt counts as failed. */
    public Duration getRequestTimeout() {
        return requestTimeout;
    }

    /** Returns how long the making of a connection may take. */
    public Duration getConnectTimeout() {
        return connectTimeout;
    }

    /** Returns how many connections one reader may hold. */
    public int getMaxConnections() {
        return maxConnections;
    }

    /** Returns the number of threads that read answers and decode their records. */
    public int getIoThreads() {
        return ioThreads;
    }

    /** Returns whether the service is asked to compress its answers. */
    public boolean isCompression() {
        return compression;
    }

    /**
     * Returns whether each page of records is checked against the MD5 sum in its answer's header.
     */
    public boolean isVerifyContentMd5() {
        return verifyContentMd5;
    }

    /** Returns whether an answer's header is checked against its signature. */
    public boolean isVerifyResponseSignature() {
        return verifyResponseSignature;
    }

    /**
     * Returns what the endpoint's certificate must lead to; null = what the Java runtime trusts.
     */
    @Nullable
    TrustedCertificates trustedCertificates() {
        return trustedCertificates;
    }

    /** Opens the connection. Nothing is sent before the first call. */
    @Internal
    public StreamService open() {
        return new SdkStreamService(this);
    }

    /**
     * Opens a connection to the instance's tables, with an HTTP client of its own. Nothing is sent
     * before the first call.
     */
    @Internal
    public TableClient openTables(RetryPolicy policy, CallListener listener) {
        return new SdkTableClient(this, policy, listener);
    }

    @Override
    public String toString() {
        return "OtsConnection{endpoint=" + endpoint + ", instance=" + instanceName + '}';
    }

    /** Builds an {@link OtsConnection}. Endpoint, instance name and credentials are required. */
    @PublicEvolving
    public static final class Builder {

        private String endpoint;
        private String instanceName;
        private OtsCredentialsProvider credentialsProvider;
        private Duration requestTimeout = Duration.ofSeconds(30);
        private Duration connectTimeout = Duration.ofSeconds(10);
        private int maxConnections = 256;
        private int ioThreads = 2;
        private boolean compression = false;
        private boolean verifyContentMd5 = false;
        private boolean verifyResponseSignature = true;
        private boolean allowPlainHttp = false;
        @Nullable private Path trustedCertificates;

        private Builder() {}

        /**
         * The instance's address: {@code https://} or {@code http://}, host, and port if it is not
         * the usual one. In upper or lower case, with or without a slash at its end; nothing else.
         */
        public Builder endpoint(String endpoint) {
            this.endpoint = endpoint;
            return this;
        }

        /** The name of the instance: letters, digits, {@code -} and {@code _}. */
        public Builder instanceName(String instanceName) {
            this.instanceName = instanceName;
            return this;
        }

        /** What is asked for credentials before each request. */
        public Builder credentials(OtsCredentialsProvider credentialsProvider) {
            this.credentialsProvider = credentialsProvider;
            return this;
        }

        /** An access key that does not expire. */
        public Builder credentials(String accessKeyId, String accessKeySecret) {
            return credentials(OtsCredentialsProvider.fixed(accessKeyId, accessKeySecret));
        }

        /** How long an answer may stay out before the attempt counts as failed. Default 30 s. */
        public Builder requestTimeout(Duration requestTimeout) {
            this.requestTimeout = requestTimeout;
            return this;
        }

        /** How long the making of a connection may take. Default 10 s. */
        public Builder connectTimeout(Duration connectTimeout) {
            this.connectTimeout = connectTimeout;
            return this;
        }

        /**
         * How many connections one reader may hold; each shard that is read at the same time takes
         * one, and a request for more waits for a free one. Default 256.
         */
        public Builder maxConnections(int maxConnections) {
            this.maxConnections = maxConnections;
            return this;
        }

        /** The number of threads that read answers and decode their records. Default 2. */
        public Builder ioThreads(int ioThreads) {
            this.ioThreads = ioThreads;
            return this;
        }

        /**
         * Whether the service is asked to compress its answers: less traffic for more CPU. Default
         * off.
         */
        public Builder compression(boolean compression) {
            this.compression = compression;
            return this;
        }

        /**
         * Whether each page of records is checked against the MD5 sum in its answer's header, which
         * costs more CPU than decoding the records does. Default off, as in the SDK: {@code https}
         * can't be damaged on its way, and over {@code http} the sums of TCP and of each column
         * remain. They are weaker, and the columns' sums cover neither a record's time nor the
         * place of the next page. Whatever this says, the sum is verified of answers without
         * records, of a shard's last page, and of pages that look as if they were damaged.
         */
        public Builder verifyContentMd5(boolean verifyContentMd5) {
            this.verifyContentMd5 = verifyContentMd5;
            return this;
        }

        /**
         * Whether an answer's header is checked against its signature. Default on; it costs
         * microseconds a page.
         */
        public Builder verifyResponseSignature(boolean verifyResponseSignature) {
            this.verifyResponseSignature = verifyResponseSignature;
            return this;
        }

        /**
         * Whether {@code http://} may be used to a host other than this machine. Default off: rows
         * would cross the network in clear.
         */
        public Builder allowPlainHttp(boolean allowPlainHttp) {
            this.allowPlainHttp = allowPlainHttp;
            return this;
        }

        /**
         * A file of the X.509 certificates, in PEM form, that the endpoint's certificate must lead
         * to: those of a private authority, for example. They are trusted instead of the Java
         * runtime's, and checked in the same way. The file is read when the connection is built;
         * its content travels with the job. Default: what the Java runtime trusts.
         */
        public Builder trustedCertificates(Path pemFile) {
            this.trustedCertificates = Objects.requireNonNull(pemFile, "trustedCertificates");
            return this;
        }

        /**
         * @throws IllegalArgumentException if something is missing or makes no sense; the message
         *     says what
         */
        public OtsConnection build() {
            endpoint = checkEndpoint(endpoint, allowPlainHttp);
            checkArgument(
                    instanceName != null && INSTANCE_NAME.matcher(instanceName).matches(),
                    "The instance name '%s' must consist of letters, digits, '-' and '_'.",
                    instanceName);
            checkArgument(
                    credentialsProvider != null,
                    "The credentials for instance '%s' are missing: give an access key or a provider.",
                    instanceName);
            checkArgument(
                    trustedCertificates == null || endpoint.startsWith("https:"),
                    "Trusted certificates need an endpoint that begins with https://, not %s.",
                    endpoint);
            checkPositive("request timeout", requestTimeout);
            checkPositive("connect timeout", connectTimeout);
            checkArgument(
                    maxConnections > 0,
                    "The number of connections must be positive, not %s.",
                    maxConnections);
            checkArgument(
                    ioThreads > 0,
                    "The number of I/O threads must be positive, not %s.",
                    ioThreads);
            return new OtsConnection(this);
        }

        private static void checkPositive(String what, Duration timeout) {
            Objects.requireNonNull(timeout, what);
            checkArgument(
                    timeout.compareTo(MIN_TIMEOUT) >= 0 && timeout.compareTo(MAX_TIMEOUT) <= 0,
                    "The %s must be between 1 ms and 24 days, not %s.",
                    what,
                    timeout);
        }

        private static String checkEndpoint(@Nullable String given, boolean allowPlainHttp) {
            String endpoint = given == null ? "" : given.trim();
            checkArgument(
                    !endpoint.isEmpty(),
                    "The endpoint is missing, for example https://<instance>.<region>.ots.aliyuncs.com");
            // What is written before an @ may be a password, whatever stands before it; it must not
            // be repeated.
            checkArgument(
                    endpoint.indexOf('@') < 0,
                    "The endpoint must not hold a user or a password: give credentials of their own.");
            URI uri;
            try {
                uri = new URI(endpoint);
            } catch (URISyntaxException e) {
                throw new IllegalArgumentException(
                        "The endpoint is not an address: " + e.getReason() + ": " + endpoint);
            }
            String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            checkArgument(
                    scheme.equals("http") || scheme.equals("https"),
                    "The endpoint must begin with https:// or http://: %s",
                    endpoint);
            checkArgument(
                    uri.getHost() == null || !uri.getHost().startsWith("["),
                    "The endpoint is an IPv6 address, which is not supported; give a host name: %s",
                    endpoint);
            checkArgument(
                    uri.getHost() != null && HOST_NAME.matcher(uri.getHost()).matches(),
                    "The endpoint has no valid host name and port: %s",
                    endpoint);
            checkArgument(
                    (uri.getRawPath().isEmpty() || uri.getRawPath().equals("/"))
                            && uri.getRawQuery() == null
                            && uri.getRawFragment() == null,
                    "The endpoint must be a host without path, query or fragment: %s",
                    endpoint);
            checkArgument(
                    uri.getPort() == -1 || uri.getPort() >= 1 && uri.getPort() <= 65535,
                    "The endpoint's port is not between 1 and 65535: %s",
                    endpoint);
            checkArgument(
                    scheme.equals("https") || allowPlainHttp || isThisMachine(uri.getHost()),
                    "The endpoint %s would send rows over the network in clear: use https, or allow plain http.",
                    endpoint);
            String port = uri.getPort() == -1 ? "" : ":" + uri.getPort();
            return scheme + "://" + uri.getHost().toLowerCase(Locale.ROOT) + port;
        }

        /** Told from the name alone, so that building needs no name service. */
        private static boolean isThisMachine(String host) {
            return host.equalsIgnoreCase("localhost") || host.matches("127(\\.\\d{1,3}){3}");
        }

        private static void checkArgument(boolean condition, String message, Object... arguments) {
            Preconditions.checkArgument(condition, message, arguments);
        }
    }
}
