/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import java.util.Objects;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;

/**
 * One shard as the service lists it. A shard that came from a split has a parent; one that came
 * from a merge has a parent and the parent's sibling. Immutable.
 */
@Internal
public final class ShardInfo {

    private final String shardId;
    @Nullable private final String parentId;
    @Nullable private final String parentSiblingId;

    public ShardInfo(String shardId, @Nullable String parentId, @Nullable String parentSiblingId) {
        this.shardId = Objects.requireNonNull(shardId, "shardId");
        this.parentId = parentId;
        this.parentSiblingId = parentSiblingId;
    }

    public String getShardId() {
        return shardId;
    }

    @Nullable
    public String getParentId() {
        return parentId;
    }

    @Nullable
    public String getParentSiblingId() {
        return parentSiblingId;
    }

    @Override
    public boolean equals(Object o) {
        if (!(o instanceof ShardInfo)) {
            return false;
        }
        ShardInfo other = (ShardInfo) o;
        return shardId.equals(other.shardId)
                && Objects.equals(parentId, other.parentId)
                && Objects.equals(parentSiblingId, other.parentSiblingId);
    }

    @Override
    public int hashCode() {
        return shardId.hashCode();
    }

    @Override
    public String toString() {
        return "ShardInfo{"
                + shardId
                + ", parent="
                + parentId
                + ", parentSibling="
                + parentSiblingId
                + '}';
    }
}
