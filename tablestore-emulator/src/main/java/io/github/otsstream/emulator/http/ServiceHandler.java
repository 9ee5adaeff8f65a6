/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.http;

import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi;
import io.github.otsstream.emulator.EmulatorClock;
import io.github.otsstream.emulator.ServiceException;
import io.github.otsstream.emulator.fault.Fault;
import io.github.otsstream.emulator.fault.FaultInjector;
import io.github.otsstream.emulator.operation.Operation;
import io.github.otsstream.emulator.operation.OperationRegistry;
import io.github.otsstream.emulator.operation.ResponseBody;
import io.undertow.io.Receiver;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderValues;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import io.undertow.util.SameThreadExecutor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.IoUtils;
import org.xnio.channels.StreamSinkChannel;

/**
 * The service's HTTP face: takes a request's body, authenticates, decompresses, parses, runs the
 * operation, and answers signed; in between lets the fault plan have its way.
 *
 * <p>Everything runs on the server's I/O threads: operations work on memory only, and a delay is a
 * timer. Whatever comes in, an answer or a closed connection goes out, and the server goes on.
 */
public final class ServiceHandler implements HttpHandler {

    private static final Logger LOG = LoggerFactory.getLogger(ServiceHandler.class);

    /** Above the largest request that the operations' own limits allow. */
    private static final int MAX_BODY_BYTES = 8 * 1024 * 1024;

    /** Where requests are counted whose operation does not exist, since names may be anything. */
    private static final String UNSUPPORTED = "(unsupported)";

    private final OperationRegistry registry;
    private final RequestAuthenticator authenticator;
    private final FaultInjector faults;
    private final EmulatorClock clock;
    private final RequestCounters counters;

    ServiceHandler(
            OperationRegistry registry,
            RequestAuthenticator authenticator,
            FaultInjector faults,
            EmulatorClock clock,
            RequestCounters counters) {
        this.registry = registry;
        this.authenticator = authenticator;
        this.faults = faults;
        this.clock = clock;
        this.counters = counters;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) {
        Request request = new Request(exchange);
        if (!exchange.getRequestMethod().equals(Methods.POST)) {
            counters.request(UNSUPPORTED, 0);
            request.answer(
                    new ServiceException(
                            405,
                            "OTSMethodNotAllowed",
                            "Only POST method for requests is supported."));
            return;
        }
        Receiver receiver = exchange.getRequestReceiver();
        receiver.setMaxBufferSize(MAX_BODY_BYTES);
        receiver.receiveFullBytes(
                (any, body) -> request.received(body), (any, error) -> request.broken(error));
    }

    /** One request on its way through the service. Used by one thread at a time. */
    private final class Request {

        private final HttpServerExchange exchange;
        private final String operationName;
        private final SortedMap<String, String> headers = new TreeMap<>();
        private String countedName = UNSUPPORTED;
        private RequestAuthenticator.Signer signer;

        /** Not after what the operation saw: an answer says that it holds all up to this time. */
        private Instant time = clock.instant();

        Request(HttpServerExchange exchange) {
            this.exchange = exchange;
            this.operationName = exchange.getRequestPath().substring(1);
            for (HeaderValues values : exchange.getRequestHeaders()) {
                String name = values.getHeaderName().toString().toLowerCase(Locale.ROOT);
                if (name.startsWith(OtsHeaders.PREFIX)) {
                    headers.put(name, values.getFirst().trim());
                }
            }
        }

        void received(byte[] body) {
            guard(
                    () -> {
                        Operation<?> operation = find(body.length);
                        signer = authenticator.signerOf(headers);
                        authenticator.check(operationName, headers, body, signer);
                        Operation.Call call = parse(operation, body);
                        start(call, faults.next(operationName, call.shard()));
                    });
        }

        private Operation<?> find(int bodyBytes) throws ServiceException {
            try {
                Operation<?> operation = registry.get(operationName);
                countedName = operationName;
                return operation;
            } finally {
                counters.request(countedName, bodyBytes);
            }
        }

        private Operation.Call parse(Operation<?> operation, byte[] body) throws ServiceException {
            try {
                String compression = headers.get(OtsHeaders.REQUEST_COMPRESS_TYPE);
                if (compression == null) {
                    return operation.parse(body);
                }
                if (!compression.equalsIgnoreCase(BodyCodec.DEFLATE)) {
                    throw ServiceException.parameterInvalid(
                            "Unsupported compress type: " + compression + ".");
                }
                return operation.parse(
                        BodyCodec.inflate(
                                body,
                                headers.get(OtsHeaders.REQUEST_COMPRESS_SIZE),
                                MAX_BODY_BYTES));
            } catch (ServiceException e) {
                LOG.warn(
                        "Malformed {} request of {} bytes from {}: {}",
                        operationName,
                        body.length,
                        exchange.getSourceAddress(),
                        e.getMessage());
                throw e;
            }
        }

        private void start(Operation.Call call, Fault fault) {
            if (fault.latencyMillis() == 0) {
                run(call, fault);
                return;
            }
            exchange.dispatch(
                    SameThreadExecutor.INSTANCE,
                    () ->
                            exchange.getIoThread()
                                    .executeAfter(
                                            () -> run(call, fault),
                                            fault.latencyMillis(),
                                            TimeUnit.MILLISECONDS));
        }

        private void run(Operation.Call call, Fault fault) {
            guard(
                    () -> {
                        clock.advance(fault.clockStep());
                        if (fault.dropBefore()) {
                            close();
                            return;
                        }
                        if (fault.error() != null) {
                            throw fault.error();
                        }
                        time = clock.instant();
                        ResponseBody body = call.run(fault);
                        if (fault.dropAfter()) {
                            close();
                            return;
                        }
                        answer(200, body, fault);
                    });
        }

        /** Turns what goes wrong into an answer. */
        private void guard(Step step) {
            try {
                step.run();
            } catch (ServiceException e) {
                answer(e);
            } catch (RuntimeException | StackOverflowError e) {
                LOG.error("{} failed unexpectedly", operationName, e);
                answer(
                        new ServiceException(
                                500, "OTSInternalServerError", "Internal server error."));
            }
        }

        void broken(IOException error) {
            counters.request(UNSUPPORTED, 0);
            LOG.warn(
                    "Could not read the body of a {} request from {}: {}",
                    operationName,
                    exchange.getSourceAddress(),
                    error.toString());
            exchange.setPersistent(false);
            answer(
                    error instanceof Receiver.RequestToLargeException
                            ? BodyCodec.tooLarge()
                            : ServiceException.parameterInvalid(
                                    "Failed to read the request body."));
        }

        void answer(ServiceException error) {
            LOG.debug("{} answers {}: {}", operationName, error.code(), error.getMessage());
            counters.error(countedName, error.code());
            OtsInternalApi.Error message =
                    OtsInternalApi.Error.newBuilder()
                            .setCode(error.code())
                            .setMessage(error.getMessage())
                            .build();
            answer(error.status(), ResponseBody.of(message), Fault.NONE);
        }

        private void answer(int status, ResponseBody body, Fault fault) {
            SortedMap<String, String> answered = new TreeMap<>();
            answered.put(OtsHeaders.CONTENT_MD5, BodyCodec.md5(body));
            answered.put(OtsHeaders.CONTENT_TYPE, "protocol buffer");
            answered.put(OtsHeaders.REQUEST_ID, UUID.randomUUID().toString());
            answered.put(OtsHeaders.DATE, time.truncatedTo(ChronoUnit.MILLIS).toString());
            ResponseBody sent = body;
            if (body.length() > 0
                    && BodyCodec.DEFLATE.equalsIgnoreCase(
                            headers.get(OtsHeaders.RESPONSE_COMPRESS_TYPE))) {
                answered.put(OtsHeaders.RESPONSE_COMPRESS_TYPE, BodyCodec.DEFLATE);
                answered.put(OtsHeaders.RESPONSE_COMPRESS_SIZE, Integer.toString(body.length()));
                sent = ResponseBody.of(BodyCodec.deflate(body));
            }
            exchange.setStatusCode(status);
            for (Map.Entry<String, String> header : answered.entrySet()) {
                exchange.getResponseHeaders()
                        .put(HttpString.tryFromString(header.getKey()), header.getValue());
            }
            if (signer != null) {
                exchange.getResponseHeaders()
                        .put(
                                OtsHeaders.AUTHORIZATION,
                                "OTS "
                                        + signer.accessKeyId
                                        + ':'
                                        + Signatures.response(operationName, answered, signer.key));
            }
            send(sent, fault);
        }

        private void send(ResponseBody body, Fault fault) {
            counters.answer(countedName, body.length());
            exchange.setResponseContentLength(body.length());
            if (fault.truncated()) {
                sendHalf(body);
            } else if (body.length() == 0) {
                exchange.endExchange();
            } else if (fault.corrupted()) {
                exchange.getResponseSender().send(ByteBuffer.wrap(corrupted(body)));
            } else {
                exchange.getResponseSender().send(body.parts());
            }
        }

        private byte[] corrupted(ResponseBody body) {
            byte[] bytes = body.toByteArray();
            bytes[bytes.length / 2] ^= 0x55;
            return bytes;
        }

        private void sendHalf(ResponseBody body) {
            StreamSinkChannel channel = exchange.getResponseChannel();
            try {
                channel.write(ByteBuffer.wrap(body.toByteArray(), 0, body.length() / 2));
                channel.flush();
            } catch (IOException e) {
                LOG.debug("The client went away before its answer was cut", e);
            }
            close();
        }

        private void close() {
            IoUtils.safeClose(exchange.getConnection());
        }
    }

    /** A part of a request's way that may end in an error answer. */
    private interface Step {
        void run() throws ServiceException;
    }
}
