/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.storage;

import com.alicloud.openservices.tablestore.model.ColumnValue;
import java.util.ArrayList;
import java.util.List;

/**
 * The versions of one column, newest first: this one and the older ones behind it. Immutable, so
 * that rows share what they have in common, and small, since a table holds millions of them.
 */
public final class Versions {

    private final long version;
    private final ColumnValue value;
    private final Versions older;

    private Versions(long version, ColumnValue value, Versions older) {
        this.version = version;
        this.value = value;
        this.older = older;
    }

    /** A column of one version. */
    static Versions of(long version, ColumnValue value) {
        return new Versions(version, value, null);
    }

    /** The newest version, in milliseconds where the writer gave no other number. */
    public long version() {
        return version;
    }

    /** The newest version's value. */
    public ColumnValue value() {
        return value;
    }

    /** The versions after the newest; null if there are none. */
    public Versions older() {
        return older;
    }

    /** With one more version, which replaces the same one if it is there. */
    Versions put(long newVersion, ColumnValue newValue) {
        Versions rest = before(newVersion + 1);
        if (rest != null && rest.version == newVersion) {
            rest = rest.older;
        }
        return prepend(newerThan(newVersion), new Versions(newVersion, newValue, rest));
    }

    /** Without one version, if it is there; null if none is left. */
    Versions without(long unwanted) {
        Versions rest = before(unwanted + 1);
        return rest == null || rest.version != unwanted
                ? this
                : prepend(newerThan(unwanted), rest.older);
    }

    /**
     * The newest versions, at most so many, of those in a range; null if there are none.
     *
     * @param fromInclusive the oldest version wanted
     * @param toExclusive above the newest version wanted
     */
    public Versions select(long fromInclusive, long toExclusive, int count) {
        Versions start = before(toExclusive);
        List<Versions> wanted = new ArrayList<>(1);
        Versions next = start;
        while (next != null && next.version >= fromInclusive && wanted.size() < count) {
            wanted.add(next);
            next = next.older;
        }
        return next == null ? start : prepend(wanted, null);
    }

    /** Whether there are more than so many. */
    boolean moreThan(int count) {
        int counted = 0;
        for (Versions next = this; next != null; next = next.older) {
            if (++counted > count) {
                return true;
            }
        }
        return false;
    }

    private Versions before(long bound) {
        Versions next = this;
        while (next != null && next.version >= bound) {
            next = next.older;
        }
        return next;
    }

    private List<Versions> newerThan(long bound) {
        List<Versions> newer = new ArrayList<>(1);
        for (Versions next = this; next != null && next.version > bound; next = next.older) {
            newer.add(next);
        }
        return newer;
    }

    private static Versions prepend(List<Versions> newer, Versions rest) {
        Versions result = rest;
        for (int i = newer.size() - 1; i >= 0; i--) {
            result = new Versions(newer.get(i).version, newer.get(i).value, result);
        }
        return result;
    }
}
