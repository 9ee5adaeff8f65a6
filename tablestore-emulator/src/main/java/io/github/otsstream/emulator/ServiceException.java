/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator;

/**
 * An error answer of the service: an HTTP status, the service's error code and a message, sent to
 * the client as the protobuf {@code Error}.
 */
public final class ServiceException extends Exception {

    private final int status;
    private final String code;

    /**
     * @param status HTTP status, for example 400
     * @param code the service's error code, for example {@code OTSParameterInvalid}
     * @param message what the service says to the client
     */
    public ServiceException(int status, String code, String message) {
        super(message, null, false, false);
        this.status = status;
        this.code = code;
    }

    /**
     * HTTP status 400 with {@code OTSParameterInvalid}, the service's answer to most bad requests.
     */
    public static ServiceException parameterInvalid(String message) {
        return new ServiceException(400, "OTSParameterInvalid", message);
    }

    public int status() {
        return status;
    }

    public String code() {
        return code;
    }
}
