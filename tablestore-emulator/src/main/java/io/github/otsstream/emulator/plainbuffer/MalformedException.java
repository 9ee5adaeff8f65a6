/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.plainbuffer;

/** Bytes are not what the PlainBuffer format wants; the message says why and shows no values. */
final class MalformedException extends Exception {

    MalformedException(String message) {
        super(message, null, false, false);
    }
}
