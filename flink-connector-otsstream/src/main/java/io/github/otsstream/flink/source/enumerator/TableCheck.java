/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.enumerator;

import io.github.otsstream.flink.client.TableDescription;
import java.io.Serializable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.util.FlinkException;

/** Holds what a job expects of its table against the table, when the job first sees it. */
@Internal
public interface TableCheck extends Serializable {

    /**
     * @throws FlinkException if the job can't read the table; the message says what to do
     */
    void check(TableDescription table) throws FlinkException;
}
