/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.record;

import com.alicloud.openservices.tablestore.core.protocol.PlainBufferCrc8;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The checksum of a name or a value. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class Crc8Benchmark {

    @Param({"6", "40", "4000"})
    public int length;

    private byte[] bytes;

    @Setup
    public void fill() {
        bytes = new byte[length];
        new Random(1).nextBytes(bytes);
    }

    @Benchmark
    public byte ours() {
        return Crc8.update((byte) 0, bytes, 0, length);
    }

    @Benchmark
    public byte sdk() {
        return PlainBufferCrc8.crc8((byte) 0, bytes);
    }
}
