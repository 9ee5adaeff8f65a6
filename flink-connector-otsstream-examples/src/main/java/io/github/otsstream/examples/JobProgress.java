/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.examples;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.core.execution.JobClient;

/**
 * How much of its window a bounded job has read: the connector's metric {@code otsstream.progress},
 * which Flink's REST API tells. Flink looks at metrics only every 10 seconds, unless {@code
 * metrics.fetcher.update-interval} says otherwise.
 */
public final class JobProgress {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final long POLL_MILLIS = 200;
    private static final String METRIC = ".otsstream.progress";

    private final HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
    private final ObjectMapper json = new ObjectMapper();
    private final String api;
    private final JobClient client;

    private JobProgress(String api, JobClient client) {
        this.api = api;
        this.client = client;
    }

    /** The progress of a job on the cluster that a configuration names. */
    public static JobProgress of(JobClient job, ReadableConfig cluster) {
        return new JobProgress(
                String.format(
                        "http://%s:%d/jobs/%s",
                        cluster.get(RestOptions.ADDRESS),
                        cluster.get(RestOptions.PORT),
                        job.getJobID()),
                job);
    }

    /**
     * Shows the progress until the job ends.
     *
     * @throws ExecutionException if the job fails
     */
    public void show(ProgressDisplay display) throws ExecutionException, InterruptedException {
        while (true) {
            try {
                client.getJobExecutionResult().get(POLL_MILLIS, TimeUnit.MILLISECONDS);
                display.show(1);
                return;
            } catch (TimeoutException e) {
                read().ifPresent(display::show);
            }
        }
    }

    /**
     * What the job has read, from 0 to 1; nothing if it is not known yet, or the cluster does not
     * tell.
     */
    public OptionalDouble read() throws InterruptedException {
        try {
            for (JsonNode vertex : get("").path("vertices")) {
                String metrics = "/vertices/" + vertex.path("id").asText() + "/jm-operator-metrics";
                for (JsonNode metric : get(metrics)) {
                    String id = metric.path("id").asText();
                    if (id.endsWith(METRIC)) {
                        return OptionalDouble.of(
                                get(metrics + "?get=" + encoded(id))
                                        .path(0)
                                        .path("value")
                                        .asDouble());
                    }
                }
            }
        } catch (IOException e) {
            // The job itself goes on, and says what is wrong with it.
        }
        return OptionalDouble.empty();
    }

    private static String encoded(String id) {
        return URLEncoder.encode(id, StandardCharsets.UTF_8);
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(api + path)).timeout(TIMEOUT).build();
        return json.readTree(http.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }
}
