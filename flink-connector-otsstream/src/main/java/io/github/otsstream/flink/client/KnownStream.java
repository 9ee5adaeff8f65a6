/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.apache.flink.annotation.Internal;

/**
 * A stream that a job has begun to read. Where the service does not know it any more, it looks what
 * has become of the table. Does not block. Thread-safe.
 */
@Internal
public final class KnownStream {

    private final StreamClient client;
    private final String tableName;
    private final String streamId;

    /** The client is not closed by this. */
    public KnownStream(StreamClient client, String tableName, String streamId) {
        this.client = client;
        this.tableName = tableName;
        this.streamId = streamId;
    }

    /**
     * Describes the stream with all its shards.
     *
     * @return fails with a {@link StreamGoneException} if there is no such stream, and with an
     *     {@link OtsStreamException} if that can't be found out
     */
    public CompletableFuture<StreamDescription> describe() {
        return client.describeStream(streamId)
                .handle(
                        (description, error) ->
                                isNotFound(error) ? gone(error) : completed(description, error))
                .thenCompose(Function.identity());
    }

    private CompletableFuture<StreamDescription> gone(Throwable notFound) {
        return client.findStream(tableName)
                .handle(
                        (now, error) -> {
                            if (error == null) {
                                throw gone(whatIsThere(now), notFound);
                            }
                            if (isNotFound(error)) {
                                throw gone("there is no such table now", notFound);
                            }
                            throw new CompletionException(unwrap(error));
                        });
    }

    private static String whatIsThere(Optional<StreamInfo> now) {
        return now.map(stream -> "its stream is now " + stream.getStreamId())
                .orElse("it has no stream now");
    }

    private StreamGoneException gone(String whatIsThereNow, Throwable notFound) {
        return new StreamGoneException(tableName, streamId, whatIsThereNow, unwrap(notFound));
    }

    private static <T> CompletableFuture<T> completed(T value, Throwable error) {
        return error == null
                ? CompletableFuture.completedFuture(value)
                : CompletableFuture.failedFuture(unwrap(error));
    }

    private static boolean isNotFound(Throwable error) {
        Throwable cause = error == null ? null : unwrap(error);
        return cause instanceof OtsStreamException
                && ((OtsStreamException) cause).getKind() == OtsStreamException.Kind.NOT_FOUND;
    }

    private static Throwable unwrap(Throwable error) {
        return error instanceof CompletionException && error.getCause() != null
                ? error.getCause()
                : error;
    }
}
