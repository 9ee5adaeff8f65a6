/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.junit;

import io.github.otsstream.emulator.TablestoreEmulator;
import io.github.otsstream.emulator.fault.FaultPlan;
import io.github.otsstream.emulator.stream.StreamBehavior;
import java.util.Objects;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives JUnit 5 tests an emulator.
 *
 * <pre>{@code
 * @RegisterExtension
 * static final TablestoreEmulatorExtension EMULATOR =
 *         TablestoreEmulatorExtension.create().wipedBetweenTests();
 * }</pre>
 *
 * <p>In a static field, one emulator serves all tests of the class; in an instance field, each test
 * gets its own. Test methods may take a {@link TablestoreEmulator} parameter.
 *
 * <p>Wiping deletes all tables, clears the faults and the counters, and restores the stream
 * behavior that the emulator was started with. It does not move the clock back.
 */
public final class TablestoreEmulatorExtension
        implements BeforeAllCallback,
                AfterAllCallback,
                BeforeEachCallback,
                AfterEachCallback,
                ParameterResolver {

    private final TablestoreEmulator.Builder builder;
    private boolean wiped;

    /** Classes under way that share the emulator: the registering one and those nested in it. */
    private int classes;

    private TablestoreEmulator emulator;
    private StreamBehavior initialBehavior;

    private TablestoreEmulatorExtension(TablestoreEmulator.Builder builder) {
        this.builder = builder;
    }

    /** An emulator with all defaults, on any free port. */
    public static TablestoreEmulatorExtension create() {
        return create(TablestoreEmulator.builder());
    }

    public static TablestoreEmulatorExtension create(TablestoreEmulator.Builder builder) {
        return new TablestoreEmulatorExtension(Objects.requireNonNull(builder));
    }

    /** Leaves nothing of one test behind for the next. */
    public TablestoreEmulatorExtension wipedBetweenTests() {
        wiped = true;
        return this;
    }

    /**
     * The running emulator.
     *
     * @throws IllegalStateException outside of tests
     */
    public TablestoreEmulator emulator() {
        if (emulator == null) {
            throw new IllegalStateException(
                    "The emulator runs during tests only; is the extension's field annotated with"
                            + " @RegisterExtension?");
        }
        return emulator;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        if (classes++ == 0) {
            start();
        }
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        if (classes == 0) {
            start();
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (classes == 0) {
            stop();
        } else if (wiped) {
            emulator.control().deleteTables();
            emulator.control().faults(FaultPlan.NONE);
            emulator.control().resetCounters();
            emulator.control().streamBehavior(any -> initialBehavior);
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (--classes == 0) {
            stop();
        }
    }

    private void start() {
        emulator = builder.start();
        initialBehavior = emulator.control().streamBehavior();
    }

    private void stop() {
        emulator.close();
        emulator = null;
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == TablestoreEmulator.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return emulator();
    }
}
