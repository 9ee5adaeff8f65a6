/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.cli;

import picocli.CommandLine.IVersionProvider;

/** The version that the jar's manifest tells. */
final class EmulatorVersion implements IVersionProvider {

    @Override
    public String[] getVersion() {
        String version = EmulatorVersion.class.getPackage().getImplementationVersion();
        return new String[] {"tablestore-emulator " + (version == null ? "(unpacked)" : version)};
    }
}
