/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.stream;

/** How a read answers that is to find nothing although the log may hold records. */
public enum EmptyPage {
    /** {@code may_more_record} is true: the reader must go on. */
    MORE_FOLLOWS,
    /** {@code may_more_record} is false: the reader will think itself caught up. */
    CAUGHT_UP,
    /** {@code may_more_record} is left out. */
    SILENT
}
