/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.aliyun.ots.thirdparty.org.apache.http.ContentTooLongException;
import com.aliyun.ots.thirdparty.org.apache.http.nio.ContentDecoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;

/** Bodies of all sizes, announced rightly, wrongly, and not at all. */
class BodyBufferTest {

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        // Half of it compresses.
        Arrays.fill(bytes, 0, length / 2, (byte) 7);
        return bytes;
    }

    private static byte[] deflated(byte[] bytes) throws IOException {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflater = new DeflaterOutputStream(output)) {
            deflater.write(bytes);
        }
        return output.toByteArray();
    }

    private static BodyBuffer filled(long announced, byte[] content) throws IOException {
        BodyBuffer buffer = new BodyBuffer(announced);
        Chunks chunks = new Chunks(content);
        while (!chunks.isCompleted()) {
            buffer.consume(chunks);
            chunks.blocked = false;
        }
        return buffer;
    }

    private static byte[] contentOf(BodyBuffer buffer) {
        return Arrays.copyOf(buffer.bytes(), buffer.length());
    }

    @Test
    void keepsWhatComes() throws Exception {
        for (int size : new int[] {0, 1, 100, 16 << 10, (16 << 10) + 1, 100_000, 9 << 20}) {
            byte[] content = bytes(size);

            assertThat(contentOf(filled(size, content))).isEqualTo(content);
            assertThat(contentOf(filled(-1, content))).isEqualTo(content);
            assertThat(contentOf(filled(size / 2, content))).isEqualTo(content);
        }
    }

    @Test
    void hasOneArrayOfTheAnnouncedSize() throws Exception {
        assertThat(filled(100_000, bytes(100_000)).bytes()).hasSize(100_000);
    }

    @Test
    void believesALargeSizeOnlyWhenItHasCome() throws Exception {
        assertThat(filled(BodyBuffer.MAX_SIZE, bytes(100)).bytes()).hasSize(8 << 20);
        assertThatThrownBy(() -> new BodyBuffer(BodyBuffer.MAX_SIZE + 1L))
                .isInstanceOf(ContentTooLongException.class);
    }

    @Test
    void inflates() throws Exception {
        for (int size : new int[] {0, 1, 100, 100_000, 9 << 20}) {
            byte[] content = bytes(size);
            byte[] deflated = deflated(content);

            assertThat(contentOf(filled(deflated.length, deflated).inflate(size)))
                    .isEqualTo(content);
        }
    }

    @Test
    void refusesToInflateWhatIsNotWholeOrNotTrue() throws Exception {
        byte[] deflated = deflated(bytes(1000));
        BodyBuffer whole = filled(-1, deflated);

        assertThatThrownBy(() -> whole.inflate(999))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("999");
        assertThatThrownBy(() -> whole.inflate(1001))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("1001");
        BodyBuffer half = filled(-1, Arrays.copyOf(deflated, deflated.length / 2));
        assertThatThrownBy(() -> half.inflate(1000))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("incomplete");
        BodyBuffer wrong = filled(-1, bytes(50));
        assertThatThrownBy(() -> wrong.inflate(1000))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("damaged");
    }

    /**
     * Gives content in pieces of up to 10,000 bytes, and after every third piece has nothing for
     * the moment.
     */
    private static final class Chunks implements ContentDecoder {

        private final ByteBuffer content;
        private int pieces;
        private boolean blocked;

        Chunks(byte[] content) {
            this.content = ByteBuffer.wrap(content);
        }

        @Override
        public int read(ByteBuffer target) {
            if (blocked || ++pieces % 3 == 0) {
                blocked = true;
                return 0;
            }
            int length = Math.min(10_000, Math.min(target.remaining(), content.remaining()));
            target.put(content.array(), content.position(), length);
            content.position(content.position() + length);
            return length;
        }

        @Override
        public boolean isCompleted() {
            return !content.hasRemaining();
        }
    }
}
