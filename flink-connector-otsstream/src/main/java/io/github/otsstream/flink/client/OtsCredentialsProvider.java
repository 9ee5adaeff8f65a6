/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import java.io.Serializable;
import javax.annotation.Nullable;
import org.apache.flink.annotation.PublicEvolving;

/**
 * Gives the credentials to sign requests with. It travels with the job to the JobManager and every
 * reader, and is asked before each request, from several threads at once: an implementation that
 * fetches temporary credentials must cache them, refresh them before they expire, be thread-safe,
 * and not block for long. So credentials change without a restart.
 *
 * <p>A request whose credentials the service refuses is made again if the provider gives others by
 * then, as when temporary ones expired on the way. Otherwise the job fails.
 */
@PublicEvolving
@FunctionalInterface
public interface OtsCredentialsProvider extends Serializable {

    /**
     * Returns the credentials to use now.
     *
     * @throws IllegalArgumentException if the set-up is wrong, so that trying again does not help:
     *     the request fails for good
     * @throws RuntimeException of another class, if there are none now: the request fails and is
     *     tried again later
     */
    OtsCredentials getCredentials();

    /** Always the same credentials. */
    static OtsCredentialsProvider fixed(OtsCredentials credentials) {
        return new FixedCredentialsProvider(credentials);
    }

    /** Always the same key pair. */
    static OtsCredentialsProvider fixed(String accessKeyId, String accessKeySecret) {
        return fixed(OtsCredentials.of(accessKeyId, accessKeySecret));
    }

    /**
     * From the environment variables of the JobManager and of each TaskManager, not from those of
     * the machine that submits the job:
     *
     * <ul>
     *   <li>{@code TABLESTORE_ACCESS_KEY_ID}, {@code TABLESTORE_ACCESS_KEY_SECRET}, and {@code
     *       TABLESTORE_SESSION_TOKEN} if they are temporary, as in the Tablestore SDK,
     *   <li>or, if the first of these is not set, {@code ALIBABA_CLOUD_ACCESS_KEY_ID}, {@code
     *       ALIBABA_CLOUD_ACCESS_KEY_SECRET}, and {@code ALIBABA_CLOUD_SECURITY_TOKEN}, as in
     *       Alibaba Cloud's other SDKs.
     * </ul>
     *
     * <p>If they are missing, the job fails at its first request, with their names in the message.
     */
    static OtsCredentialsProvider environment() {
        return NamedCredentials.ENVIRONMENT;
    }

    /**
     * From the Java system properties {@code tablestore.accessKeyId}, {@code
     * tablestore.accessKeySecret}, and {@code tablestore.sessionToken} if they are temporary, as in
     * the Tablestore SDK, of the JobManager and of each TaskManager. They are read at each request,
     * so that one that is set anew takes effect.
     *
     * <p>If they are missing, the job fails at its first request, with their names in the message.
     */
    static OtsCredentialsProvider systemProperties() {
        return NamedCredentials.SYSTEM_PROPERTIES;
    }

    /**
     * Those of the RAM role of the ECS instance that the JobManager or TaskManager runs on, from
     * the instance's metadata service at {@code 100.100.100.200}: in hardened mode, and where that
     * is not available, in normal mode.
     *
     * <p>They are temporary, and fetched anew in the background long before they expire. While that
     * fails, the old ones are used until they expire. Only the first request of a process, and one
     * that finds none that are valid, waits for the metadata service, for 5 seconds at most.
     *
     * @param roleName null = the role that the instance has
     * @throws IllegalArgumentException if no RAM role can be called so
     */
    static OtsCredentialsProvider ecsRamRole(@Nullable String roleName) {
        return new EcsRamRoleCredentialsProvider(roleName);
    }
}
