/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import org.apache.flink.annotation.Internal;

/** The service's operations that the connector calls; no others. */
@Internal
public enum Operation {
    LIST_STREAM("ListStream"),
    DESCRIBE_STREAM("DescribeStream"),
    GET_SHARD_ITERATOR("GetShardIterator"),
    GET_STREAM_RECORD("GetStreamRecord"),
    LIST_TABLE("ListTable"),
    DESCRIBE_TABLE("DescribeTable"),
    CREATE_TABLE("CreateTable"),
    GET_ROW("GetRow"),
    BATCH_GET_ROW("BatchGetRow"),
    GET_RANGE("GetRange"),
    PUT_ROW("PutRow"),
    DELETE_ROW("DeleteRow");

    private final String wireName;

    Operation(String wireName) {
        this.wireName = wireName;
    }

    /** Returns whether reading a stream takes it. */
    boolean isOfStreams() {
        return compareTo(GET_STREAM_RECORD) <= 0;
    }

    /** Returns the name that the service knows it by. */
    public String wireName() {
        return wireName;
    }
}
