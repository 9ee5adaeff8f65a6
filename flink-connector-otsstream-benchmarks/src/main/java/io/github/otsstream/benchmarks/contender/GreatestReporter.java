/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.benchmarks.contender;

import java.util.Properties;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;

/** Looks at the bytes that a reader holds every millisecond, for the {@link Meter}. */
public final class GreatestReporter implements MetricReporter, MetricReporterFactory {

    static final String BUFFERED_BYTES = "bufferedBytes";

    private final ScheduledExecutorService looking =
            Executors.newSingleThreadScheduledExecutor(
                    task -> {
                        Thread thread = new Thread(task, "greatest-reporter");
                        thread.setDaemon(true);
                        return thread;
                    });

    @Override
    public MetricReporter createMetricReporter(Properties properties) {
        return this;
    }

    @Override
    public void open(MetricConfig config) {}

    @Override
    public void notifyOfAddedMetric(Metric metric, String name, MetricGroup group) {
        if (name.equals(BUFFERED_BYTES)) {
            Gauge<?> gauge = (Gauge<?>) metric;
            Runnable look = () -> Meter.ofProcess().gauge(name, (Long) gauge.getValue());
            look.run();
            looking.scheduleAtFixedRate(look, 0, 1, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void notifyOfRemovedMetric(Metric metric, String name, MetricGroup group) {}

    @Override
    public void close() {
        looking.shutdownNow();
    }
}
