/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.benchmarks.contender;

import io.github.otsstream.flink.record.ChangeRecord;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/** Drops what it gets, and counts it in the {@link Meter} of the process. */
final class CountingSink<T> implements Sink<T> {

    private static final long serialVersionUID = 1L;

    /** The meter is shared by threads, so it is not told of each record. */
    private static final int BATCH = 64;

    private final boolean measuresDelay;

    /**
     * @param measuresDelay whether records' delays are measured, by the clock of this machine,
     *     which must be the service's too
     */
    CountingSink(boolean measuresDelay) {
        this.measuresDelay = measuresDelay;
    }

    @Override
    public SinkWriter<T> createWriter(WriterInitContext context) {
        return measuresDelay ? new DelayWriter<>() : new CountingWriter<>();
    }

    @Override
    @Deprecated
    public SinkWriter<T> createWriter(InitContext context) {
        throw new UnsupportedOperationException();
    }

    private static final class CountingWriter<T> implements SinkWriter<T> {
        private final Meter meter = Meter.ofProcess();
        private int count;

        @Override
        public void write(T element, Context context) {
            if (++count == BATCH) {
                flush(false);
            }
        }

        @Override
        public void flush(boolean endOfInput) {
            meter.records(count);
            count = 0;
        }

        @Override
        public void close() {}
    }

    private static final class DelayWriter<T> implements SinkWriter<T> {
        private final Meter meter = Meter.ofProcess();

        @Override
        public void write(T element, Context context) {
            meter.records(1);
            meter.delay(
                    ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now())
                            - ((ChangeRecord) element).getTimestampMicros());
        }

        @Override
        public void flush(boolean endOfInput) {}

        @Override
        public void close() {}
    }
}
