/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.http;

import io.undertow.util.HttpString;

/** Names of the service's headers, which are lower-case in signatures and on the wire. */
final class OtsHeaders {

    static final String PREFIX = "x-ots-";

    static final String API_VERSION = "x-ots-apiversion";
    static final String ACCESS_KEY_ID = "x-ots-accesskeyid";
    static final String CONTENT_MD5 = "x-ots-contentmd5";
    static final String CONTENT_TYPE = "x-ots-contenttype";
    static final String DATE = "x-ots-date";
    static final String INSTANCE_NAME = "x-ots-instancename";
    static final String REQUEST_ID = "x-ots-requestid";
    static final String SECURITY_TOKEN = "x-ots-ststoken";
    static final String SIGNATURE = "x-ots-signature";
    static final String SIGNATURE_V4 = "x-ots-signaturev4";
    static final String SIGN_DATE = "x-ots-signdate";
    static final String SIGN_REGION = "x-ots-signregion";
    static final String REQUEST_COMPRESS_TYPE = "x-ots-request-compress-type";
    static final String REQUEST_COMPRESS_SIZE = "x-ots-request-compress-size";
    static final String RESPONSE_COMPRESS_TYPE = "x-ots-response-compress-type";
    static final String RESPONSE_COMPRESS_SIZE = "x-ots-response-compress-size";

    /** With its capital: SDKs of version 4 look for exactly this. */
    static final HttpString AUTHORIZATION = new HttpString("Authorization");

    private OtsHeaders() {}
}
