/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.alicloud.openservices.tablestore.SyncClientInterface;
import com.alicloud.openservices.tablestore.model.PrimaryKeyType;
import io.github.otsstream.emulator.SdkClients;
import io.github.otsstream.emulator.TablestoreEmulator;
import io.github.otsstream.emulator.TestTables;
import io.github.otsstream.emulator.fault.FaultPlan;
import io.github.otsstream.emulator.fault.FaultRule;
import io.github.otsstream.emulator.stream.StreamBehavior;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The extension in its own use: the repeated tests fail if one sees what another left behind. */
class TablestoreEmulatorExtensionTest {

    @RegisterExtension
    static final TablestoreEmulatorExtension SHARED =
            TablestoreEmulatorExtension.create(
                            TablestoreEmulator.builder()
                                    .streamBehavior(StreamBehavior.DEFAULT.withMaxPageRecords(5)))
                    .wipedBetweenTests();

    @RegisterExtension final TablestoreEmulatorExtension own = TablestoreEmulatorExtension.create();

    private static String firstEndpoint;

    @AfterAll
    static void stillRuns() {
        assertThat(SHARED.emulator().endpoint()).isEqualTo(firstEndpoint);
    }

    @RepeatedTest(2)
    void wipesBetweenTests() {
        TablestoreEmulator emulator = SHARED.emulator();
        firstEndpoint = firstEndpoint == null ? emulator.endpoint() : firstEndpoint;
        assertThat(emulator.endpoint()).isEqualTo(firstEndpoint);
        assertThat(emulator.control().tables()).isEmpty();
        assertThat(emulator.control().faults()).isSameAs(FaultPlan.NONE);
        assertThat(emulator.control().counters()).isEmpty();
        assertThat(emulator.control().streamBehavior().maxPageRecords()).isEqualTo(5);

        SyncClientInterface client = SdkClients.sync(emulator);
        TestTables.create(client, "left_over", PrimaryKeyType.STRING);
        client.shutdown();
        emulator.control().faults(FaultPlan.of(1, FaultRule.latency(10)));
        emulator.control().streamBehavior(behavior -> behavior.withMaxPageRecords(1));
    }

    @RepeatedTest(2)
    void startsOnePerTestInAnInstanceField() {
        assertThat(own.emulator().endpoint()).isNotEqualTo(SHARED.emulator().endpoint());
        assertThat(own.emulator().control().tables()).isEmpty();
        SyncClientInterface client = SdkClients.sync(own.emulator());
        TestTables.create(client, "left_over", PrimaryKeyType.STRING);
        client.shutdown();
    }

    @Test
    void refusesUseOutsideOfTests() {
        assertThatThrownBy(() -> TablestoreEmulatorExtension.create().emulator())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("@RegisterExtension");
    }

    @Nested
    class NestedTests {
        @Test
        void shareTheOuterClassesEmulator() {
            assertThat(SHARED.emulator().control().tables()).isEmpty();
        }
    }
}
