/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.fault;

import io.github.otsstream.emulator.ServiceException;
import io.github.otsstream.emulator.stream.EmptyPage;
import java.time.Duration;

/** What goes wrong with one request: all effects of the rules that hit it. Immutable. */
public final class Fault {

    /** Nothing goes wrong. */
    public static final Fault NONE =
            new Fault(0, null, false, false, false, false, null, Duration.ZERO, null, 1);

    private final long latencyMillis;
    private final ServiceException error;
    private final boolean dropBefore;
    private final boolean dropAfter;
    private final boolean truncated;
    private final boolean corrupted;
    private final EmptyPage emptyPage;
    private final Duration clockStep;
    private final ServiceException rowError;
    private final int everyRow;

    Fault(
            long latencyMillis,
            ServiceException error,
            boolean dropBefore,
            boolean dropAfter,
            boolean truncated,
            boolean corrupted,
            EmptyPage emptyPage,
            Duration clockStep,
            ServiceException rowError,
            int everyRow) {
        this.latencyMillis = latencyMillis;
        this.error = error;
        this.dropBefore = dropBefore;
        this.dropAfter = dropAfter;
        this.truncated = truncated;
        this.corrupted = corrupted;
        this.emptyPage = emptyPage;
        this.clockStep = clockStep;
        this.rowError = rowError;
        this.everyRow = everyRow;
    }

    /** Milliseconds to wait before the operation runs. */
    public long latencyMillis() {
        return latencyMillis;
    }

    /** Answered instead of running the operation, or null. */
    public ServiceException error() {
        return error;
    }

    /** Whether the connection is closed instead of running the operation. */
    public boolean dropBefore() {
        return dropBefore;
    }

    /** Whether the operation runs and the connection is closed instead of answering. */
    public boolean dropAfter() {
        return dropAfter;
    }

    /** Whether the connection is closed in the middle of the answer. */
    public boolean truncated() {
        return truncated;
    }

    /** Whether bytes of the answer are changed on their way. */
    public boolean corrupted() {
        return corrupted;
    }

    /** How GetStreamRecord answers without looking, or null if it reads the log. */
    public EmptyPage emptyPage() {
        return emptyPage;
    }

    /** How far the service's clock moves before the operation runs. */
    public Duration clockStep() {
        return clockStep;
    }

    /**
     * What BatchGetRow answers for a row instead of reading it, or null if it reads it.
     *
     * @param index of the row among those of the request
     */
    public ServiceException rowError(int index) {
        return index % everyRow == 0 ? rowError : null;
    }
}
