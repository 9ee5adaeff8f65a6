/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.alicloud.openservices.tablestore.SyncClientInterface;
import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi;
import com.alicloud.openservices.tablestore.model.PrimaryKeyType;
import io.github.otsstream.emulator.SdkClients;
import io.github.otsstream.emulator.TablestoreEmulator;
import io.github.otsstream.emulator.TestTables;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.TreeMap;
import java.util.zip.Deflater;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What no official client would send, over a plain socket. After each test the server must still
 * serve an official one.
 */
class ProtocolTest {

    private static TablestoreEmulator emulator;

    private final TreeMap<String, String> headers = new TreeMap<>();

    @BeforeAll
    static void start() {
        emulator = TablestoreEmulator.builder().start();
        SyncClientInterface client = SdkClients.sync(emulator);
        TestTables.create(client, "orders", PrimaryKeyType.STRING);
        client.shutdown();
    }

    @AfterAll
    static void stop() {
        emulator.close();
    }

    @BeforeEach
    void prepareHeaders() {
        headers.put("x-ots-apiversion", "2015-12-31");
        headers.put("x-ots-accesskeyid", "emulator");
        headers.put("x-ots-instancename", "emulator");
        headers.put("x-ots-date", Instant.now().toString());
    }

    @AfterEach
    void theServerGoesOn() {
        SyncClientInterface client = SdkClients.sync(emulator);
        assertThat(client.listTable().getTableNames()).containsExactly("orders");
        client.shutdown();
    }

    @Test
    void servesASignedRequest() throws Exception {
        Answer answer = post("ListTable", new byte[0]);

        assertThat(answer.status).isEqualTo(200);
        assertThat(answer.head)
                .contains("x-ots-contentmd5:", "x-ots-requestid:", "x-ots-date:")
                .contains("x-ots-contenttype: protocol buffer")
                .contains("Authorization: OTS emulator:");
        assertThat(OtsInternalApi.ListTableResponse.parseFrom(answer.body).getTableNamesList())
                .containsExactly("orders");
    }

    /** A table's status, which SDKs of version 4 require and today's protocol does not know. */
    @Test
    void describesATableToOldClientsToo() throws Exception {
        Answer answer =
                post(
                        "DescribeTable",
                        OtsInternalApi.DescribeTableRequest.newBuilder()
                                .setTableName("orders")
                                .build()
                                .toByteArray());

        assertThat(
                        OtsInternalApi.DescribeTableResponse.parseFrom(answer.body)
                                .getUnknownFields()
                                .getField(4)
                                .getVarintList())
                .containsExactly(1L);
    }

    @Test
    void refusesABodyThatIsNoMessage() throws Exception {
        byte[] noise = new byte[300];
        Arrays.fill(noise, (byte) 0xff);

        assertError(
                post("PutRow", noise),
                400,
                "OTSParameterInvalid",
                "Failed to parse the ProtoBuf message.");
        assertError(
                post("PutRow", new byte[0]),
                400,
                "OTSParameterInvalid",
                "Failed to parse the ProtoBuf message.");
    }

    @Test
    void refusesARowThatIsNoPlainBuffer() throws Exception {
        OtsInternalApi.PutRowRequest request =
                OtsInternalApi.PutRowRequest.newBuilder()
                        .setTableName("orders")
                        .setCondition(
                                OtsInternalApi.Condition.newBuilder()
                                        .setRowExistence(
                                                OtsInternalApi.RowExistenceExpectation.IGNORE))
                        .setRow(
                                com.aliyun.ots.thirdparty.com.google.protobuf.ByteString.copyFrom(
                                        new byte[] {0x75, 0, 0, 0, 1, 3, 4, -1, -1, -1, 127}))
                        .build();

        Answer answer = post("PutRow", request.toByteArray());

        assertThat(answer.status).isEqualTo(400);
        assertThat(answer.error().getCode()).isEqualTo("OTSParameterInvalid");
    }

    @Test
    void namesAnUnsupportedOperation() throws Exception {
        assertError(
                post("Search", new byte[] {1}),
                400,
                "OTSUnsupportOperation",
                "Unsupported operation: 'Search'.");
        assertError(
                post("", new byte[0]), 400, "OTSUnsupportOperation", "Unsupported operation: ''.");
        assertError(
                post("a/b%20c", new byte[0]),
                400,
                "OTSUnsupportOperation",
                "Unsupported operation: 'a/b c'.");
    }

    @Test
    void takesPostOnly() throws Exception {
        for (String method : new String[] {"GET", "PUT", "DELETE", "OPTIONS"}) {
            Answer answer = send(method + " / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            assertError(
                    answer,
                    405,
                    "OTSMethodNotAllowed",
                    "Only POST method for requests is supported.");
        }
    }

    @Test
    void namesAMissingHeader() throws Exception {
        for (String name :
                new String[] {
                    "x-ots-apiversion", "x-ots-accesskeyid", "x-ots-instancename", "x-ots-date"
                }) {
            prepareHeaders();
            headers.remove(name);
            assertError(
                    post("ListTable", new byte[0]),
                    400,
                    "OTSParameterInvalid",
                    "Missing header: '" + name + "'.");
        }
    }

    @Test
    void checksTheDate() throws Exception {
        headers.put("x-ots-date", "yesterday");
        assertError(
                post("ListTable", new byte[0]),
                400,
                "OTSParameterInvalid",
                "Invalid date format: yesterday.");

        String old = Instant.now().minusSeconds(16 * 60).toString();
        headers.put("x-ots-date", old);
        assertError(
                post("ListTable", new byte[0]),
                403,
                "OTSAuthFailed",
                "Mismatch between system time and x-ots-date: " + old + ".");

        headers.put(
                "x-ots-date",
                java.time.format.DateTimeFormatter.RFC_1123_DATE_TIME.format(
                        Instant.now().atOffset(java.time.ZoneOffset.UTC)));
        assertThat(post("ListTable", new byte[0]).status).isEqualTo(200);
    }

    @Test
    void checksTheApiVersion() throws Exception {
        headers.put("x-ots-apiversion", "2014-08-08");
        assertThat(post("ListTable", new byte[0]).error().getCode())
                .isEqualTo("OTSParameterInvalid");
    }

    @Test
    void checksTheBodysDigest() throws Exception {
        Answer answer = post("ListTable", new byte[] {1, 2, 3}, new byte[] {1, 2, 4});
        assertError(
                answer,
                403,
                "OTSAuthFailed",
                "Mismatch between MD5 value of request body and x-ots-contentmd5 in header.");
    }

    @Test
    void checksACompressedBody() throws Exception {
        byte[] message =
                OtsInternalApi.DescribeTableRequest.newBuilder()
                        .setTableName("orders")
                        .build()
                        .toByteArray();
        headers.put("x-ots-request-compress-type", "deflate");
        headers.put("x-ots-request-compress-size", Integer.toString(message.length));
        assertThat(post("DescribeTable", deflate(message)).status).isEqualTo(200);

        byte[] cut = Arrays.copyOf(deflate(message), 6);
        for (byte[] body : new byte[][] {message, new byte[0], cut}) {
            assertError(
                    post("DescribeTable", body),
                    400,
                    "OTSParameterInvalid",
                    "Failed to decompress the request body.");
        }
        for (String size : new String[] {"1", "100"}) {
            headers.put("x-ots-request-compress-size", size);
            assertThat(post("DescribeTable", deflate(message)).error().getCode())
                    .isEqualTo("OTSParameterInvalid");
        }
        headers.put("x-ots-request-compress-size", "-1");
        assertThat(post("DescribeTable", deflate(message)).status).isEqualTo(400);
        headers.put("x-ots-request-compress-size", "2000000000");
        assertThat(post("DescribeTable", deflate(message)).status).isEqualTo(413);
        headers.put("x-ots-request-compress-type", "gzip");
        assertThat(post("DescribeTable", deflate(message)).status).isEqualTo(400);
    }

    @Test
    void refusesAnOversizedBody() throws Exception {
        byte[] large = new byte[9 * 1024 * 1024];

        Answer answer = post("PutRow", large);

        assertError(answer, 413, "OTSRequestBodyTooLarge", "The size of POST data is too large.");
    }

    @Test
    void refusesAnOversizedChunkedBody() throws Exception {
        try (Socket socket = connect()) {
            socket.getOutputStream()
                    .write(
                            ascii(
                                    "POST /PutRow HTTP/1.1\r\nHost: x\r\n"
                                            + "Transfer-Encoding: chunked\r\n\r\n"));
            byte[] chunk = new byte[1024 * 1024];
            try {
                for (int i = 0; i < 10; i++) {
                    socket.getOutputStream().write(ascii("100000\r\n"));
                    socket.getOutputStream().write(chunk);
                    socket.getOutputStream().write(ascii("\r\n"));
                }
                socket.getOutputStream().write(ascii("0\r\n\r\n"));
            } catch (SocketException e) {
                // The server may have given up on the body already; its answer is what counts.
            }
            assertThat(read(socket).status).isEqualTo(413);
        }
    }

    @Test
    void survivesAClientThatGoesAwayInTheMiddle() throws Exception {
        try (Socket socket = connect()) {
            socket.getOutputStream()
                    .write(
                            ascii(
                                    "POST /PutRow HTTP/1.1\r\nHost: x\r\n"
                                            + "Content-Length: 1000\r\n\r\nshort"));
            socket.shutdownOutput();
            // Either nothing or an error answer, but no hang.
            socket.getInputStream().readAllBytes();
        }
    }

    @Test
    void survivesWhatIsNotHttp() throws Exception {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(new byte[] {0, 1, 2, 3, 13, 10, 13, 10});
            socket.shutdownOutput();
            socket.getInputStream().readAllBytes();
        }
    }

    private Answer post(String operation, byte[] body) throws Exception {
        return post(operation, body, body);
    }

    /** Signs for one body and sends another. */
    private Answer post(String operation, byte[] signedBody, byte[] sentBody) throws Exception {
        headers.remove("x-ots-signature");
        headers.put(
                "x-ots-contentmd5",
                Base64.getEncoder()
                        .encodeToString(MessageDigest.getInstance("MD5").digest(signedBody)));
        headers.put("x-ots-signature", Signatures.requestV2(operation, headers, "emulator-secret"));
        StringBuilder head =
                new StringBuilder("POST /" + operation + " HTTP/1.1\r\nHost: x\r\n")
                        .append("Connection: close\r\n")
                        .append("Content-Length: " + sentBody.length + "\r\n");
        headers.forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
        try (Socket socket = connect()) {
            socket.getOutputStream().write(ascii(head.append("\r\n").toString()));
            try {
                socket.getOutputStream().write(sentBody);
            } catch (SocketException e) {
                // As above.
            }
            return read(socket);
        }
    }

    private static Answer send(String text) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(ascii(text));
            return read(socket);
        }
    }

    private static Socket connect() throws IOException {
        Socket socket = new Socket("127.0.0.1", emulator.port());
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static Answer read(Socket socket) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        InputStream in = socket.getInputStream();
        byte[] buffer = new byte[8192];
        try {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                all.write(buffer, 0, count);
            }
        } catch (SocketException e) {
            // A server that gave up on a body resets the connection after its answer.
        }
        return new Answer(all.toByteArray());
    }

    private static byte[] deflate(byte[] raw) {
        Deflater deflater = new Deflater();
        deflater.setInput(raw);
        deflater.finish();
        byte[] buffer = new byte[1000];
        return Arrays.copyOf(buffer, deflater.deflate(buffer));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static void assertError(Answer answer, int status, String code, String message)
            throws Exception {
        assertThat(answer.status).isEqualTo(status);
        assertThat(answer.error().getCode()).isEqualTo(code);
        assertThat(answer.error().getMessage()).isEqualTo(message);
        assertThat(answer.head).contains("x-ots-requestid:");
    }

    private static final class Answer {
        final String head;
        final int status;
        final byte[] body;

        Answer(byte[] bytes) {
            String text = new String(bytes, StandardCharsets.ISO_8859_1);
            int end = text.indexOf("\r\n\r\n");
            assertThat(end).as("An HTTP answer, not: " + text).isPositive();
            head = text.substring(0, end);
            status = Integer.parseInt(head.substring(9, 12));
            body = Arrays.copyOfRange(bytes, end + 4, bytes.length);
        }

        OtsInternalApi.Error error() throws Exception {
            return OtsInternalApi.Error.parseFrom(body);
        }
    }
}
