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
        assertThat(ServiceErrors.reasonOf("OTSAuthFailed", "Signature mismatch."))
                .startsWith("Signature mismatch; check the access key id");
        assertThat(ServiceErrors.reasonOf("OTSServerBusy", "Busy.")).isEqualTo("Busy.");
        assertThat(ServiceErrors.reasonOf(null, "Bad gateway")).isEqualTo("Bad gateway");
    }
}
