/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;

/**
 * What a call asks for, to be named in errors: kept as it is, since text is only needed when the
 * call fails.
 */
@Internal
final class Target {

    private static final String INSTANCE = "instance";

    private final String what;
    private final String name;
    @Nullable private final String shardId;

    private Target(String what, String name, @Nullable String shardId) {
        this.what = what;
        this.name = name;
        this.shardId = shardId;
    }

    static Target instance(String instanceName) {
        return new Target(INSTANCE, instanceName, null);
    }

    static Target table(String tableName) {
        return new Target("table", tableName, null);
    }

    static Target stream(String streamId) {
        return new Target("stream", streamId, null);
    }

    static Target shardOfStream(String streamId, String shardId) {
        return new Target("stream", streamId, shardId);
    }

    static Target shardOfTable(String tableName, String shardId) {
        return new Target("table", tableName, shardId);
    }

    /** Returns whether it is the instance as a whole. */
    boolean isInstance() {
        return what.equals(INSTANCE);
    }

    /** Returns what is asked for, as {@code table}. */
    String kind() {
        return what;
    }

    @Override
    public String toString() {
        return what + " '" + name + "'" + (shardId == null ? "" : ", shard '" + shardId + "'");
    }
}
