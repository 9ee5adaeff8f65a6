/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.stream;

import com.alicloud.openservices.tablestore.SyncClientInterface;
import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi;
import com.alicloud.openservices.tablestore.model.BatchWriteRowRequest;
import com.alicloud.openservices.tablestore.model.ColumnValue;
import com.alicloud.openservices.tablestore.model.GetShardIteratorRequest;
import com.alicloud.openservices.tablestore.model.ListStreamRequest;
import com.alicloud.openservices.tablestore.model.PrimaryKeyType;
import com.alicloud.openservices.tablestore.model.RowPutChange;
import com.aliyun.ots.thirdparty.com.google.protobuf.CodedInputStream;
import com.aliyun.ots.thirdparty.com.google.protobuf.WireFormat;
import io.github.otsstream.emulator.SdkClients;
import io.github.otsstream.emulator.TablestoreEmulator;
import io.github.otsstream.emulator.TestTables;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Measures how many change records one core of the emulator serves in a second, over HTTP, with
 * signatures checked and bodies digested. Not a test: run its main method.
 *
 * <p>The client reads bytes and decodes nothing but the next iterator, so that it costs little; the
 * figure that counts is records per second of CPU time of the server's I/O threads.
 */
public final class PageServingMeasure {

    private static final int RECORDS = 200_000;
    private static final int SECONDS_PER_ROUND = 3;

    private PageServingMeasure() {}

    public static void main(String[] arguments) throws Exception {
        try (TablestoreEmulator emulator = TablestoreEmulator.builder().start()) {
            write(emulator);
            String oldest = oldest(emulator);
            for (int round = 1; round <= 4; round++) {
                measure(emulator, oldest, round);
            }
        }
    }

    private static void write(TablestoreEmulator emulator) {
        SyncClientInterface client = SdkClients.sync(emulator);
        TestTables.create(client, "t", PrimaryKeyType.STRING);
        long serverCpu = -serverCpuNanos();
        long begin = System.nanoTime();
        for (int i = 0; i < RECORDS; i += 200) {
            BatchWriteRowRequest batch = new BatchWriteRowRequest();
            for (int j = i; j < i + 200; j++) {
                RowPutChange put =
                        new RowPutChange("t", TestTables.key(String.format("key-%010d", j)));
                put.addColumn("amount", ColumnValue.fromLong(j));
                put.addColumn("text", ColumnValue.fromString("0123456789".repeat(4).substring(3)));
                put.addColumn("price", ColumnValue.fromDouble(j));
                batch.addRowChange(put);
            }
            client.batchWriteRow(batch);
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        serverCpu += serverCpuNanos();
        System.out.printf(
                "wrote %,.0f records a second, %,.0f records per CPU second of the server%n",
                RECORDS / seconds, RECORDS / (serverCpu / 1e9));
        client.shutdown();
    }

    private static String oldest(TablestoreEmulator emulator) {
        SyncClientInterface client = SdkClients.sync(emulator);
        String stream =
                client.listStream(new ListStreamRequest("t")).getStreams().get(0).getStreamId();
        String shard = emulator.control().shards("t").get(0).shardId();
        String iterator =
                client.getShardIterator(new GetShardIteratorRequest(stream, shard))
                        .getShardIterator();
        client.shutdown();
        return iterator;
    }

    private static void measure(TablestoreEmulator emulator, String oldest, int round)
            throws Exception {
        long serverCpu = -serverCpuNanos();
        long begin = System.nanoTime();
        long end = begin + SECONDS_PER_ROUND * 1_000_000_000L;
        long bytes = 0;
        long passes = 0;
        long pages = 0;
        try (Socket socket = new Socket("127.0.0.1", emulator.port())) {
            socket.setTcpNoDelay(true);
            Connection connection = new Connection(socket);
            while (System.nanoTime() < end) {
                String iterator = oldest;
                byte[] page;
                do {
                    page = connection.read(iterator);
                    bytes += page.length;
                    pages++;
                    iterator = nextIterator(page);
                } while (page.length > 1_000);
                passes++;
            }
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        serverCpu += serverCpuNanos();
        double records = (double) passes * RECORDS;
        System.out.printf(
                "round %d: %,.0f records of %.0f bytes a second (%,d pages), "
                        + "%,.0f records per CPU second of the server%n",
                round, records / seconds, bytes / records, pages, records / (serverCpu / 1e9));
    }

    private static long serverCpuNanos() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        return Stream.of(threads.getThreadInfo(threads.getAllThreadIds()))
                .filter(thread -> thread != null && thread.getThreadName().contains("XNIO"))
                .mapToLong(thread -> threads.getThreadCpuTime(thread.getThreadId()))
                .sum();
    }

    /** The iterator field of an answer, found without decoding the records. */
    private static String nextIterator(byte[] page) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(page);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (WireFormat.getTagFieldNumber(tag) == 2) {
                return in.readString();
            }
            in.skipField(tag);
        }
        throw new IOException("The shard has ended");
    }

    /** A keep-alive connection that signs as the official client does. */
    private static final class Connection {
        private final OutputStream out;
        private final DataInputStream in;

        Connection(Socket socket) throws IOException {
            out = socket.getOutputStream();
            in =
                    new DataInputStream(
                            new java.io.BufferedInputStream(socket.getInputStream(), 65_536));
        }

        byte[] read(String iterator) throws Exception {
            byte[] body =
                    OtsInternalApi.GetStreamRecordRequest.newBuilder()
                            .setShardIterator(iterator)
                            .build()
                            .toByteArray();
            Map<String, String> headers = new TreeMap<>();
            headers.put("x-ots-apiversion", "2015-12-31");
            headers.put("x-ots-accesskeyid", "emulator");
            headers.put("x-ots-instancename", "emulator");
            headers.put("x-ots-date", Instant.now().toString());
            headers.put(
                    "x-ots-contentmd5",
                    Base64.getEncoder()
                            .encodeToString(MessageDigest.getInstance("MD5").digest(body)));
            StringBuilder text = new StringBuilder("/GetStreamRecord\nPOST\n\n");
            StringBuilder head =
                    new StringBuilder("POST /GetStreamRecord HTTP/1.1\r\nHost: x\r\n")
                            .append("Content-Length: " + body.length + "\r\n");
            headers.forEach(
                    (name, value) -> {
                        text.append(name).append(':').append(value).append('\n');
                        head.append(name).append(": ").append(value).append("\r\n");
                    });
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(
                    new SecretKeySpec(
                            "emulator-secret".getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
            head.append("x-ots-signature: ")
                    .append(
                            Base64.getEncoder()
                                    .encodeToString(
                                            mac.doFinal(
                                                    text.toString()
                                                            .getBytes(StandardCharsets.UTF_8))))
                    .append("\r\n\r\n");
            byte[] request = head.toString().getBytes(StandardCharsets.ISO_8859_1);
            int headLength = request.length;
            request = Arrays.copyOf(request, headLength + body.length);
            System.arraycopy(body, 0, request, headLength, body.length);
            out.write(request);
            return readAnswer();
        }

        private byte[] readAnswer() throws IOException {
            int length = -1;
            for (String line = readLine(); !line.isEmpty(); line = readLine()) {
                if (line.regionMatches(true, 0, "content-length:", 0, 15)) {
                    length = Integer.parseInt(line.substring(15).trim());
                }
            }
            byte[] body = new byte[length];
            in.readFully(body);
            return body;
        }

        private String readLine() throws IOException {
            StringBuilder line = new StringBuilder();
            for (int c = in.read(); c != '\n'; c = in.read()) {
                if (c < 0) {
                    throw new IOException("Connection closed");
                }
                if (c != '\r') {
                    line.append((char) c);
                }
            }
            return line.toString();
        }
    }
}
