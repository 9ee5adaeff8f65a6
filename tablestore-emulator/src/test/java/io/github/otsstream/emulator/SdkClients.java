/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator;

import com.alicloud.openservices.tablestore.AsyncClient;
import com.alicloud.openservices.tablestore.ClientConfiguration;
import com.alicloud.openservices.tablestore.SyncClientInterface;
import com.alicloud.openservices.tablestore.core.auth.CredentialsProvider;
import com.alicloud.openservices.tablestore.core.auth.DefaultCredentials;
import com.alicloud.openservices.tablestore.core.auth.ServiceCredentials;
import com.alicloud.openservices.tablestore.core.auth.V4Credentials;
import com.alicloud.openservices.tablestore.model.RetryStrategy;
import io.github.otsstream.emulator.client.SyncClients;

/** The official SDK's clients of an emulator, with every check they can make switched on. */
public final class SdkClients {

    private SdkClients() {}

    public static SyncClientInterface sync(TablestoreEmulator emulator) {
        return sync(emulator, checkingConfiguration());
    }

    public static SyncClientInterface sync(
            TablestoreEmulator emulator, ClientConfiguration configuration) {
        return SyncClients.create(
                emulator.endpoint(),
                new FixedCredentials(v2(emulator.accessKeyId(), emulator.accessKeySecret(), null)),
                emulator.instanceName(),
                configuration);
    }

    public static AsyncClient async(TablestoreEmulator emulator) {
        return new AsyncClient(
                emulator.endpoint(),
                emulator.accessKeyId(),
                emulator.accessKeySecret(),
                emulator.instanceName(),
                checkingConfiguration());
    }

    /** A client of any key pair, token or none, and instance. */
    public static SyncClientInterface sync(
            TablestoreEmulator emulator, ServiceCredentials credentials, String instanceName) {
        CredentialsProvider provider = new FixedCredentials(credentials);
        return SyncClients.create(
                emulator.endpoint(), provider, instanceName, checkingConfiguration());
    }

    public static ServiceCredentials v2(String id, String secret, String token) {
        return new DefaultCredentials(id, secret, token);
    }

    public static ServiceCredentials v4(String id, String secret, String token) {
        return V4Credentials.createByServiceCredentials(v2(id, secret, token), "cn-hangzhou");
    }

    /** Compression both ways, response signatures and digests checked, no retries. */
    public static ClientConfiguration checkingConfiguration() {
        ClientConfiguration configuration = new ClientConfiguration();
        configuration.setEnableRequestCompression(true);
        configuration.setEnableResponseCompression(true);
        configuration.setEnableResponseValidation(true);
        configuration.setEnableResponseContentMD5Checking(true);
        configuration.setIoThreadCount(1);
        configuration.setRetryStrategy(new NoRetry());
        return configuration;
    }

    private static final class NoRetry implements RetryStrategy {
        @Override
        public RetryStrategy clone() {
            return this;
        }

        @Override
        public int getRetries() {
            return 0;
        }

        @Override
        public long nextPause(String action, Exception error) {
            return 0;
        }
    }

    private static final class FixedCredentials implements CredentialsProvider {
        private final ServiceCredentials credentials;

        FixedCredentials(ServiceCredentials credentials) {
            this.credentials = credentials;
        }

        @Override
        public void setCredentials(ServiceCredentials ignored) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ServiceCredentials getCredentials() {
            return credentials;
        }
    }
}
