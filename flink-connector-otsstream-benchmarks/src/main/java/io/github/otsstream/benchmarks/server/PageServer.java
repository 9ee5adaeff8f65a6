/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.benchmarks.server;

import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi.GetStreamRecordRequest;
import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi.GetStreamRecordResponse;
import com.aliyun.ots.thirdparty.com.google.protobuf.InvalidProtocolBufferException;
import io.github.otsstream.emulator.TablestoreEmulator;
import io.undertow.Undertow;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.PathHandler;
import io.undertow.server.handlers.proxy.LoadBalancingProxyClient;
import io.undertow.server.handlers.proxy.ProxyHandler;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.SameThreadExecutor;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Answers GetStreamRecord with pages that were encoded before, over and over, and has an emulator
 * answer everything else. Where a reader is fast, the emulator would be the limit, since it digests
 * each page that it serves, and its memory would be the limit of what can be read.
 *
 * <p>The pages are the emulator's own; only their iterators are replaced. Each shard has the same
 * pages. Answers are signed, requests are not checked.
 */
final class PageServer implements AutoCloseable {

    private static final String ITERATOR = "page-";

    /** One page that was encoded before, without what follows its records. */
    private static final class Page {
        private final ByteBuffer records;
        private final MessageDigest digest;

        private Page(byte[] encoded) throws GeneralSecurityException {
            // Outside the heap nothing is copied when it is sent.
            records = ByteBuffer.allocateDirect(encoded.length).put(encoded).flip();
            digest = MessageDigest.getInstance("MD5");
            digest.update(encoded);
        }
    }

    private final SecretKeySpec key;
    private final String accessKeyId;
    private final Undertow undertow;
    private final LongAdder calls = new LongAdder();
    private volatile List<Page> pages = List.of();
    private volatile long pagesOfShard;
    private volatile long latencyMillis;

    PageServer(TablestoreEmulator emulator) {
        accessKeyId = emulator.accessKeyId();
        key =
                new SecretKeySpec(
                        emulator.accessKeySecret().getBytes(StandardCharsets.UTF_8), "HmacSHA1");
        HttpHandler others =
                ProxyHandler.builder()
                        .setProxyClient(
                                new LoadBalancingProxyClient()
                                        .addHost(URI.create(emulator.endpoint())))
                        .build();
        undertow =
                Undertow.builder()
                        .addHttpListener(0, "127.0.0.1")
                        .setIoThreads(Runtime.getRuntime().availableProcessors())
                        .setWorkerThreads(2)
                        .setHandler(
                                new PathHandler(others)
                                        .addExactPath("/GetStreamRecord", this::receive))
                        .build();
        undertow.start();
    }

    String endpoint() {
        int port = ((InetSocketAddress) undertow.getListenerInfo().get(0).getAddress()).getPort();
        return "http://127.0.0.1:" + port;
    }

    /**
     * Sets what is served.
     *
     * @param ofShard after how many pages nothing more is in a shard
     */
    void pages(List<GetStreamRecordResponse> encoded, long ofShard)
            throws GeneralSecurityException {
        List<Page> all = new ArrayList<>();
        for (GetStreamRecordResponse page : encoded) {
            all.add(
                    new Page(
                            GetStreamRecordResponse.newBuilder()
                                    .addAllStreamRecords(page.getStreamRecordsList())
                                    .buildPartial()
                                    .toByteArray()));
        }
        pages = all;
        pagesOfShard = ofShard;
    }

    /** Sets for how long each answer is held back. */
    void latency(long millis) {
        latencyMillis = millis;
    }

    /** How many pages have been served, empty ones included. */
    long calls() {
        return calls.sum();
    }

    private void receive(HttpServerExchange exchange) {
        exchange.getRequestReceiver().receiveFullBytes(this::delay);
    }

    private void delay(HttpServerExchange exchange, byte[] body) {
        if (latencyMillis == 0) {
            answer(exchange, body);
            return;
        }
        exchange.dispatch(
                SameThreadExecutor.INSTANCE,
                () ->
                        exchange.getIoThread()
                                .executeAfter(
                                        () -> answer(exchange, body),
                                        latencyMillis,
                                        TimeUnit.MILLISECONDS));
    }

    private void answer(HttpServerExchange exchange, byte[] body) {
        try {
            long number = numberOf(GetStreamRecordRequest.parseFrom(body).getShardIterator());
            boolean there = number < pagesOfShard;
            byte[] rest =
                    GetStreamRecordResponse.newBuilder()
                            .setNextShardIterator(ITERATOR + (there ? number + 1 : number))
                            .setMayMoreRecord(there)
                            .buildPartial()
                            .toByteArray();
            calls.increment();
            if (there) {
                Page page = pages.get((int) (number % pages.size()));
                MessageDigest digest = (MessageDigest) page.digest.clone();
                send(
                        exchange,
                        digest.digest(rest),
                        page.records.duplicate(),
                        ByteBuffer.wrap(rest));
            } else {
                send(
                        exchange,
                        MessageDigest.getInstance("MD5").digest(rest),
                        ByteBuffer.wrap(rest));
            }
        } catch (InvalidProtocolBufferException
                | GeneralSecurityException
                | CloneNotSupportedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The page that an iterator stands for; the emulator's iterators stand for the first. */
    private static long numberOf(String iterator) {
        return iterator.startsWith(ITERATOR)
                ? Long.parseLong(iterator.substring(ITERATOR.length()))
                : 0;
    }

    private void send(HttpServerExchange exchange, byte[] md5, ByteBuffer... body)
            throws GeneralSecurityException {
        Map<String, String> headers = new TreeMap<>();
        headers.put("x-ots-contentmd5", Base64.getEncoder().encodeToString(md5));
        headers.put("x-ots-contenttype", "protocol buffer");
        headers.put("x-ots-requestid", UUID.randomUUID().toString());
        headers.put("x-ots-date", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
        StringBuilder text = new StringBuilder();
        headers.forEach(
                (name, value) -> {
                    text.append(name).append(':').append(value).append('\n');
                    exchange.getResponseHeaders().put(new HttpString(name), value);
                });
        Mac mac = Mac.getInstance("HmacSHA1");
        mac.init(key);
        byte[] signature =
                mac.doFinal(
                        text.append("/GetStreamRecord")
                                .toString()
                                .getBytes(StandardCharsets.UTF_8));
        exchange.getResponseHeaders()
                .put(
                        Headers.AUTHORIZATION,
                        "OTS " + accessKeyId + ':' + Base64.getEncoder().encodeToString(signature));
        long length = 0;
        for (ByteBuffer part : body) {
            length += part.remaining();
        }
        exchange.setResponseContentLength(length);
        exchange.getResponseSender().send(body);
    }

    @Override
    public void close() {
        undertow.stop();
    }
}
