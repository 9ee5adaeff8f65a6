/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import com.alicloud.openservices.tablestore.core.Constants;
import com.alicloud.openservices.tablestore.core.auth.RequestSigner;
import com.alicloud.openservices.tablestore.core.auth.ServiceCredentials;
import com.alicloud.openservices.tablestore.core.http.OTSUri;
import com.alicloud.openservices.tablestore.core.http.RequestMessage;
import com.alicloud.openservices.tablestore.core.utils.DateUtil;
import com.aliyun.ots.thirdparty.com.google.protobuf.Message;
import com.aliyun.ots.thirdparty.org.apache.http.HttpHost;
import com.aliyun.ots.thirdparty.org.apache.http.client.config.RequestConfig;
import com.aliyun.ots.thirdparty.org.apache.http.client.methods.HttpPost;
import com.aliyun.ots.thirdparty.org.apache.http.concurrent.FutureCallback;
import com.aliyun.ots.thirdparty.org.apache.http.config.RegistryBuilder;
import com.aliyun.ots.thirdparty.org.apache.http.entity.ByteArrayEntity;
import com.aliyun.ots.thirdparty.org.apache.http.impl.nio.client.CloseableHttpAsyncClient;
import com.aliyun.ots.thirdparty.org.apache.http.impl.nio.client.HttpAsyncClients;
import com.aliyun.ots.thirdparty.org.apache.http.impl.nio.conn.PoolingNHttpClientConnectionManager;
import com.aliyun.ots.thirdparty.org.apache.http.impl.nio.reactor.DefaultConnectingIOReactor;
import com.aliyun.ots.thirdparty.org.apache.http.impl.nio.reactor.IOReactorConfig;
import com.aliyun.ots.thirdparty.org.apache.http.nio.conn.NoopIOSessionStrategy;
import com.aliyun.ots.thirdparty.org.apache.http.nio.conn.SchemeIOSessionStrategy;
import com.aliyun.ots.thirdparty.org.apache.http.nio.conn.ssl.SSLIOSessionStrategy;
import com.aliyun.ots.thirdparty.org.apache.http.nio.protocol.BasicAsyncRequestProducer;
import com.aliyun.ots.thirdparty.org.apache.http.nio.reactor.IOReactorException;
import com.aliyun.ots.thirdparty.org.apache.http.nio.reactor.IOSession;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Base64;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import javax.annotation.Nullable;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.apache.flink.annotation.Internal;
import org.apache.flink.annotation.VisibleForTesting;

/**
 * Requests and answers over HTTP: the official SDK's signing and its bundled HTTP client, with
 * connections, trust and reading of answers of our own.
 *
 * <p>Neither this nor what it is made of logs a request's header or body, or an answer's, at any
 * level. A connection's certificate is always verified; there is nothing that switches that off. No
 * redirection is followed, since a request's signature is for the endpoint only.
 *
 * <p>Answers are read on the HTTP client's I/O threads, and futures are completed there. The
 * threads live until {@link #close()}. Thread-safe.
 */
@Internal
final class ServiceHttp {

    /** A connection is not used again after such an idle time, or less: see below. */
    private static final Duration MAX_IDLE = Duration.ofSeconds(5);

    /** The service logs requests that take longer; what the SDK asks for. */
    private static final String SERVER_TRACE_MILLIS = "500";

    private final OtsConnection connection;
    private final RequestCredentials credentials;
    private final AnswerChecks checks;
    private final CloseableHttpAsyncClient http;
    private final Map<Operation, OTSUri> uris = new EnumMap<>(Operation.class);

    private final Map<CompletableFuture<?>, ServiceCall<?>> underWay = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /**
     * @param threadName what the names of its threads begin with
     */
    ServiceHttp(OtsConnection connection, String threadName, int ioThreads, int maxConnections) {
        this.connection = connection;
        this.credentials = new RequestCredentials(connection.getCredentialsProvider());
        this.checks =
                new AnswerChecks(
                        connection.isVerifyResponseSignature(), connection.isVerifyContentMd5());
        for (Operation operation : Operation.values()) {
            uris.put(operation, new OTSUri(connection.getEndpoint(), operation.wireName()));
        }
        this.http = httpClient(connection, daemons(threadName), ioThreads, maxConnections);
        http.start();
    }

    private static CloseableHttpAsyncClient httpClient(
            OtsConnection connection, ThreadFactory threads, int ioThreads, int maxConnections) {
        PoolingNHttpClientConnectionManager pool;
        try {
            pool =
                    new PoolingNHttpClientConnectionManager(
                            new DefaultConnectingIOReactor(
                                    IOReactorConfig.custom().setIoThreadCount(ioThreads).build(),
                                    threads),
                            UnloggedConnection::over,
                            RegistryBuilder.<SchemeIOSessionStrategy>create()
                                    .register("http", NoopIOSessionStrategy.INSTANCE)
                                    .register(
                                            "https",
                                            new Tls(
                                                    TrustedCertificates.sslContext(
                                                            connection.trustedCertificates())))
                                    .build());
        } catch (IOReactorException e) {
            throw new UncheckedIOException("The HTTP client can't be started.", e);
        }
        pool.setMaxTotal(maxConnections);
        pool.setDefaultMaxPerRoute(maxConnections);
        int requestTimeout = (int) connection.getRequestTimeout().toMillis();
        // A connection that has been silent for the timeout is closed, also where it was idle for
        // most of it and has just been given a request.
        long maxIdle = Math.min(MAX_IDLE.toMillis(), Math.max(1, requestTimeout * 2L / 5));
        return HttpAsyncClients.custom()
                .setConnectionManager(pool)
                .setThreadFactory(threads)
                .setDefaultRequestConfig(
                        RequestConfig.custom()
                                .setConnectTimeout((int) connection.getConnectTimeout().toMillis())
                                .setSocketTimeout(requestTimeout)
                                .setRedirectsEnabled(false)
                                .setAuthenticationEnabled(false)
                                .build())
                .setKeepAliveStrategy((response, context) -> maxIdle)
                .setUserAgent(Constants.USER_AGENT)
                .disableCookieManagement()
                .disableAuthCaching()
                .build();
    }

    private static ThreadFactory daemons(String name) {
        AtomicInteger number = new AtomicInteger();
        return action -> {
            Thread thread = new Thread(action, name + '-' + number.getAndIncrement());
            thread.setDaemon(true);
            return thread;
        };
    }

    /**
     * Sends one request.
     *
     * @return the answer, or the {@link OtsStreamException} that it failed with
     */
    <T> CompletableFuture<T> send(
            Operation operation,
            Target target,
            Message message,
            ServiceCall.AnswerReader<T> reader) {
        OtsCredentials current;
        try {
            current = credentials.current(operation, target);
        } catch (OtsStreamException e) {
            return CompletableFuture.failedFuture(e);
        }
        CompletableFuture<T> result = new CompletableFuture<>();
        ServiceCall<T> call = new ServiceCall<>(operation, target, message, current, reader);
        underWay.put(result, call);
        result.whenComplete((value, error) -> underWay.remove(result));
        if (closed) {
            result.completeExceptionally(closedBefore(call));
            return result;
        }
        AnswerConsumer<T> consumer = new AnswerConsumer<>(call, checks);
        try {
            http.execute(
                    new BasicAsyncRequestProducer(
                            uris.get(operation).getHost(), signedRequest(call)),
                    consumer,
                    new Completion<>(call, consumer, result));
        } catch (RuntimeException e) {
            result.completeExceptionally(failureOf(call, e));
        }
        return result;
    }

    private HttpPost signedRequest(ServiceCall<?> call) {
        OTSUri uri = uris.get(call.operation());
        byte[] body = call.message().toByteArray();
        HttpPost post = new HttpPost(uri.getUri());
        post.setEntity(new ByteArrayEntity(body));
        RequestMessage request = new RequestMessage(post);
        request.setActionUri(uri);
        ThreadLocalRandom random = ThreadLocalRandom.current();
        request.addHeader(
                Constants.OTS_HEADER_SDK_TRACE_ID,
                new UUID(random.nextLong(), random.nextLong()).toString());
        request.addHeader(Constants.OTS_HEADER_OTS_CONTENT_MD5, md5(body));
        request.addHeader(Constants.OTS_HEADER_API_VERSION, Constants.API_VERSION);
        request.addHeader(Constants.OTS_HEADER_INSTANCE_NAME, connection.getInstanceName());
        request.addHeader(Constants.OTS_HEADER_TRACE_THRESHOLD, SERVER_TRACE_MILLIS);
        request.addHeader(Constants.OTS_HEADER_DATE, DateUtil.getCurrentIso8601Date());
        if (connection.isCompression()) {
            request.addHeader(
                    Constants.OTS_HEADER_RESPONSE_COMPRESS_TYPE, Constants.OTS_COMPRESS_TYPE);
        }
        new RequestSigner(connection.getInstanceName(), new SigningKey(call.credentials()))
                .sign(request);
        call.signed(post.getFirstHeader(Constants.OTS_HEADER_SIGNATURE).getValue());
        return post;
    }

    private static String md5(byte[] body) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("MD5").digest(body));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This Java runtime lacks MD5.", e);
        }
    }

    /** Fails what is under way, and waits for the threads to end. */
    void close() {
        if (closed) {
            return;
        }
        closed = true;
        underWay.forEach((result, call) -> result.completeExceptionally(closedBefore(call)));
        UninterruptedClose.run(
                () -> {
                    try {
                        http.close();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
    }

    private OtsStreamException failureOf(ServiceCall<?> call, Exception error) {
        if (error instanceof OtsStreamException) {
            return credentials.judge((OtsStreamException) error, call.credentials());
        }
        if (closed) {
            return closedBefore(call);
        }
        if (error instanceof IllegalStateException) {
            // What the HTTP client says once its threads have died: only a new one helps.
            return call.unanswered(
                    OtsStreamException.Kind.FATAL, "the HTTP client has stopped: " + error, error);
        }
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof Error) {
                return call.overtaxed((Error) cause);
            }
            if (cause instanceof CertificateException
                    || cause instanceof SSLPeerUnverifiedException) {
                return call.unanswered(
                        OtsStreamException.Kind.FATAL,
                        "the certificate of "
                                + connection.getEndpoint()
                                + " is not trusted: "
                                + cause.getMessage(),
                        error);
            }
        }
        return call.unanswered(
                OtsStreamException.Kind.TRANSIENT,
                "no answer from " + connection.getEndpoint() + ": " + error,
                error);
    }

    private static OtsStreamException closedBefore(ServiceCall<?> call) {
        return call.unanswered(OtsStreamException.Kind.CLOSED, "the client was closed", null);
    }

    /**
     * Brings the HTTP client's verdict to the call's future.
     *
     * <p>An answer that has been read counts, whatever the client says of its connection: where the
     * thread that starts a call is held up until the answer is in, the client finds the connection
     * back in the pool, and says that it was closed.
     */
    @VisibleForTesting
    final class Completion<T> implements FutureCallback<Optional<T>> {

        private final ServiceCall<T> call;
        private final AnswerConsumer<T> consumer;
        private final CompletableFuture<T> result;

        Completion(ServiceCall<T> call, AnswerConsumer<T> consumer, CompletableFuture<T> result) {
            this.call = call;
            this.consumer = consumer;
            this.result = result;
        }

        @Override
        public void completed(@Nullable Optional<T> answer) {
            if (answer == null) {
                // The call was given up while its answer was read.
                cancelled();
            } else {
                result.complete(answer.orElse(null));
            }
        }

        @Override
        public void failed(Exception error) {
            Optional<T> answer = consumer.getResult();
            Exception refusal = consumer.getException();
            if (answer != null) {
                completed(answer);
            } else {
                result.completeExceptionally(failureOf(call, refusal == null ? error : refusal));
            }
        }

        @Override
        public void cancelled() {
            result.completeExceptionally(
                    closed
                            ? closedBefore(call)
                            : call.unanswered(
                                    OtsStreamException.Kind.TRANSIENT,
                                    "the request was cancelled",
                                    null));
        }
    }

    /**
     * Encrypts connections to hosts whose certificates are trusted, and are theirs.
     *
     * <p>By TLS 1.2: the HTTP client is older than TLS 1.3, and on about every fifth new connection
     * to a server with 1.3 it waits for an answer for ever.
     */
    private static final class Tls extends SSLIOSessionStrategy {

        private static final String[] PROTOCOLS = {"TLSv1.2"};

        Tls(SSLContext context) {
            super(context, PROTOCOLS, null, BROWSER_COMPATIBLE_HOSTNAME_VERIFIER);
        }

        @Override
        protected void verifySession(HttpHost host, IOSession session, SSLSession tls)
                throws SSLException {
            try {
                super.verifySession(host, session, tls);
            } catch (SSLException e) {
                // As the Java runtime's own verification says it, so that it is told from an
                // interrupted connection.
                SSLPeerUnverifiedException unverified =
                        new SSLPeerUnverifiedException(e.getMessage());
                unverified.initCause(e);
                throw unverified;
            }
        }
    }

    /** The credentials of one call, as the SDK wants them. */
    private static final class SigningKey implements ServiceCredentials {

        private final OtsCredentials credentials;

        SigningKey(OtsCredentials credentials) {
            this.credentials = credentials;
        }

        @Override
        public String getAccessKeyId() {
            return credentials.getAccessKeyId();
        }

        @Override
        public String getAccessKeySecret() {
            return credentials.getAccessKeySecret();
        }

        @Override
        @Nullable
        public String getSecurityToken() {
            return credentials.getSecurityToken();
        }
    }
}
