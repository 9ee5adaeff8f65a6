/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source;

import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import javax.annotation.Nullable;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.util.ExceptionUtils;

/** How tests end jobs. */
public final class TestJobs {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private TestJobs() {}

    /** Sees to it that a job, if there is one, has ended and reads no more. */
    public static void cancel(@Nullable JobClient job) throws Exception {
        if (job == null) {
            return;
        }
        // A job that has ended by itself can't be cancelled.
        job.cancel().handle((done, error) -> null).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        await().atMost(PATIENCE).until(() -> job.getJobStatus().get().isGloballyTerminalState());
    }

    /**
     * Stops a job with a savepoint, as soon as all of its tasks run: some can read before others
     * do.
     *
     * @return where the savepoint is
     */
    public static String stop(JobClient job, Path directory) {
        return await().atMost(PATIENCE)
                .ignoreExceptionsMatching(
                        e ->
                                ExceptionUtils.stringifyException(e)
                                        .contains("Not all required tasks"))
                .until(
                        () ->
                                job.stopWithSavepoint(
                                                false,
                                                directory.toUri().toString(),
                                                SavepointFormatType.CANONICAL)
                                        .get(PATIENCE.toSeconds(), TimeUnit.SECONDS),
                        Objects::nonNull);
    }
}
