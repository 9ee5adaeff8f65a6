/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.enumerator;

import io.github.otsstream.flink.client.ShardInfo;
import io.github.otsstream.flink.source.split.ReadWindow;
import io.github.otsstream.flink.source.split.ShardEnd;
import io.github.otsstream.flink.source.split.ShardPosition;
import io.github.otsstream.flink.source.split.ShardSplit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.annotation.Internal;

/**
 * The lineage of a stream's shards and how far each has come: it knows which shards may be read
 * now.
 *
 * <p>A shard may be read when each of its parents has been read to its end or is no longer part of
 * the stream; so the changes of one key stay in order through splits and merges. Every listed shard
 * is handed out once, unless it is given back.
 *
 * <p>That a parent has been read does not mean that its records have got further than the output of
 * its reader, where a child's records from another reader could overtake them. So a child is bound
 * to its parents' reader until a completed checkpoint holds the parents' ends: a checkpoint
 * completes when every record before it has been processed. Where parents were read by different
 * readers, the child waits for that checkpoint. An unaligned checkpoint can complete while records
 * before it are still on their way, and shows nothing about order.
 *
 * <p>What has been read is forgotten as soon as a child of it is known here, since from then on the
 * listing itself tells that it was: a shard is never handed out before its ancestors are read, so
 * an ancestor of a known shard can only be one that was read. The size of the graph therefore
 * follows the number of open shards, not the age of the job.
 *
 * <p>Pure: no Flink, no network, no clock. Used by one thread only.
 */
@Internal
public final class ShardGraph {

    /** How far a shard has come. */
    enum Status {
        /** Known, and neither given to a reader nor left out. */
        WAITING,
        /** Being read. */
        ASSIGNED,
        /** Read to its end. */
        CLOSED,
        /** Read up to the end of the window. */
        WINDOW_END,
        /** Behind the end of the window: a descendant of a shard that stopped there. */
        EXCLUDED
    }

    /** Any reader, or none. */
    static final int NO_READER = -1;

    /** A shard that may be read now. */
    static final class Ready {
        private final ShardSplit split;
        private final int boundReader;

        private Ready(ShardSplit split, int boundReader) {
            this.split = split;
            this.boundReader = boundReader;
        }

        ShardSplit split() {
            return split;
        }

        /** The only reader that may read the shard for now, or {@link #NO_READER}. */
        int boundReader() {
            return boundReader;
        }

        @Override
        public String toString() {
            return split + (boundReader == NO_READER ? "" : " by reader " + boundReader);
        }
    }

    private static final class Node {
        private final String shardId;
        private Status status;
        private ShardPosition position;
        private boolean windowEntered;
        private List<String> parents = List.of();
        private boolean lineageKnown;
        private int reader = NO_READER;

        /** What the reader has told, or what the end of a parent has shown. */
        private long readUntilMillis = ShardPosition.UNKNOWN;

        /** Whether the shard is not to wait for a checkpoint any more. */
        private boolean orderWaived;

        /** Whether a completed checkpoint holds the end of this shard. */
        private boolean endRecorded;

        /** What the last listing shows of the shard and its children. */
        private boolean listed = true;

        private int childrenListed;

        private boolean mergeListed;

        private Node(String shardId, Status status, ShardPosition position, boolean windowEntered) {
            this.shardId = shardId;
            this.status = status;
            this.position = position;
            this.windowEntered = windowEntered;
        }

        private boolean hasEnded() {
            return status == Status.CLOSED || status == Status.WINDOW_END;
        }

        /** A split has two children, and the child of a merge has two parents. */
        private boolean allChildrenListed() {
            return mergeListed || childrenListed > 1;
        }

        /** A closed shard that is listed has children, though they may be listed later. */
        private boolean lacksChildren() {
            return status == Status.CLOSED && listed && childrenListed == 0;
        }

        private boolean endsWindow() {
            return status == Status.WINDOW_END || status == Status.EXCLUDED;
        }
    }

    private final String streamId;
    private final ReadWindow window;
    private final ShardPosition firstPosition;
    private final Map<String, Node> nodes = new LinkedHashMap<>();
    private final Map<String, Set<Node>> children = new HashMap<>();
    private final Set<Node> ready = new LinkedHashSet<>();
    private final Set<Node> unrecordedEnds = new LinkedHashSet<>();

    /** See {@link #waitingForCheckpoint}. */
    private final Set<Node> held = new LinkedHashSet<>();

    /** See {@link #closedWithoutChildren}. */
    private final Set<Node> childless = new LinkedHashSet<>();

    private ShardListing listing = ShardListing.NONE;
    private int unfinished;
    private int waiting;

    /**
     * @param window what is wanted of every shard
     * @param firstPosition where to begin in a shard of which not everything is wanted
     */
    public ShardGraph(String streamId, ReadWindow window, ShardPosition firstPosition) {
        this.streamId = streamId;
        this.window = window;
        this.firstPosition = firstPosition;
    }

    /** Puts back the shards of a checkpoint; the ends among them are recorded ones. */
    public void restore(Collection<ShardProgress> shards) {
        for (ShardProgress shard : shards) {
            Node node =
                    new Node(
                            shard.shardId(),
                            shard.status(),
                            shard.position(),
                            shard.windowEntered());
            node.endRecorded = node.hasEnded();
            node.readUntilMillis = shard.position().readUntilMillis();
            add(node);
        }
    }

    /** The last listing; {@link ShardListing#NONE} before the first one. */
    ShardListing listing() {
        return listing;
    }

    /**
     * Takes in what has changed since the last listing. But for the first listing of all, that
     * takes time in proportion to the change, and not to the number of shards.
     *
     * @param change since {@link #listing}
     * @return how many shards were not known before
     * @throws IllegalStateException if a shard has other parents than it had before
     */
    public int discover(ListingChange change) {
        if (change.earlier() != listing) {
            throw new IllegalArgumentException("The change is not one since the last listing");
        }
        listing = change.later();
        Set<String> read = readAmong(change);

        // The first listing settles what a restore left open.
        Set<Node> concerned =
                new LinkedHashSet<>(
                        change.earlier() == ShardListing.NONE ? nodes.values() : List.of());
        int discovered = 0;
        for (ShardInfo shard : change.appeared()) {
            String shardId = shard.getShardId();
            if (!isKnown(shardId, change.earlier()) && !read.contains(shardId)) {
                add(newNode(shard));
                discovered++;
            }
            addTo(concerned, shard);
        }
        change.disappeared().forEach(shard -> addTo(concerned, shard));
        for (ShardInfo shard : change.appeared()) {
            Node node = nodes.get(shard.getShardId());
            if (node != null) {
                link(node, ShardListing.parentsOf(shard));
            }
        }
        concerned.forEach(this::lookUp);
        concerned.forEach(this::refresh);
        concerned.forEach(this::forgetIfRead);
        return discovered;
    }

    /** A shard that was listed before and has no node was read. */
    private boolean isKnown(String shardId, ShardListing earlier) {
        return nodes.containsKey(shardId) || earlier.contains(shardId);
    }

    /**
     * All shards that have appeared and from which a known one descends; no one of them is left to
     * be read.
     */
    private Set<String> readAmong(ListingChange change) {
        Set<String> read = new HashSet<>();
        Deque<String> open = new ArrayDeque<>();
        for (ShardInfo shard : change.appeared()) {
            if (hasKnownChild(shard.getShardId(), change.earlier())
                    && read.add(shard.getShardId())) {
                open.push(shard.getShardId());
            }
        }
        while (!open.isEmpty()) {
            for (String parent : ShardListing.parentsOf(listing.get(open.pop()))) {
                if (listing.contains(parent)
                        && !isKnown(parent, change.earlier())
                        && read.add(parent)) {
                    open.push(parent);
                }
            }
        }
        return read;
    }

    private boolean hasKnownChild(String shardId, ShardListing earlier) {
        return children.containsKey(shardId)
                || listing.childrenOf(shardId).stream()
                        .anyMatch(child -> isKnown(child.getShardId(), earlier));
    }

    /** A shard that is listed or not any more concerns itself and its parents. */
    private void addTo(Set<Node> concerned, ShardInfo shard) {
        addTo(concerned, shard.getShardId());
        ShardListing.parentsOf(shard).forEach(parent -> addTo(concerned, parent));
    }

    private void addTo(Set<Node> concerned, String shardId) {
        Node node = nodes.get(shardId);
        if (node != null) {
            concerned.add(node);
        }
    }

    /** Sets where to look for the window's start in shards that are known and not read yet. */
    void lookFrom(Map<String, ShardPosition> positions) {
        positions.forEach(
                (shardId, position) -> {
                    Node node = nodes.get(shardId);
                    if (node != null && node.status == Status.WAITING && !node.windowEntered) {
                        node.position = position;
                    }
                });
    }

    /** The shards that may be read now, oldest known first. */
    List<Ready> ready() {
        List<Ready> shards = new ArrayList<>(ready.size());
        for (Node node : ready) {
            ShardSplit split =
                    new ShardSplit(
                            streamId,
                            node.shardId,
                            node.windowEntered ? window.entered() : window,
                            node.position,
                            null);
            Set<Integer> readers = readersToFollow(node);
            shards.add(
                    new Ready(split, readers.size() == 1 ? readers.iterator().next() : NO_READER));
        }
        return shards;
    }

    /**
     * The reader that reads or has just read a shard with which the given one merges; reading both
     * there spares their child the wait for a checkpoint.
     */
    int partnerReader(String shardId) {
        for (Node child : childrenOf(nodes.get(shardId))) {
            for (String parentId : child.parents) {
                Node partner = parentId.equals(shardId) ? null : nodes.get(parentId);
                if (partner != null && !partner.endRecorded && partner.reader != NO_READER) {
                    return partner.reader;
                }
            }
        }
        return NO_READER;
    }

    /** Shards whose parents are all read, by different readers, with no checkpoint since. */
    Set<String> waitingForCheckpoint() {
        return ids(held);
    }

    /** Lets a shard be read by any reader although no checkpoint has completed. */
    void waiveOrder(String shardId) {
        Node node = nodes.get(shardId);
        if (node != null) {
            node.orderWaived = true;
            refresh(node);
        }
    }

    /** Records that a reader reads a shard, as it was told to or as it says itself. */
    public void assigned(String shardId, int reader) {
        Node node = nodes.get(shardId);
        if (node == null || node.hasEnded()) {
            return;
        }
        node.reader = reader;
        setStatus(node, Status.ASSIGNED);
    }

    /**
     * Takes in how far a reader has emitted a shard.
     *
     * @param millis the time before which nothing of the shard is unread
     */
    public void readUntil(String shardId, long millis) {
        Node node = nodes.get(shardId);
        if (node != null && node.status == Status.ASSIGNED) {
            node.readUntilMillis = millis;
        }
    }

    /**
     * The time before which nothing of the stream's window is unread, but for records that the
     * service's clocks have dated too early: the earliest such time of all shards that are not read
     * to their end. A shard whose parents are read begins where they ended.
     *
     * @return empty if no such time is known, or everything has been read
     */
    public OptionalLong readUntilMillis() {
        long earliest = Long.MAX_VALUE;
        for (Node node : nodes.values()) {
            // What a closed shard's unlisted children hold is unread.
            if (isUnfinished(node.status) || node.lacksChildren()) {
                earliest = Math.min(earliest, readUntil(node));
            }
        }
        return earliest == Long.MAX_VALUE || earliest == ShardPosition.UNKNOWN
                ? OptionalLong.empty()
                : OptionalLong.of(earliest);
    }

    private long readUntil(Node node) {
        return window.hasStart()
                ? Math.max(node.readUntilMillis, window.startMillis())
                : node.readUntilMillis;
    }

    /**
     * How much of a time span has been read, from 0 to 1: the average over the lines of shards, of
     * which a split makes two and a merge makes one.
     */
    public double progress(long startMillis, long endMillis) {
        double read = 0;
        int lines = 0;
        for (Node node : nodes.values()) {
            if (isUnfinished(node.status)) {
                double part =
                        (Math.max((double) readUntil(node), startMillis) - startMillis)
                                / Math.max(1.0, (double) endMillis - startMillis);
                read += Math.min(1, part);
                lines++;
            } else if (node.status == Status.WINDOW_END) {
                read++;
                lines++;
            }
        }
        return lines == 0 ? (nodes.isEmpty() ? 0 : 1) : read / lines;
    }

    /** Takes back a shard that a reader was given and has no checkpoint of. */
    public void returned(ShardSplit split) {
        Node node = nodes.get(split.splitId());
        if (node == null) {
            node = new Node(split.splitId(), Status.WAITING, split.position(), false);
            add(node);
            if (listing.contains(node.shardId)) {
                link(node, ShardListing.parentsOf(listing.get(node.shardId)));
            }
            if (listing != ShardListing.NONE) {
                lookUp(node);
            }
        }
        node.position = split.position();
        node.windowEntered = !split.window().hasStart();
        node.readUntilMillis = split.position().readUntilMillis();
        reopen(node, Status.WAITING);
        node.reader = NO_READER;
        refresh(node);
    }

    /**
     * Records that a reader goes back to its last completed checkpoint. The ends that it reported
     * and that no completed checkpoint holds will be reported again; until then those shards count
     * as being read, and their children wait.
     */
    public void readerReset(int reader) {
        for (Node node : new ArrayList<>(unrecordedEnds)) {
            if (node.reader == reader) {
                reopen(node, Status.ASSIGNED);
            }
        }
        for (Node node : nodes.values()) {
            if (node.reader == reader && node.status == Status.ASSIGNED) {
                node.readUntilMillis = ShardPosition.UNKNOWN;
            }
        }
    }

    /**
     * Records the end of a shard.
     *
     * @param windowEntered whether children of the shard leave out nothing
     * @param position where the reading ended
     */
    public void ended(
            String shardId,
            ShardEnd end,
            boolean windowEntered,
            ShardPosition position,
            int reader) {
        Node node = nodes.get(shardId);
        if (node == null || node.endRecorded) {
            return;
        }
        node.reader = reader;
        if (!node.hasEnded()) {
            node.windowEntered = windowEntered;
            node.position = position;
            node.readUntilMillis = Math.max(node.readUntilMillis, position.readUntilMillis());
            unrecordedEnds.add(node);
            setStatus(node, end == ShardEnd.CLOSED ? Status.CLOSED : Status.WINDOW_END);
            childrenOf(node).forEach(child -> inherit(child, node));
        }
    }

    /** The ends that are not known to be in a completed checkpoint yet. */
    public Set<String> unrecordedEnds() {
        return ids(unrecordedEnds);
    }

    /** Records that a completed checkpoint holds these ends. */
    public void recorded(Set<String> shardIds) {
        for (String shardId : shardIds) {
            Node node = nodes.get(shardId);
            if (node != null && unrecordedEnds.remove(node)) {
                node.endRecorded = true;
                childrenOf(node).forEach(this::refresh);
                forgetIfRead(node);
            }
        }
    }

    /**
     * Where to go on behind the window: in each shard that the window ended in, and, from the
     * beginning, in those behind it. All others that were listed are read to their ends.
     */
    Map<String, ShardPosition> behindWindow() {
        Map<String, ShardPosition> positions = new HashMap<>();
        for (Node node : nodes.values()) {
            if (node.status == Status.WINDOW_END) {
                positions.put(node.shardId, node.position);
            } else if (node.status == Status.EXCLUDED) {
                positions.put(node.shardId, ShardPosition.oldest());
            }
        }
        return positions;
    }

    /** Whether no known shard is left to be read. */
    public boolean isFinished() {
        return unfinished == 0;
    }

    /**
     * Closed shards that are listed, but no child of them. The service closes a shard only for its
     * children, so such a listing is behind.
     */
    public Set<String> closedWithoutChildren() {
        return ids(childless);
    }

    /** How many known shards are not read to their ends. */
    public int unfinished() {
        return unfinished;
    }

    /** How many known shards are neither read nor being read. */
    public int waiting() {
        return waiting;
    }

    /** What a checkpoint has to hold. */
    public List<ShardProgress> progress() {
        List<ShardProgress> shards = new ArrayList<>(nodes.size());
        for (Node node : nodes.values()) {
            shards.add(
                    new ShardProgress(
                            node.shardId, node.status, node.position, node.windowEntered));
        }
        return shards;
    }

    private void add(Node node) {
        nodes.put(node.shardId, node);
        count(node.status, 1);
        noteChildless(node);
    }

    private void noteChildless(Node node) {
        toggle(childless, node, node.lacksChildren());
    }

    private static void toggle(Set<Node> set, Node node, boolean contained) {
        if (contained) {
            set.add(node);
        } else {
            set.remove(node);
        }
    }

    private static Set<String> ids(Set<Node> nodes) {
        Set<String> ids = new LinkedHashSet<>();
        nodes.forEach(node -> ids.add(node.shardId));
        return ids;
    }

    private static boolean isUnfinished(Status status) {
        return status == Status.WAITING || status == Status.ASSIGNED;
    }

    private void count(Status status, int by) {
        if (isUnfinished(status)) {
            unfinished += by;
        }
        if (status == Status.WAITING) {
            waiting += by;
        }
    }

    private Node newNode(ShardInfo shard) {
        return new Node(shard.getShardId(), Status.WAITING, firstPosition, !window.hasStart());
    }

    private void inherit(Node node) {
        for (String parentId : node.parents) {
            Node parent = nodes.get(parentId);
            if (parent != null && parent.hasEnded()) {
                inherit(node, parent);
            }
        }
    }

    /**
     * All of a child was written after its parents were closed. Where one of them has reached the
     * window, all of the child is wanted, and it is not looked for.
     */
    private static void inherit(Node child, Node endedParent) {
        child.readUntilMillis = Math.max(child.readUntilMillis, endedParent.readUntilMillis);
        if (endedParent.windowEntered
                && child.status == Status.WAITING
                && !(child.windowEntered && child.position.isResolved())) {
            child.windowEntered = true;
            child.position = ShardPosition.oldest().caughtUpAt(child.readUntilMillis);
        }
    }

    /**
     * @param parents may be none although there are some, once those have left the listing
     */
    private void link(Node node, List<String> parents) {
        if (!node.lineageKnown) {
            node.lineageKnown = true;
            node.parents = parents;
            for (String parent : parents) {
                children.computeIfAbsent(parent, id -> new LinkedHashSet<>()).add(node);
            }
            inherit(node);
        } else if (!parents.isEmpty() && !Set.copyOf(node.parents).equals(Set.copyOf(parents))) {
            throw ShardListing.contradictory(node.shardId, node.parents, parents);
        }
    }

    /** Looks up what the last listing shows of a shard. */
    private void lookUp(Node node) {
        List<ShardInfo> listedChildren = listing.childrenOf(node.shardId);
        node.listed = listing.contains(node.shardId);
        node.childrenListed = listedChildren.size();
        node.mergeListed |=
                listedChildren.stream().anyMatch(child -> ShardListing.parentsOf(child).size() > 1);
        noteChildless(node);
    }

    private Collection<Node> childrenOf(Node node) {
        return children.getOrDefault(node.shardId, Collections.emptySet());
    }

    /** Changes what a shard has come to, and what follows from it for its descendants. */
    private void setStatus(Node node, Status status) {
        change(node, status);
        childrenOf(node).forEach(this::refresh);
    }

    private void change(Node node, Status status) {
        count(node.status, -1);
        count(status, 1);
        node.status = status;
        ready.remove(node);
        held.remove(node);
        noteChildless(node);
    }

    private void reopen(Node node, Status status) {
        unrecordedEnds.remove(node);
        node.endRecorded = false;
        setStatus(node, status);
    }

    /** Brings a shard that nobody reads, and its descendants, in line with what its parents are. */
    private void refresh(Node start) {
        Deque<Node> open = new ArrayDeque<>();
        open.push(start);
        while (!open.isEmpty()) {
            Node node = open.pop();
            if (node.status == Status.WAITING || node.status == Status.EXCLUDED) {
                boolean excluded = parentNodes(node).anyMatch(Node::endsWindow);
                Status status = excluded ? Status.EXCLUDED : Status.WAITING;
                if (status != node.status) {
                    change(node, status);
                    childrenOf(node).forEach(open::push);
                    inherit(node);
                }
                boolean free = status == Status.WAITING && !isBlocked(node);
                boolean inOrder = free && readersToFollow(node).size() <= 1;
                toggle(ready, node, inOrder);
                toggle(held, node, free && !inOrder);
            }
        }
    }

    private Stream<Node> parentNodes(Node node) {
        return node.parents.stream().map(nodes::get).filter(Objects::nonNull);
    }

    private boolean isBlocked(Node node) {
        return parentNodes(node).anyMatch(parent -> parent.status != Status.CLOSED);
    }

    /**
     * The readers whose output may still hold records of the shard's parents. A parent that has not
     * reached the window has emitted none.
     */
    private Set<Integer> readersToFollow(Node node) {
        return node.orderWaived
                ? Set.of()
                : parentNodes(node)
                        .filter(parent -> parent.windowEntered && !parent.endRecorded)
                        .map(parent -> parent.reader)
                        .collect(Collectors.toSet());
    }

    private void forgetIfRead(Node node) {
        if (node.status == Status.CLOSED
                && node.endRecorded
                && (!node.listed || node.allChildrenListed())) {
            forget(node);
        }
    }

    private void forget(Node node) {
        nodes.remove(node.shardId);
        childless.remove(node);
        for (String parent : node.parents) {
            Set<Node> siblings = children.get(parent);
            if (siblings != null) {
                siblings.remove(node);
                if (siblings.isEmpty()) {
                    children.remove(parent);
                }
            }
        }
    }
}
