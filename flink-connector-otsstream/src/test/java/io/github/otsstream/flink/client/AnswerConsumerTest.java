/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi;
import com.aliyun.ots.thirdparty.org.apache.http.ConnectionClosedException;
import com.aliyun.ots.thirdparty.org.apache.http.HttpResponse;
import com.aliyun.ots.thirdparty.org.apache.http.HttpVersion;
import com.aliyun.ots.thirdparty.org.apache.http.entity.BasicHttpEntity;
import com.aliyun.ots.thirdparty.org.apache.http.message.BasicHttpResponse;
import com.aliyun.ots.thirdparty.org.apache.http.nio.ContentDecoder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * What becomes of an answer that can't be taken in, or that nobody waits for any more. The HTTP
 * client's calls are made as it makes them, also in the order that it does not mean to.
 */
class AnswerConsumerTest {

    private static final byte[] BODY = new byte[100_000];
    private static final IOException GIVEN_UP = new IOException("given up");

    private static AnswerConsumer<Integer> consumer(ServiceCall.AnswerReader<Integer> reader) {
        return new AnswerConsumer<>(call(reader), new AnswerChecks(false, true));
    }

    private static ServiceCall<Integer> call(ServiceCall.AnswerReader<Integer> reader) {
        return new ServiceCall<>(
                Operation.GET_STREAM_RECORD,
                Target.shardOfTable("orders", "shard-1"),
                OtsInternalApi.ListStreamRequest.getDefaultInstance(),
                OtsCredentials.of("key-id", "secret"),
                reader);
    }

    private static HttpResponse response() throws Exception {
        HttpResponse response = new BasicHttpResponse(HttpVersion.HTTP_1_1, 200, "OK");
        byte[] md5 = MessageDigest.getInstance("MD5").digest(BODY);
        response.addHeader("x-ots-contentmd5", Base64.getEncoder().encodeToString(md5));
        BasicHttpEntity entity = new BasicHttpEntity();
        entity.setContentLength(BODY.length);
        response.setEntity(entity);
        return response;
    }

    @Test
    void readsAnAnswer() throws Exception {
        AnswerConsumer<Integer> consumer = consumer(Answer::length);
        consumer.responseReceived(response());
        Content content = new Content();
        while (!content.isCompleted()) {
            consumer.consumeContent(content, null);
        }
        consumer.responseCompleted(null);

        assertThat(consumer.getException()).isNull();
        assertThat(consumer.getResult()).contains(BODY.length);
    }

    @Test
    void anErrorFailsTheCallForGoodAndDoesNotReachTheHttpClient() throws Exception {
        AnswerConsumer<Integer> consumer =
                consumer(
                        answer -> {
                            throw new OutOfMemoryError("Java heap space");
                        });
        consumer.responseReceived(response());
        Content content = new Content();
        while (!content.isCompleted()) {
            consumer.consumeContent(content, null);
        }
        consumer.responseCompleted(null);

        assertThat(consumer.getException())
                .isInstanceOf(OtsStreamException.class)
                .hasMessageContaining("GetStreamRecord of table 'orders', shard 'shard-1'")
                .hasMessageContaining("OutOfMemoryError: Java heap space")
                .hasMessageContaining("more heap")
                .hasCauseInstanceOf(OutOfMemoryError.class);
        assertThat(((OtsStreamException) consumer.getException()).getKind())
                .isEqualTo(OtsStreamException.Kind.FATAL);
    }

    @Test
    void anErrorWhileTheBodyComesIsOneThatTheHttpClientTellsTheCall() throws Exception {
        AnswerConsumer<Integer> consumer = consumer(Answer::length);
        consumer.responseReceived(response());
        ContentDecoder failing =
                new Content() {
                    @Override
                    public int read(ByteBuffer target) {
                        throw new OutOfMemoryError("Java heap space");
                    }
                };

        assertThatThrownBy(() -> consumer.consumeContent(failing, null))
                .isInstanceOf(IOException.class)
                .hasCauseInstanceOf(OutOfMemoryError.class);
    }

    @Test
    void dropsWhatComesAfterTheCallWasGivenUp() throws Exception {
        for (int before = 0; before < 3; before++) {
            AnswerConsumer<Integer> consumer = consumer(Answer::length);
            Content content = new Content();
            if (before == 0) {
                consumer.failed(GIVEN_UP);
            }
            consumer.responseReceived(response());
            if (before == 1) {
                consumer.failed(GIVEN_UP);
            }
            consumer.consumeContent(content, null);
            if (before == 2) {
                consumer.failed(GIVEN_UP);
            }
            while (!content.isCompleted()) {
                consumer.consumeContent(content, null);
            }
            consumer.responseCompleted(null);
            consumer.close();

            assertThat(consumer.getException()).isSameAs(GIVEN_UP);
            assertThat(consumer.getResult()).isNull();
        }
    }

    @Test
    void keepsAnAnswerThatIsWholeWhenTheCallIsGivenUp() throws Exception {
        AnswerConsumer<Integer> consumer = consumer(Answer::length);
        consumer.responseReceived(response());
        Content content = new Content();
        while (!content.isCompleted()) {
            consumer.consumeContent(content, null);
        }
        consumer.responseCompleted(null);
        consumer.failed(GIVEN_UP);
        consumer.cancel();
        consumer.close();

        assertThat(consumer.getException()).isNull();
        assertThat(consumer.getResult()).contains(BODY.length);
    }

    /** The HTTP client can take a connection for closed whose answer is in. */
    @Test
    void anAnswerThatIsWholeCountsThoughItsConnectionIsSaidToBeClosed() throws Exception {
        ServiceHttp http =
                new ServiceHttp(
                        OtsConnection.builder()
                                .endpoint("http://localhost:1")
                                .instanceName("instance")
                                .credentials("key-id", "secret")
                                .build(),
                        "test-http",
                        1,
                        1);
        for (boolean refused : new boolean[] {false, true}) {
            ServiceCall<Integer> call =
                    call(
                            answer -> {
                                if (refused) {
                                    throw new IOException("unreadable");
                                }
                                return answer.length();
                            });
            AnswerConsumer<Integer> consumer =
                    new AnswerConsumer<>(call, new AnswerChecks(false, true));
            consumer.responseReceived(response());
            Content content = new Content();
            while (!content.isCompleted()) {
                consumer.consumeContent(content, null);
            }
            consumer.responseCompleted(null);
            CompletableFuture<Integer> result = new CompletableFuture<>();
            http.new Completion<>(call, consumer, result)
                    .failed(new ConnectionClosedException("Connection closed"));

            if (refused) {
                assertThat(result)
                        .isCompletedExceptionally()
                        .failsWithin(Duration.ZERO)
                        .withThrowableThat()
                        .havingCause()
                        .withMessageContaining("unreadable");
            } else {
                assertThat(result).isCompletedWithValue(BODY.length);
            }
        }
        http.close();
    }

    @Test
    void isEitherReadOrGivenUpWhenBothHappenAtOnce() throws Exception {
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            for (int i = 0; i < 1_000; i++) {
                AnswerConsumer<Integer> consumer = consumer(Answer::length);
                CyclicBarrier together = new CyclicBarrier(2);
                Future<?> givingUp =
                        other.submit(
                                () -> {
                                    together.await();
                                    consumer.failed(GIVEN_UP);
                                    consumer.close();
                                    return null;
                                });
                HttpResponse response = response();
                Content content = new Content();
                together.await();
                consumer.responseReceived(response);
                while (!content.isCompleted()) {
                    consumer.consumeContent(content, null);
                }
                consumer.responseCompleted(null);
                givingUp.get();

                assertThat(consumer.isDone()).isTrue();
                if (consumer.getException() == null) {
                    assertThat(consumer.getResult()).contains(BODY.length);
                } else {
                    assertThat(consumer.getException()).isSameAs(GIVEN_UP);
                    assertThat(consumer.getResult()).isNull();
                }
            }
        } finally {
            other.shutdownNow();
        }
    }

    /** The body, of which some is there at a time. */
    private static class Content implements ContentDecoder {

        private final ByteBuffer body = ByteBuffer.wrap(Arrays.copyOf(BODY, BODY.length));
        private boolean empty = true;

        @Override
        public int read(ByteBuffer target) throws IOException {
            empty = !empty;
            if (empty) {
                return 0;
            }
            int length = Math.min(10_000, Math.min(target.remaining(), body.remaining()));
            target.put(body.array(), body.position(), length);
            body.position(body.position() + length);
            return length;
        }

        @Override
        public boolean isCompleted() {
            return !body.hasRemaining();
        }
    }
}
