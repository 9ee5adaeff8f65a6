/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.enumerator;

import io.github.otsstream.flink.source.split.ShardSplit;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitEnumerator;

/**
 * Creates an enumerator, which opens clients, no sooner than it is started: Flink closes only what
 * it has started, and a JobManager that loses its leadership may do so between the two. Before the
 * start nothing but a snapshot is asked of it, which is the state that it was made with.
 *
 * <p>Flink 1.20 closes it from another thread, perhaps while it is started. What is just created is
 * closed then too.
 */
@Internal
public final class EnumeratorOnStart implements SplitEnumerator<ShardSplit, EnumeratorState> {

    private final EnumeratorState state;
    private final Supplier<SplitEnumerator<ShardSplit, EnumeratorState>> create;
    private final Object creation = new Object();

    /** Written under {@link #creation}. */
    @Nullable private volatile SplitEnumerator<ShardSplit, EnumeratorState> enumerator;

    /** Guarded by {@link #creation}. */
    private boolean closed;

    /**
     * @param create creates the enumerator that goes on with {@code state}
     */
    public EnumeratorOnStart(
            EnumeratorState state, Supplier<SplitEnumerator<ShardSplit, EnumeratorState>> create) {
        this.state = state;
        this.create = create;
    }

    @Override
    public void start() {
        synchronized (creation) {
            if (closed) {
                return;
            }
            enumerator = create.get();
        }
        enumerator.start();
    }

    @Override
    public void handleSplitRequest(int subtaskId, @Nullable String requesterHostname) {
        enumerator.handleSplitRequest(subtaskId, requesterHostname);
    }

    @Override
    public void handleSourceEvent(int subtaskId, SourceEvent event) {
        enumerator.handleSourceEvent(subtaskId, event);
    }

    @Override
    public void addSplitsBack(List<ShardSplit> splits, int subtaskId) {
        enumerator.addSplitsBack(splits, subtaskId);
    }

    @Override
    public void addReader(int subtaskId) {
        enumerator.addReader(subtaskId);
    }

    @Override
    public EnumeratorState snapshotState(long checkpointId) throws Exception {
        return enumerator == null ? state : enumerator.snapshotState(checkpointId);
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) throws Exception {
        if (enumerator != null) {
            enumerator.notifyCheckpointComplete(checkpointId);
        }
    }

    @Override
    public void notifyCheckpointAborted(long checkpointId) throws Exception {
        if (enumerator != null) {
            enumerator.notifyCheckpointAborted(checkpointId);
        }
    }

    @Override
    public void close() throws IOException {
        synchronized (creation) {
            closed = true;
        }
        if (enumerator != null) {
            enumerator.close();
        }
    }
}
