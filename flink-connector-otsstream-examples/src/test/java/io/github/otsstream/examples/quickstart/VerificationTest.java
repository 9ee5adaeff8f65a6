/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.otsstream.flink.record.OperationType;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class VerificationTest {

    private static final Change PUT = change("a", OperationType.PUT, "state=new");
    private static final Change UPDATE = change("a", OperationType.UPDATE, "state=paid");
    private static final Change DELETE = change("a", OperationType.DELETE);
    private static final Change OTHER_KEY = change("b", OperationType.PUT, "state=new");

    private final Verification verification = new Verification();

    private static Change change(String key, OperationType operation, String... columns) {
        return new Change(key, operation, List.of(columns));
    }

    @BeforeEach
    void write() {
        List.of(PUT, UPDATE, OTHER_KEY, DELETE).forEach(verification::expect);
    }

    private void read(Change... changes) {
        List.of(changes).forEach(verification::read);
    }

    @Test
    void acceptsAnyOrderOfDifferentKeys() {
        read(OTHER_KEY, PUT, UPDATE, DELETE);

        assertThat(verification.isCaughtUp()).isTrue();
        assertThat(verification.problems()).isEmpty();
    }

    @Test
    void findsWhatWasNotRead() {
        read(PUT, OTHER_KEY, UPDATE);

        assertThat(verification.isCaughtUp()).isFalse();
        assertThat(verification.problems()).containsExactly("not read: DELETE a");
    }

    @Test
    void findsWhatWasReadTwice() {
        read(PUT, PUT, UPDATE, OTHER_KEY, DELETE);

        assertThat(verification.problems())
                .containsExactly("read, but not to be read (again): PUT a [state=new]");
    }

    @Test
    void findsWhatCameTooLateOrTooEarly() {
        read(UPDATE, PUT, OTHER_KEY, DELETE);

        assertThat(verification.problems())
                .containsExactly(
                        "not read before UPDATE a [state=paid]: PUT a [state=new]",
                        "read, but not to be read (again): PUT a [state=new]");
    }

    @Test
    void findsChangedColumns() {
        read(PUT, change("a", OperationType.UPDATE, "state=lost"), OTHER_KEY, DELETE);

        assertThat(verification.problems())
                .contains("read, but not to be read (again): UPDATE a [state=lost]");
    }

    @Test
    void showsTenProblemsAtMost() {
        for (int i = 0; i < 100; i++) {
            read(change("c" + i, OperationType.DELETE));
        }

        assertThat(verification.problems()).hasSize(10);
    }
}
