/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.annotation.VisibleForTesting;

/**
 * The credentials of the RAM role of the ECS instance that the process runs on.
 *
 * <p>Only the role's name travels with the job: each copy fetches for itself, on a daemon thread
 * that lives as long as the fetch.
 */
@Internal
final class EcsRamRoleCredentialsProvider implements OtsCredentialsProvider {

    private static final long serialVersionUID = 1L;

    /** The service is in the instance's own network: one that can't be reached isn't there. */
    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

    private final URI service;
    @Nullable private final String roleName;

    @Nullable private transient volatile RefreshedCredentials credentials;

    EcsRamRoleCredentialsProvider(@Nullable String roleName) {
        this(EcsMetadata.SERVICE, roleName);
    }

    @VisibleForTesting
    EcsRamRoleCredentialsProvider(URI service, @Nullable String roleName) {
        this.service = service;
        this.roleName = roleName == null ? null : EcsMetadata.checkRoleName(roleName);
    }

    @Override
    public OtsCredentials getCredentials() {
        RefreshedCredentials known = credentials;
        return (known == null ? open() : known).get();
    }

    private synchronized RefreshedCredentials open() {
        if (credentials == null) {
            credentials =
                    new RefreshedCredentials(
                            roleName == null
                                    ? "this ECS instance's RAM role"
                                    : "the RAM role '" + roleName + "' of this ECS instance",
                            new EcsMetadata(service, roleName, TIMEOUT),
                            Clock.systemUTC(),
                            EcsRamRoleCredentialsProvider::runOnItsOwnThread,
                            LONGEST_WAIT);
        }
        return credentials;
    }

    private static void runOnItsOwnThread(Runnable fetch) {
        Thread thread = new Thread(fetch, "otsstream-credentials");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public String toString() {
        return "EcsRamRoleCredentialsProvider{role="
                + (roleName == null ? "of the instance" : roleName)
                + '}';
    }
}
