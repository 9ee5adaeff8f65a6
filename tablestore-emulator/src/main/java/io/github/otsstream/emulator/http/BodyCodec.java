/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.http;

import io.github.otsstream.emulator.ServiceException;
import io.github.otsstream.emulator.operation.ResponseBody;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** Digests and compression of bodies as the service's headers announce them. Stateless. */
final class BodyCodec {

    static final String DEFLATE = "deflate";

    private BodyCodec() {}

    static String md5(byte[] body) {
        return Base64.getEncoder().encodeToString(digest().digest(body));
    }

    static String md5(ResponseBody body) {
        MessageDigest digest = digest();
        for (ByteBuffer part : body.parts()) {
            digest.update(part);
        }
        return Base64.getEncoder().encodeToString(digest.digest());
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java runtime has MD5", e);
        }
    }

    static byte[] deflate(ResponseBody body) {
        Deflater deflater = new Deflater();
        try {
            deflater.setInput(body.toByteArray());
            deflater.finish();
            ByteArrayOutputStream deflated = new ByteArrayOutputStream(body.length() / 2 + 64);
            byte[] buffer = new byte[16 * 1024];
            while (!deflater.finished()) {
                deflated.write(buffer, 0, deflater.deflate(buffer));
            }
            return deflated.toByteArray();
        } finally {
            deflater.end();
        }
    }

    /**
     * @param announcedSize the raw size that the request's header gives
     * @throws ServiceException OTSParameterInvalid if the body does not inflate to just that size,
     *     OTSRequestBodyTooLarge if that is above {@code maxSize}
     */
    static byte[] inflate(byte[] body, String announcedSize, int maxSize) throws ServiceException {
        int size;
        try {
            size = Integer.parseInt(announcedSize == null ? "" : announcedSize.trim());
        } catch (NumberFormatException e) {
            throw ServiceException.parameterInvalid(
                    "Invalid " + OtsHeaders.REQUEST_COMPRESS_SIZE + ": " + announcedSize + ".");
        }
        if (size > maxSize) {
            throw tooLarge();
        }
        if (size < 0) {
            throw ServiceException.parameterInvalid(
                    "Invalid " + OtsHeaders.REQUEST_COMPRESS_SIZE + ": " + announcedSize + ".");
        }
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(body);
            // One byte more than announced shows whether the body holds more.
            byte[] inflated = new byte[size + 1];
            int length = 0;
            while (length <= size && !inflater.finished()) {
                int count = inflater.inflate(inflated, length, inflated.length - length);
                if (count == 0 && (inflater.needsInput() || inflater.needsDictionary())) {
                    break;
                }
                length += count;
            }
            if (length == size && inflater.finished()) {
                return Arrays.copyOf(inflated, size);
            }
        } catch (DataFormatException e) {
            // Falls through to the one answer for every body that does not inflate as announced.
        } finally {
            inflater.end();
        }
        throw ServiceException.parameterInvalid("Failed to decompress the request body.");
    }

    static ServiceException tooLarge() {
        return new ServiceException(
                413, "OTSRequestBodyTooLarge", "The size of POST data is too large.");
    }
}
