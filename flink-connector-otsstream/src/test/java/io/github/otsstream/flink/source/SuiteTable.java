/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source;

import io.github.otsstream.emulator.TablestoreEmulator;
import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.source.deserialization.OtsStreamDeserializationSchema;
import java.net.URL;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.connector.testframe.external.ExternalSystemSplitDataWriter;
import org.apache.flink.connector.testframe.external.source.DataStreamSourceExternalContext;
import org.apache.flink.connector.testframe.external.source.TestingSourceSettings;
import org.apache.flink.util.Collector;

/**
 * A table of one test of Flink's suite. Each writer has a range of keys to itself, and all of its
 * records are in the line of shards of that range, in the order in which they were written.
 */
final class SuiteTable implements DataStreamSourceExternalContext<String> {

    private static final AtomicInteger TABLES = new AtomicInteger();

    /** The most writers that a test of the suite asks for. */
    private static final int WRITERS = 4;

    private final KeyRangeTable table;
    private final boolean splittingLate;
    private int writers;

    private SuiteTable(KeyRangeTable table, boolean splittingLate) {
        this.table = table;
        this.splittingLate = splittingLate;
    }

    /** Has an open shard for each writer from the start, and no other shard is listed. */
    static SuiteTable withUnrelatedShards(TablestoreEmulator emulator) {
        return new SuiteTable(newTable(emulator).withUnrelatedShards(WRITERS), false);
    }

    /**
     * Has one shard at first. Each further writer splits the last writer's partition, so that what
     * the last one wrote is in a closed shard, and what it goes on to write in a child.
     */
    static SuiteTable withSplittingShards(TablestoreEmulator emulator) {
        return new SuiteTable(newTable(emulator), true);
    }

    private static KeyRangeTable newTable(TablestoreEmulator emulator) {
        return new KeyRangeTable(emulator, "suite_" + TABLES.incrementAndGet());
    }

    @Override
    public Source<String, ?, ?> createSource(TestingSourceSettings settings) {
        return table.<String>source()
                .stoppingPosition(
                        settings.getBoundedness() == Boundedness.BOUNDED
                                ? StoppingPosition.latest()
                                : StoppingPosition.never())
                .shardDiscoveryInterval(Duration.ofMillis(500))
                .deserializer(new ValueSchema())
                .build();
    }

    @Override
    public ExternalSystemSplitDataWriter<String> createSourceSplitDataWriter(
            TestingSourceSettings settings) {
        int writer = writers++;
        if (writer >= WRITERS) {
            throw new IllegalStateException("The suite's tests take " + WRITERS + " writers");
        }
        if (splittingLate && writer > 0) {
            table.splitBefore(writer);
        }
        return new Writer(writer);
    }

    @Override
    public List<String> generateTestData(TestingSourceSettings settings, int split, long seed) {
        Random random = new Random(seed);
        return IntStream.range(0, 50 + random.nextInt(50))
                .mapToObj(i -> split + "-" + i + "-" + Long.toHexString(random.nextLong()))
                .collect(Collectors.toList());
    }

    @Override
    public TypeInformation<String> getProducedType() {
        return Types.STRING;
    }

    @Override
    public List<URL> getConnectorJarPaths() {
        return List.of();
    }

    @Override
    public void close() {
        table.close();
    }

    /** Writes to one range of keys. */
    private final class Writer implements ExternalSystemSplitDataWriter<String> {

        private final int range;

        private Writer(int range) {
            this.range = range;
        }

        @Override
        public void writeRecords(List<String> records) {
            records.forEach(record -> table.write(range, record));
        }

        @Override
        public void close() {}
    }

    /** The written text. */
    private static final class ValueSchema implements OtsStreamDeserializationSchema<String> {

        private static final long serialVersionUID = 1L;

        @Override
        public void deserialize(ChangeRecord record, Context context, Collector<String> out) {
            out.collect(KeyRangeTable.value(record));
        }

        @Override
        public TypeInformation<String> getProducedType() {
            return Types.STRING;
        }
    }
}
