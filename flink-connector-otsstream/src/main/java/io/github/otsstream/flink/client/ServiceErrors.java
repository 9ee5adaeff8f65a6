/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import java.util.Map;
import java.util.Set;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;

/**
 * What the service's error codes mean for a reader of streams, and what a user can do about them.
 */
@Internal
final class ServiceErrors {

    private static final Set<String> THROTTLED =
            Set.of(
                    "OTSFlowControl",
                    "OTSNotEnoughCapacityUnit",
                    "OTSCapacityUnitExhausted",
                    "OTSQuotaExhausted");

    private static final Set<String> TRANSIENT =
            Set.of(
                    "OTSServerBusy",
                    "OTSPartitionUnavailable",
                    "OTSTimeout",
                    "OTSRequestTimeout",
                    "OTSServerUnavailable",
                    "OTSInternalServerError",
                    "OTSTableNotReady",
                    "OTSRowOperationConflict");

    private static final String TRIMMED = "OTSTrimmedDataAccess";
    private static final String AUTH_FAILED = "OTSAuthFailed";
    private static final String NOT_FOUND = "OTSObjectNotExist";
    private static final String NO_PERMISSION = "OTSNoPermissionAccess";

    private static final Map<String, String> ADVICE =
            Map.of(
                    AUTH_FAILED,
                    "check the access key id, its secret and token, and this machine's clock",
                    TRIMMED,
                    "the position is older than the stream's retention");

    /** Of reading a stream. */
    private static final Map<String, String> STREAM_ADVICE =
            Map.of(
                    NO_PERMISSION,
                    "the access key needs the actions ots:ListStream, ots:DescribeStream, ots:GetShardIterator and"
                            + " ots:GetStreamRecord on the table",
                    NOT_FOUND,
                    "check the instance and the table, and that the table's stream is (still) enabled");

    private ServiceErrors() {}

    /**
     * Returns what an error answer means.
     *
     * @param code null if the answer came from something in front of the service, a proxy for
     *     example
     */
    static OtsStreamException.Kind kindOf(@Nullable String code, int httpStatus) {
        if (code != null) {
            if (THROTTLED.contains(code)) {
                return OtsStreamException.Kind.THROTTLED;
            } else if (TRANSIENT.contains(code)) {
                return OtsStreamException.Kind.TRANSIENT;
            } else if (code.equals(TRIMMED)) {
                return OtsStreamException.Kind.TRIMMED;
            } else if (code.equals(NOT_FOUND)) {
                return OtsStreamException.Kind.NOT_FOUND;
            }
        }
        if (httpStatus == 429) {
            return OtsStreamException.Kind.THROTTLED;
        }
        return httpStatus >= 500 || httpStatus == 408
                ? OtsStreamException.Kind.TRANSIENT
                : OtsStreamException.Kind.FATAL;
    }

    /** Returns whether an error says that the credentials are wrong, or no longer valid. */
    static boolean isCredentialsRefused(@Nullable String code) {
        return AUTH_FAILED.equals(code);
    }

    /** Returns the service's message, with what the user can do about it. */
    static String reasonOf(
            Operation operation, Target target, @Nullable String code, String message) {
        String advice = adviceOn(operation, target, code);
        if (advice == null) {
            return message;
        }
        String text = message.trim();
        String end = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
        return end + "; " + advice;
    }

    @Nullable
    private static String adviceOn(Operation operation, Target target, @Nullable String code) {
        if (code == null) {
            return null;
        }
        if (operation.isOfStreams() && !target.isInstance()) {
            String advice = STREAM_ADVICE.get(code);
            if (advice != null) {
                return advice;
            }
        } else if (code.equals(NO_PERMISSION)) {
            return "the access key needs the action ots:"
                    + operation.wireName()
                    + " on this "
                    + target.kind();
        }
        return ADVICE.get(code);
    }
}
