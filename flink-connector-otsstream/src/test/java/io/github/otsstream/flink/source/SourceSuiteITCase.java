/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source;

import io.github.otsstream.emulator.TablestoreEmulator;
import org.apache.flink.connector.testframe.TestResource;
import org.apache.flink.connector.testframe.environment.MiniClusterTestEnvironment;
import org.apache.flink.connector.testframe.external.ExternalContextFactory;
import org.apache.flink.connector.testframe.junit.annotations.TestContext;
import org.apache.flink.connector.testframe.junit.annotations.TestEnv;
import org.apache.flink.connector.testframe.junit.annotations.TestExternalSystem;
import org.apache.flink.connector.testframe.junit.annotations.TestSemantics;
import org.apache.flink.connector.testframe.testsuites.SourceTestSuiteBase;
import org.apache.flink.core.execution.CheckpointingMode;
import org.junit.jupiter.api.Timeout;

/**
 * Flink's own suite for sources: single and multiple splits, savepoints, scaling up and down,
 * metrics, idle readers, and the failure of a TaskManager. Each test runs twice, see {@link
 * SuiteTable}: with shards that have nothing to do with each other, and with shards that split from
 * one another.
 *
 * <p>A test that hangs is given up from another thread: the suite swallows interruptions.
 */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SourceSuiteITCase extends SourceTestSuiteBase<String> {

    @TestSemantics private final CheckpointingMode[] semantics = {CheckpointingMode.EXACTLY_ONCE};

    @TestEnv
    private final MiniClusterTestEnvironment environment = new MiniClusterTestEnvironment();

    @TestExternalSystem private final RunningEmulator service = new RunningEmulator();

    @TestContext
    private final ExternalContextFactory<SuiteTable> unrelatedShards =
            test -> SuiteTable.withUnrelatedShards(service.emulator);

    @TestContext
    private final ExternalContextFactory<SuiteTable> splittingShards =
            test -> SuiteTable.withSplittingShards(service.emulator);

    /** The emulator as long as the suite runs. */
    private static final class RunningEmulator implements TestResource {

        private TablestoreEmulator emulator;

        @Override
        public void startUp() {
            if (emulator == null) {
                emulator = TablestoreEmulator.builder().start();
            }
        }

        @Override
        public void tearDown() {
            emulator.close();
            emulator = null;
        }
    }
}
