/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.http;

import io.github.otsstream.emulator.AccessKey;
import io.github.otsstream.emulator.ServiceException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Checks who sent a request, and that it came as it was sent: headers, date, key pair and token,
 * body digest, signature, instance.
 *
 * <p>A request's date is good if it is within 15 minutes of the service's clock or of the machine's
 * clock: tests move the former, while their clients go on signing with the latter.
 *
 * <p>Thread-safe.
 */
final class RequestAuthenticator {

    private static final String VERSION = "2015-12-31";
    private static final Duration MAX_CLOCK_SKEW = Duration.ofMinutes(15);
    private static final int MAX_SIGNING_KEY_AGE_DAYS = 1;

    private final String instanceName;
    private final Map<String, AccessKey> keys;
    private final Clock serviceClock;
    private final Clock machineClock;

    /** Derived keys of requests that were authentic, since deriving costs four rounds. */
    private final Map<String, String> derivedKeys = new ConcurrentHashMap<>();

    RequestAuthenticator(
            String instanceName,
            Collection<AccessKey> keys,
            Clock serviceClock,
            Clock machineClock) {
        this.instanceName = instanceName;
        this.keys = keys.stream().collect(Collectors.toMap(AccessKey::id, Function.identity()));
        this.serviceClock = serviceClock;
        this.machineClock = machineClock;
    }

    /**
     * The key that signs answers to a request with these headers, or null if its key pair is
     * unknown. Says nothing about whether the request is authentic.
     */
    Signer signerOf(SortedMap<String, String> headers) {
        AccessKey key = keys.get(headers.getOrDefault(OtsHeaders.ACCESS_KEY_ID, ""));
        if (key == null) {
            return null;
        }
        if (!headers.containsKey(OtsHeaders.SIGNATURE_V4)) {
            return new Signer(key.id(), key.secret());
        }
        String date = headers.getOrDefault(OtsHeaders.SIGN_DATE, "");
        String region = headers.getOrDefault(OtsHeaders.SIGN_REGION, "");
        String derived = derivedKeys.get(cacheKey(key, date, region));
        return new Signer(
                key.id(),
                derived != null ? derived : Signatures.derivedKey(key.secret(), date, region));
    }

    /**
     * @param headers the request's {@code x-ots-} headers with lower-case names
     * @param body as received, before decompression
     * @param signer what {@link #signerOf} gave for the headers
     */
    void check(String operation, SortedMap<String, String> headers, byte[] body, Signer signer)
            throws ServiceException {
        String version = required(headers, OtsHeaders.API_VERSION);
        String date = required(headers, OtsHeaders.DATE);
        String md5 = required(headers, OtsHeaders.CONTENT_MD5);
        required(headers, OtsHeaders.ACCESS_KEY_ID);
        String instance = required(headers, OtsHeaders.INSTANCE_NAME);
        if (!version.equals(VERSION)) {
            throw ServiceException.parameterInvalid("Invalid API version: " + version + ".");
        }
        checkDate(date);
        if (signer == null) {
            throw denied("The AccessKeyID does not exist.");
        }
        if (!md5.equals(BodyCodec.md5(body))) {
            throw denied(
                    "Mismatch between MD5 value of request body and x-ots-contentmd5 in header.");
        }
        checkSignature(operation, headers, signer);
        checkToken(headers);
        if (!instance.equals(instanceName)) {
            throw denied("The instance is not found.");
        }
    }

    private void checkDate(String text) throws ServiceException {
        Instant date;
        try {
            date = Instant.parse(text);
        } catch (DateTimeException e) {
            date = parseRfc1123(text);
        }
        if (!isNear(date, machineClock.instant()) && !isNear(date, serviceClock.instant())) {
            throw denied("Mismatch between system time and x-ots-date: " + text + ".");
        }
    }

    private static Instant parseRfc1123(String text) throws ServiceException {
        try {
            return DateTimeFormatter.RFC_1123_DATE_TIME.parse(text, Instant::from);
        } catch (DateTimeException e) {
            throw ServiceException.parameterInvalid("Invalid date format: " + text + ".");
        }
    }

    private static boolean isNear(Instant date, Instant now) {
        return Duration.between(date, now).abs().compareTo(MAX_CLOCK_SKEW) <= 0;
    }

    private void checkSignature(String operation, SortedMap<String, String> headers, Signer signer)
            throws ServiceException {
        SortedMap<String, String> signed = new TreeMap<>(headers);
        String v2 = signed.remove(OtsHeaders.SIGNATURE);
        String v4 = signed.remove(OtsHeaders.SIGNATURE_V4);
        if (v4 == null) {
            if (v2 == null) {
                throw missing(OtsHeaders.SIGNATURE);
            }
            if (!same(v2, Signatures.requestV2(operation, signed, signer.key))) {
                throw denied("Signature mismatch.");
            }
            return;
        }
        String date = required(headers, OtsHeaders.SIGN_DATE);
        String region = required(headers, OtsHeaders.SIGN_REGION);
        checkSigningDate(date);
        if (!same(v4, Signatures.requestV4(operation, signed, signer.key))) {
            throw denied("Signature mismatch.");
        }
        derivedKeys.put(cacheKey(keys.get(signer.accessKeyId), date, region), signer.key);
    }

    private void checkSigningDate(String text) throws ServiceException {
        LocalDate date;
        try {
            date = LocalDate.parse(text, DateTimeFormatter.BASIC_ISO_DATE);
        } catch (DateTimeException e) {
            throw ServiceException.parameterInvalid("Invalid date format: " + text + ".");
        }
        if (!isNear(date, machineClock) && !isNear(date, serviceClock)) {
            throw denied("Mismatch between system time and x-ots-signdate: " + text + ".");
        }
    }

    private static boolean isNear(LocalDate date, Clock clock) {
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        return Math.abs(ChronoUnit.DAYS.between(date, today)) <= MAX_SIGNING_KEY_AGE_DAYS;
    }

    private void checkToken(SortedMap<String, String> headers) throws ServiceException {
        String expected = keys.get(headers.get(OtsHeaders.ACCESS_KEY_ID)).securityToken();
        String token = headers.get(OtsHeaders.SECURITY_TOKEN);
        if (expected == null ? token != null : token == null || !same(expected, token)) {
            throw denied("The security token is invalid.");
        }
    }

    private static boolean same(String left, String right) {
        return MessageDigest.isEqual(
                left.getBytes(StandardCharsets.UTF_8), right.getBytes(StandardCharsets.UTF_8));
    }

    private static String cacheKey(AccessKey key, String date, String region) {
        return key.id() + '\n' + date + '\n' + region;
    }

    private static String required(SortedMap<String, String> headers, String name)
            throws ServiceException {
        String value = headers.get(name);
        if (value == null) {
            throw missing(name);
        }
        return value;
    }

    private static ServiceException missing(String header) {
        return ServiceException.parameterInvalid("Missing header: '" + header + "'.");
    }

    private static ServiceException denied(String message) {
        return new ServiceException(403, "OTSAuthFailed", message);
    }

    /** Whose answer it is, and the key that signs it. */
    static final class Signer {
        final String accessKeyId;
        final String key;

        Signer(String accessKeyId, String key) {
            this.accessKeyId = accessKeyId;
            this.key = key;
        }
    }
}
