/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.enumerator;

import io.github.otsstream.flink.client.ShardInfo;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;

/**
 * All shards that a stream has at one time, by id and by parent; no shard descends from itself.
 *
 * <p>Making it, and finding what has changed since an earlier one, takes time in proportion to the
 * number of shards. So both are done by the thread that has listed them, and {@link ShardGraph}
 * takes in the change only.
 *
 * <p>Immutable.
 */
@Internal
public final class ShardListing {

    /** Before the stream has been listed. */
    static final ShardListing NONE = new ShardListing(Map.of(), Map.of());

    private final Map<String, ShardInfo> shards;
    private final Map<String, List<ShardInfo>> childrenByParent;

    private ShardListing(
            Map<String, ShardInfo> shards, Map<String, List<ShardInfo>> childrenByParent) {
        this.shards = shards;
        this.childrenByParent = childrenByParent;
    }

    /**
     * @param listed in any order; a shard may be there twice
     * @throws IllegalStateException if that contradicts itself: a shard that descends from itself,
     *     or one id with two lineages
     */
    public static ShardListing of(Collection<ShardInfo> listed) {
        Map<String, ShardInfo> shards = index(listed);
        Map<String, List<ShardInfo>> childrenByParent = new HashMap<>();
        for (ShardInfo shard : shards.values()) {
            for (String parent : parentsOf(shard)) {
                childrenByParent.computeIfAbsent(parent, id -> new ArrayList<>(2)).add(shard);
            }
        }
        ShardListing listing = new ShardListing(shards, childrenByParent);
        listing.checkAcyclic();
        return listing;
    }

    /** What is not as it was in an earlier listing. */
    public ListingChange since(ShardListing earlier) {
        return new ListingChange(earlier, this, without(earlier), earlier.without(this));
    }

    /** The shards of this listing that another one does not show, or not with these parents. */
    private List<ShardInfo> without(ShardListing other) {
        List<ShardInfo> different = new ArrayList<>();
        for (ShardInfo shard : shards.values()) {
            if (!shard.equals(other.shards.get(shard.getShardId()))) {
                different.add(shard);
            }
        }
        return different;
    }

    boolean contains(String shardId) {
        return shards.containsKey(shardId);
    }

    @Nullable
    ShardInfo get(String shardId) {
        return shards.get(shardId);
    }

    /** The listed shards that name the given one, which need not be listed, as their parent. */
    List<ShardInfo> childrenOf(String shardId) {
        return childrenByParent.getOrDefault(shardId, List.of());
    }

    /** In the order in which they were listed. */
    Collection<ShardInfo> shards() {
        return Collections.unmodifiableCollection(shards.values());
    }

    Set<String> shardIds() {
        return Collections.unmodifiableSet(shards.keySet());
    }

    /** None, one, or two, whether or not they are listed. */
    static List<String> parentsOf(ShardInfo shard) {
        @Nullable String parent = shard.getParentId();
        @Nullable String sibling = shard.getParentSiblingId();
        if (parent == null) {
            return sibling == null ? List.of() : List.of(sibling);
        }
        return sibling == null || sibling.equals(parent)
                ? List.of(parent)
                : List.of(parent, sibling);
    }

    static IllegalStateException contradictory(
            String shardId, List<String> parents, List<String> otherParents) {
        return new IllegalStateException(
                "The stream's shards are listed inconsistently: shard "
                        + shardId
                        + " has the parents "
                        + parents
                        + " and "
                        + otherParents);
    }

    private static Map<String, ShardInfo> index(Collection<ShardInfo> listed) {
        Map<String, ShardInfo> shards = new LinkedHashMap<>();
        for (ShardInfo shard : listed) {
            ShardInfo other = shards.putIfAbsent(shard.getShardId(), shard);
            if (other != null && !parentsOf(other).equals(parentsOf(shard))) {
                throw contradictory(shard.getShardId(), parentsOf(other), parentsOf(shard));
            }
        }
        return shards;
    }

    /** Strips shards without an unstripped parent, layer by layer; a cycle is what remains. */
    private void checkAcyclic() {
        Map<String, Integer> openParents = new HashMap<>();
        Deque<String> roots = new ArrayDeque<>();
        for (ShardInfo shard : shards.values()) {
            int count = 0;
            for (String parent : parentsOf(shard)) {
                count += contains(parent) ? 1 : 0;
            }
            if (count == 0) {
                roots.add(shard.getShardId());
            } else {
                openParents.put(shard.getShardId(), count);
            }
        }
        while (!roots.isEmpty()) {
            for (ShardInfo child : childrenOf(roots.pop())) {
                String childId = child.getShardId();
                if (openParents.merge(childId, -1, Integer::sum) == 0) {
                    openParents.remove(childId);
                    roots.add(childId);
                }
            }
        }
        if (!openParents.isEmpty()) {
            throw new IllegalStateException(
                    "The stream's shards are listed inconsistently: these descend from themselves "
                            + "or from one that does: "
                            + openParents.keySet());
        }
    }
}
