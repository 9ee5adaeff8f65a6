/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import com.alicloud.openservices.tablestore.ClientConfiguration;
import com.alicloud.openservices.tablestore.core.OperationLauncher;
import com.alicloud.openservices.tablestore.core.TraceLogger;
import com.alicloud.openservices.tablestore.core.auth.CredentialsProvider;
import com.alicloud.openservices.tablestore.core.auth.ServiceCredentials;
import com.alicloud.openservices.tablestore.core.http.AsyncServiceClient;
import com.alicloud.openservices.tablestore.core.http.OTSUri;
import com.aliyun.ots.thirdparty.org.apache.http.concurrent.FutureCallback;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.flink.annotation.Internal;

/**
 * Sends one request through the SDK: the SDK builds the HTTP request, signs it, and gives it to its
 * connection pool; the answer comes to an {@link AnswerConsumer} of ours.
 */
@Internal
final class CallLauncher<T> extends OperationLauncher<ServiceCall<T>, T> {

    private final OTSUri uri;
    private final AnswerChecks checks;
    private final int traceThresholdMillis;

    CallLauncher(
            String instanceName,
            OTSUri uri,
            AsyncServiceClient http,
            ClientConfiguration configuration,
            AnswerChecks checks,
            ServiceCall<T> call) {
        super(instanceName, http, new CallCredentials(call.credentials()), configuration, call);
        this.uri = uri;
        this.checks = checks;
        this.traceThresholdMillis = configuration.getTimeThresholdOfTraceLogger();
    }

    @Override
    public void fire(ServiceCall<T> call, FutureCallback<T> callback) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        String traceId = new UUID(random.nextLong(), random.nextLong()).toString();
        TraceLogger trace = new TraceLogger(traceId, traceThresholdMillis);
        asyncInvokePost(
                uri,
                null,
                call.message(),
                trace,
                new AnswerConsumer<>(call, checks, trace),
                callback);
    }

    /**
     * The credentials of one call, as the SDK wants them: those that sign the request must also
     * check its answer.
     */
    static final class CallCredentials implements CredentialsProvider, ServiceCredentials {

        private final OtsCredentials credentials;

        CallCredentials(OtsCredentials credentials) {
            this.credentials = credentials;
        }

        @Override
        public ServiceCredentials getCredentials() {
            return this;
        }

        @Override
        public void setCredentials(ServiceCredentials other) {
            throw new UnsupportedOperationException("The credentials of a call don't change.");
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
        public String getSecurityToken() {
            return credentials.getSecurityToken();
        }
    }
}
