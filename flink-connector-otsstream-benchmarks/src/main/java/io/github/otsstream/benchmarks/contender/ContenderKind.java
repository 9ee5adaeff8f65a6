/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.benchmarks.contender;

import java.util.function.Supplier;

/** Everything that can read a stream, by the name that results have. */
public enum ContenderKind {
    FETCH_ONLY("fetch only", FetchOnlyLoop::new),
    SDK_LOOP("SDK loop", SdkLoop::new),
    ONE_AT_A_TIME("one shard at a time", OneAtATimeLoop::new),
    STREAM_CLIENT("streamclient worker", StreamClientWorker::new),
    DATA_STREAM("DataStream job", DataStreamJob::new),
    SQL("SQL job", SqlJob::new);

    private final String title;
    private final Supplier<Contender> maker;

    ContenderKind(String title, Supplier<Contender> maker) {
        this.title = title;
        this.maker = maker;
    }

    public String title() {
        return title;
    }

    Contender make() {
        return maker.get();
    }
}
