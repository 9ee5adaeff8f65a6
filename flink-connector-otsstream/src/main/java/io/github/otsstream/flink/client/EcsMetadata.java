/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;

/**
 * Asks an ECS instance's metadata service for the credentials of the instance's RAM role.
 *
 * <p>It asks in hardened mode, with a token of its own for each fetch, and where it gets no token,
 * in normal mode. Blocks, for at most some seconds. It keeps neither connection nor thread: a fetch
 * comes once an hour, and who uses it has no moment at which to close it.
 */
@Internal
final class EcsMetadata implements RefreshedCredentials.Source {

    static final URI SERVICE = URI.create("http://100.100.100.200");

    private static final String TOKEN_PATH = "/latest/api/token";
    private static final String CREDENTIALS_PATH = "/latest/meta-data/ram/security-credentials/";
    private static final String TOKEN_HEADER = "X-aliyun-ecs-metadata-token";
    private static final String TOKEN_TTL_HEADER = "X-aliyun-ecs-metadata-token-ttl-seconds";
    private static final Duration TOKEN_TTL = Duration.ofMinutes(5);

    private static final Pattern ROLE_NAME = Pattern.compile("[A-Za-z0-9._@-]{1,64}");
    private static final Pattern HEADER_VALUE = Pattern.compile("[!-~]+");
    private static final int MAX_ANSWER_BYTES = 64 * 1024;

    private final URI service;
    @Nullable private final String roleName;
    private final Duration timeout;
    private final JsonFactory json = new JsonFactory();

    /**
     * @param roleName null = the role that the instance has
     * @param timeout for a connection to be made, and for each read
     */
    EcsMetadata(URI service, @Nullable String roleName, Duration timeout) {
        this.service = service;
        this.roleName = roleName;
        this.timeout = timeout;
    }

    /**
     * @throws IllegalArgumentException if no RAM role can be called so
     */
    static String checkRoleName(String name) {
        if (!ROLE_NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("No RAM role can be called '" + name + "'.");
        }
        return name;
    }

    @Override
    public TemporaryCredentials fetch() throws IOException {
        String token = null;
        String tokenProblem = null;
        try {
            token = fetchToken();
        } catch (IOException e) {
            tokenProblem = e.getMessage();
        }
        try {
            String role = roleName != null ? roleName : findRole(token);
            return credentials(role, get(CREDENTIALS_PATH + role, token));
        } catch (IOException e) {
            if (tokenProblem == null) {
                throw e;
            }
            throw new IOException(
                    e.getMessage() + " (without a token, for before that: " + tokenProblem + ")",
                    e);
        }
    }

    private String fetchToken() throws IOException {
        String token =
                text(
                        request(
                                "PUT",
                                TOKEN_PATH,
                                TOKEN_TTL_HEADER,
                                String.valueOf(TOKEN_TTL.toSeconds())));
        if (!HEADER_VALUE.matcher(token).matches()) {
            throw new IOException("the metadata service's token can't be one");
        }
        return token;
    }

    private String findRole(@Nullable String token) throws IOException {
        String name = text(get(CREDENTIALS_PATH, token));
        if (!ROLE_NAME.matcher(name).matches()) {
            throw new IOException(
                    "the metadata service at " + service + " does not say which RAM role it has");
        }
        return name;
    }

    private byte[] get(String path, @Nullable String token) throws IOException {
        return request("GET", path, token == null ? null : TOKEN_HEADER, token);
    }

    private byte[] request(
            String method, String path, @Nullable String header, @Nullable String value)
            throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) service.resolve(path).toURL().openConnection(Proxy.NO_PROXY);
        try {
            connection.setRequestMethod(method);
            connection.setConnectTimeout((int) timeout.toMillis());
            connection.setReadTimeout((int) timeout.toMillis());
            connection.setInstanceFollowRedirects(false);
            connection.setUseCaches(false);
            connection.setRequestProperty("Connection", "close");
            if (header != null) {
                connection.setRequestProperty(header, value);
            }
            int status = connection.getResponseCode();
            if (status != HttpURLConnection.HTTP_OK) {
                throw new IOException(
                        "the metadata service answered HTTP "
                                + status
                                + (status == HttpURLConnection.HTTP_NOT_FOUND
                                                && path.startsWith(CREDENTIALS_PATH)
                                        ? "; has this instance the RAM role?"
                                        : ""));
            }
            try (InputStream body = connection.getInputStream()) {
                return body.readNBytes(MAX_ANSWER_BYTES);
            }
        } catch (IOException e) {
            throw new IOException(method + " " + service + path + ": " + e.getMessage(), e);
        } finally {
            connection.disconnect();
        }
    }

    private static String text(byte[] answer) {
        return new String(answer, StandardCharsets.UTF_8).trim();
    }

    /** No message repeats what the answer holds: the secret is in it. */
    private TemporaryCredentials credentials(String role, byte[] answer) throws IOException {
        String of = "the metadata service's answer for the RAM role '" + role + "' ";
        Map<String, String> fields = new HashMap<>();
        try (JsonParser parser = json.createParser(answer)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException(of + "is not a JSON object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                if (parser.nextToken() == JsonToken.VALUE_STRING) {
                    fields.put(field, parser.getText());
                } else {
                    parser.skipChildren();
                }
            }
        } catch (JsonProcessingException e) {
            throw new IOException(of + "is not JSON");
        }
        String code = fields.get("Code");
        if (!"Success".equals(code)) {
            throw new IOException(of + "is not a success, its code is " + code);
        }
        try {
            return new TemporaryCredentials(
                    OtsCredentials.of(
                            fields.get("AccessKeyId"),
                            fields.get("AccessKeySecret"),
                            fields.get("SecurityToken")),
                    Instant.parse(String.valueOf(fields.get("Expiration"))));
        } catch (IllegalArgumentException e) {
            throw new IOException(of + "is not complete: " + e.getMessage());
        } catch (DateTimeParseException e) {
            throw new IOException(of + "does not say when the credentials expire");
        }
    }
}
