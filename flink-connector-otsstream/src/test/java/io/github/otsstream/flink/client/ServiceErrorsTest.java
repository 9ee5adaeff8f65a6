/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.otsstream.flink.client.OtsStreamException.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each of the service's error codes means. */
class ServiceErrorsTest {

    @ParameterizedTest
    @CsvSource({
        "OTSServerBusy, 503, TRANSIENT",
        "OTSPartitionUnavailable, 503, TRANSIENT",
        "OTSTimeout, 503, TRANSIENT",
        "OTSServerUnavailable, 503, TRANSIENT",
        "OTSInternalServerError, 500, TRANSIENT",
        "OTSTableNotReady, 404, TRANSIENT",
        "OTSRowOperationConflict, 409, TRANSIENT",
        "OTSQuotaExhausted, 403, THROTTLED",
        "OTSNotEnoughCapacityUnit, 403, THROTTLED",
        "OTSCapacityUnitExhausted, 403, THROTTLED",
        "OTSFlowControl, 429, THROTTLED",
        "OTSTrimmedDataAccess, 404, TRIMMED",
        "OTSObjectNotExist, 404, NOT_FOUND",
        "OTSAuthFailed, 403, FATAL",
        "OTSNoPermissionAccess, 403, FATAL",
        "OTSParameterInvalid, 400, FATAL",
        "OTSInvalidPK, 400, FATAL",
        "OTSSomethingNew, 400, FATAL",
        "OTSSomethingNew, 500, TRANSIENT",
        "OTSSomethingNew, 429, THROTTLED",
        ", 502, TRANSIENT",
        ", 504, TRANSIENT",
        ", 429, THROTTLED",
        ", 408, TRANSIENT",
        ", 404, FATAL",
        ", 301, FATAL",
    })
    void classifies(String code, int httpStatus, Kind kind) {
        assertThat(ServiceErrors.kindOf(code, httpStatus)).isEqualTo(kind);
    }

    @Test
    void advisesWhereItCan() {
        assertThat(reasonOf(Operation.GET_ROW, "OTSAuthFailed", "Signature mismatch."))
                .startsWith("Signature mismatch; check the access key id");
        assertThat(reasonOf(Operation.GET_ROW, "OTSServerBusy", "Busy.")).isEqualTo("Busy.");
        assertThat(reasonOf(Operation.GET_ROW, null, "Bad gateway")).isEqualTo("Bad gateway");
    }

    @Test
    void namesTheMissingActions() {
        String denied = "OTSNoPermissionAccess";
        assertThat(reasonOf(Operation.LIST_STREAM, denied, "No."))
                .startsWith("No; the access key needs the actions ots:ListStream, ")
                .endsWith("and ots:GetStreamRecord on the table");
        assertThat(reasonOf(Operation.GET_ROW, denied, "No."))
                .isEqualTo("No; the access key needs the action ots:GetRow on this table");
        assertThat(
                        ServiceErrors.reasonOf(
                                Operation.LIST_STREAM, Target.instance("shop"), denied, "No."))
                .isEqualTo("No; the access key needs the action ots:ListStream on this instance");
    }

    @Test
    void asksForTheStreamOnlyWhereItIsRead() {
        assertThat(reasonOf(Operation.DESCRIBE_STREAM, "OTSObjectNotExist", "Gone."))
                .contains("stream is (still) enabled");
        assertThat(reasonOf(Operation.GET_ROW, "OTSObjectNotExist", "Gone.")).isEqualTo("Gone.");
    }

    private static String reasonOf(Operation operation, String code, String message) {
        return ServiceErrors.reasonOf(operation, Target.table("orders"), code, message);
    }
}
