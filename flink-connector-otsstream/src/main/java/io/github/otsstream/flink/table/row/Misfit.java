/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.row;

/** Why a value can't become one of the declared type. Takes the value's place where one is made. */
enum Misfit {
    TYPE("values of that type are not converted"),
    RANGE("the value is out of range"),
    LENGTH("the value has more characters or bytes, or fewer bytes, than declared"),
    DIGITS("digits would be lost"),
    TEXT("the text does not say such a value"),
    NULL("null is not allowed there");

    private final String reason;

    Misfit(String reason) {
        this.reason = reason;
    }

    /** The end of a sentence about the value. */
    String reason() {
        return reason;
    }
}
