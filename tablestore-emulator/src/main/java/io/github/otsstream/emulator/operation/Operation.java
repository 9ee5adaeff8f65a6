/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.operation;

import com.aliyun.ots.thirdparty.com.google.protobuf.InvalidProtocolBufferException;
import com.aliyun.ots.thirdparty.com.google.protobuf.MessageLite;
import com.aliyun.ots.thirdparty.com.google.protobuf.Parser;
import io.github.otsstream.emulator.ServiceException;
import io.github.otsstream.emulator.fault.Fault;
import java.util.function.Function;

/**
 * One operation of the service: how its request is parsed and what runs.
 *
 * @param <Q> the request message
 */
public final class Operation<Q extends MessageLite> {

    /** Runs an operation on a parsed request. */
    @FunctionalInterface
    public interface Body<Q> {
        ResponseBody run(Q request, Fault fault) throws ServiceException;
    }

    /** Runs an operation that faults do not change. */
    @FunctionalInterface
    public interface MessageBody<Q> {
        MessageLite run(Q request) throws ServiceException;
    }

    private final Parser<Q> parser;
    private final Function<Q, String> shardOf;
    private final Body<Q> body;

    Operation(Parser<Q> parser, Function<Q, String> shardOf, Body<Q> body) {
        this.parser = parser;
        this.shardOf = shardOf;
        this.body = body;
    }

    /**
     * Parses a request.
     *
     * @throws ServiceException OTSParameterInvalid if the bytes are not the operation's request
     */
    public Call parse(byte[] request) throws ServiceException {
        Q message;
        try {
            message = parser.parseFrom(request);
        } catch (InvalidProtocolBufferException e) {
            throw ServiceException.parameterInvalid("Failed to parse the ProtoBuf message.");
        }
        return new Call() {
            @Override
            public String shard() {
                return shardOf.apply(message);
            }

            @Override
            public ResponseBody run(Fault fault) throws ServiceException {
                return body.run(message, fault);
            }
        };
    }

    /** A parsed request, ready to run. */
    public interface Call {

        /** The shard that the request names, or null. */
        String shard();

        ResponseBody run(Fault fault) throws ServiceException;
    }
}
