/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.benchmarks.contender;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.otsstream.benchmarks.process.Requests;

/** The process of a contender: it begins to read, and says how far it is when it is asked. */
public final class ContenderMain {

    private ContenderMain() {}

    public static void main(String[] arguments) throws Exception {
        Requests requests = new Requests();
        Task task = new ObjectMapper().readValue(arguments[0], Task.class);
        Meter meter = Meter.ofProcess();
        task.kind.make().start(task, meter);
        requests.on("snapshot", JsonNode.class, nothing -> meter.snapshot()).serve();
        System.exit(0);
    }
}
