/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.soak;

import com.alicloud.openservices.tablestore.SyncClientInterface;
import com.alicloud.openservices.tablestore.model.BatchWriteRowRequest;
import com.alicloud.openservices.tablestore.model.ColumnValue;
import com.alicloud.openservices.tablestore.model.CreateTableRequest;
import com.alicloud.openservices.tablestore.model.PrimaryKey;
import com.alicloud.openservices.tablestore.model.PrimaryKeyBuilder;
import com.alicloud.openservices.tablestore.model.PrimaryKeyType;
import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import com.alicloud.openservices.tablestore.model.RowPutChange;
import com.alicloud.openservices.tablestore.model.StreamSpecification;
import com.alicloud.openservices.tablestore.model.TableMeta;
import com.alicloud.openservices.tablestore.model.TableOptions;
import io.github.otsstream.emulator.ShardInfo;
import io.github.otsstream.emulator.TablestoreEmulator;
import io.github.otsstream.emulator.client.SyncClients;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * The service of a soak run, in a process of its own so that its memory is not the job's: an
 * emulator with a table that is written at a steady rate, and one partition that splits or two that
 * merge at each interval, in turns. Prints its endpoint; then answers each line that it reads with
 * one: {@code connections}, {@code stop} (how many changes were written).
 */
final class SoakService {

    static final String TABLE = "orders";
    static final String KEY = "id";
    static final String NUMBER = "n";
    static final String WRITTEN_AT = "at";

    private static final int KEYS = 1_000;
    private static final int PARTITIONS = 8;
    private static final int BATCHES_PER_SECOND = 20;

    /** Longer than any record is unread. */
    private static final Duration KEPT = Duration.ofMinutes(2);

    private final TablestoreEmulator emulator = TablestoreEmulator.builder().start();
    private final SyncClientInterface client = SyncClients.of(emulator);
    private final ScheduledExecutorService writer = Executors.newSingleThreadScheduledExecutor();
    private final ScheduledExecutorService mover = Executors.newSingleThreadScheduledExecutor();
    private final int changesPerBatch;
    private long written;
    private long moves;

    private SoakService(int changesPerSecond) {
        changesPerBatch = Math.max(1, changesPerSecond / BATCHES_PER_SECOND);
        TableMeta meta = new TableMeta(TABLE);
        meta.addPrimaryKeyColumn(KEY, PrimaryKeyType.INTEGER);
        CreateTableRequest request = new CreateTableRequest(meta, new TableOptions(-1, 1));
        request.setStreamSpecification(new StreamSpecification(true, 24));
        client.createTable(request);
        for (int i = 1; i < PARTITIONS; i++) {
            emulator.control()
                    .splitAt(TABLE, PrimaryKeyValue.fromLong((long) i * KEYS / PARTITIONS));
        }
    }

    public static void main(String[] arguments) throws Exception {
        SoakService service = new SoakService(Integer.parseInt(arguments[0]));
        System.out.println(service.emulator.endpoint());
        service.run(Long.parseLong(arguments[1]));
    }

    private void run(long secondsBetweenMoves) throws Exception {
        writer.scheduleAtFixedRate(
                orExit(this::writeBatch), 0, 1_000 / BATCHES_PER_SECOND, TimeUnit.MILLISECONDS);
        mover.scheduleAtFixedRate(
                orExit(this::move), secondsBetweenMoves, secondsBetweenMoves, TimeUnit.SECONDS);
        BufferedReader in =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (line.equals("stop")) {
                writer.shutdown();
                mover.shutdown();
                writer.awaitTermination(1, TimeUnit.MINUTES);
                System.out.println(written);
            } else {
                System.out.println(emulator.openConnections());
            }
        }
        System.exit(0); // The run is over.
    }

    /** A service that does not write any more would look like a job that is well. */
    private static Runnable orExit(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (Throwable t) {
                t.printStackTrace();
                System.exit(1);
            }
        };
    }

    private void writeBatch() {
        BatchWriteRowRequest batch = new BatchWriteRowRequest();
        long now = System.currentTimeMillis();
        for (int i = 0; i < changesPerBatch; i++, written++) {
            PrimaryKey key =
                    PrimaryKeyBuilder.createPrimaryKeyBuilder()
                            .addPrimaryKeyColumn(KEY, PrimaryKeyValue.fromLong(written % KEYS))
                            .build();
            RowPutChange put = new RowPutChange(TABLE, key);
            put.addColumn(NUMBER, ColumnValue.fromLong(written / KEYS));
            put.addColumn(WRITTEN_AT, ColumnValue.fromLong(now));
            batch.addRowChange(put);
        }
        if (!client.batchWriteRow(batch).isAllSucceed()) {
            throw new IllegalStateException("The emulator has refused a row");
        }
    }

    private void move() {
        List<ShardInfo> open =
                emulator.control().openShards(TABLE).stream()
                        .sorted(
                                Comparator.comparing(
                                        ShardInfo::fromInclusive,
                                        Comparator.nullsFirst(Comparator.naturalOrder())))
                        .collect(Collectors.toList());
        int place = (int) (moves / 2 % (PARTITIONS - 1));
        if (moves++ % 2 == 0) {
            ShardInfo shard = open.get(place);
            long from = shard.fromInclusive() == null ? 0 : shard.fromInclusive().asLong();
            long to = shard.toExclusive() == null ? KEYS : shard.toExclusive().asLong();
            emulator.control().splitAt(TABLE, PrimaryKeyValue.fromLong((from + to) / 2));
        } else {
            emulator.control()
                    .merge(TABLE, open.get(place).shardId(), open.get(place + 1).shardId());
        }
        emulator.control().trim(TABLE, emulator.clock().instant().minus(KEPT));
    }
}
