/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.enumerator;

import io.github.otsstream.flink.client.KnownStream;
import io.github.otsstream.flink.client.StreamClient;
import io.github.otsstream.flink.client.StreamDescription;
import io.github.otsstream.flink.client.StreamGoneException;
import io.github.otsstream.flink.client.StreamInfo;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.flink.annotation.Internal;
import org.apache.flink.util.FlinkException;

/**
 * Looks at a table's stream on behalf of the enumerator. Blocking: called on the coordinator's
 * worker thread, never on the coordinator thread. Interrupting the thread ends a call.
 */
@Internal
public final class StreamLookup implements AutoCloseable {

    private static final long ENABLING_POLL_MILLIS = 500;

    private final StreamClient client;
    private final String tableName;
    private final boolean timeSeries;
    private final Duration enablingTimeout;

    /**
     * @param client closed with this lookup
     * @param timeSeries whether the job takes the table for a time-series table
     * @param enablingTimeout how long to wait for a stream that was enabled a moment ago
     */
    public StreamLookup(
            StreamClient client, String tableName, boolean timeSeries, Duration enablingTimeout) {
        this.client = client;
        this.tableName = tableName;
        this.timeSeries = timeSeries;
        this.enablingTimeout = enablingTimeout;
    }

    /**
     * Finds the table's stream and lists its shards.
     *
     * @throws FlinkException if the table has no stream, the stream does not become active, or the
     *     table is not of the kind that the job takes it for
     */
    StreamDescription find() throws Exception {
        StreamInfo stream =
                current()
                        .orElseThrow(
                                () ->
                                        new FlinkException(
                                                "Table "
                                                        + tableName
                                                        + " has no stream. Enable Stream on it (UpdateTable with a "
                                                        + "StreamSpecification, or the console); only changes "
                                                        + "made after that can be read."));
        long deadline = System.nanoTime() + enablingTimeout.toNanos();
        while (true) {
            StreamDescription description = get(client.describeStream(stream.getStreamId()));
            if (description.getStatus() == StreamDescription.Status.ACTIVE) {
                checkKind(description);
                return description;
            }
            if (System.nanoTime() - deadline > 0) {
                throw new FlinkException(
                        "Stream "
                                + stream.getStreamId()
                                + " of table "
                                + tableName
                                + " is still being enabled after "
                                + enablingTimeout.toSeconds()
                                + " s. Start the job again when it is active.");
            }
            Thread.sleep(ENABLING_POLL_MILLIS);
        }
    }

    private void checkKind(StreamDescription description) throws FlinkException {
        if (description.isTimeSeries() && !timeSeries) {
            throw new FlinkException(
                    "Table "
                            + tableName
                            + " is a time-series table, whose records name a point of a series instead of a "
                            + "row. Set the source's option timeSeries to read them.");
        }
        if (!description.isTimeSeries() && timeSeries) {
            throw new FlinkException(
                    "Table "
                            + tableName
                            + " is not a time-series table, but the source's option timeSeries is set. Leave "
                            + "the option out.");
        }
    }

    /**
     * Lists the shards of a stream that was found before.
     *
     * @throws FlinkException if the table has another stream by now, or none
     */
    StreamDescription list(String streamId) throws Exception {
        try {
            return get(new KnownStream(client, tableName, streamId).describe());
        } catch (StreamGoneException e) {
            throw new FlinkException(e.getMessage(), e);
        }
    }

    private Optional<StreamInfo> current() throws Exception {
        return get(client.findStream(tableName));
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception) {
                throw (Exception) e.getCause();
            }
            throw e;
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
