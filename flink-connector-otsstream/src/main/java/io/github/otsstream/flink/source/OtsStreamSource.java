/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source;

import io.github.otsstream.flink.client.CallListener;
import io.github.otsstream.flink.client.OtsConnection;
import io.github.otsstream.flink.client.RetryPolicy;
import io.github.otsstream.flink.client.RetryingStreamClient;
import io.github.otsstream.flink.client.StreamClient;
import io.github.otsstream.flink.client.TableClient;
import io.github.otsstream.flink.source.deserialization.OtsStreamDeserializationSchema;
import io.github.otsstream.flink.source.enumerator.CheckedStart;
import io.github.otsstream.flink.source.enumerator.EnumeratorOnStart;
import io.github.otsstream.flink.source.enumerator.EnumeratorSettings;
import io.github.otsstream.flink.source.enumerator.EnumeratorState;
import io.github.otsstream.flink.source.enumerator.EnumeratorStateSerializer;
import io.github.otsstream.flink.source.enumerator.RunMirror;
import io.github.otsstream.flink.source.enumerator.ShardEnumerator;
import io.github.otsstream.flink.source.enumerator.StartResolver;
import io.github.otsstream.flink.source.enumerator.StreamLookup;
import io.github.otsstream.flink.source.enumerator.TableCheck;
import io.github.otsstream.flink.source.reader.FetchSettings;
import io.github.otsstream.flink.source.reader.OtsStreamSourceReader;
import io.github.otsstream.flink.source.reader.RateLimit;
import io.github.otsstream.flink.source.reader.ReaderSettings;
import io.github.otsstream.flink.source.reader.RowLookup;
import io.github.otsstream.flink.source.reader.TrimmedData;
import io.github.otsstream.flink.source.split.ShardSplit;
import io.github.otsstream.flink.source.split.ShardSplitSerializer;
import io.github.otsstream.flink.status.StatusMirror;
import io.github.otsstream.flink.status.StatusTable;
import io.github.otsstream.flink.status.StatusTableSettings;
import java.time.Duration;
import javax.annotation.Nullable;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.api.lineage.LineageVertex;
import org.apache.flink.streaming.api.lineage.LineageVertexProvider;
import org.apache.flink.util.UserCodeClassLoader;
import org.apache.flink.util.clock.SystemClock;

/**
 * Reads the change feed (Tablestore Stream) of one table.
 *
 * <pre>{@code
 * OtsStreamSource<ChangeRecord> source =
 *         OtsStreamSource.<ChangeRecord>builder()
 *                 .endpoint("https://my-instance.cn-hangzhou.ots.aliyuncs.com")
 *                 .instanceName("my-instance")
 *                 .tableName("orders")
 *                 .credentials(accessKeyId, accessKeySecret)
 *                 .startingPosition(StartingPosition.earliest())
 *                 .deserializer(new ChangeRecordSchema())
 *                 .build();
 * env.fromSource(source, WatermarkStrategy.noWatermarks(), "orders");
 * }</pre>
 *
 * <p>Every change is read exactly once, as far as Flink's state goes, and the changes of one key in
 * their order, also where partitions of the table split and merge. Event time is the time at which
 * a change entered the service.
 *
 * @param <T> the type of the elements
 */
@PublicEvolving
public final class OtsStreamSource<T>
        implements Source<T, ShardSplit, EnumeratorState>,
                ResultTypeQueryable<T>,
                LineageVertexProvider {

    private static final long serialVersionUID = 1L;

    /** A stream becomes active within seconds of being enabled. */
    private static final Duration ENABLING_TIMEOUT = Duration.ofMinutes(2);

    /** Twice for each line of the log that tells a bounded job's progress. */
    private static final Duration PROGRESS_INTERVAL = Duration.ofSeconds(5);

    private final OtsConnection connection;
    private final String tableName;
    private final boolean timeSeries;
    private final StartingPosition start;
    private final StoppingPosition stop;
    private final OtsStreamDeserializationSchema<T> schema;
    private final Duration discoveryInterval;
    private final FetchSettings fetchSettings;
    private final TrimmedData trimmedData;
    private final RetryPolicy retryPolicy;
    private final RateLimit rateLimit;
    @Nullable private final Duration watermarkClockMargin;
    @Nullable private final StatusTableSettings statusTable;
    private final long wantedFromMillis;
    @Nullable private final TableCheck tableCheck;
    @Nullable private final RowLookup rowLookup;
    private final long limit;

    OtsStreamSource(OtsStreamSourceBuilder<T> builder, OtsConnection connection) {
        this.connection = connection;
        this.tableName = builder.tableName;
        this.timeSeries = builder.timeSeries;
        this.start = builder.start;
        this.stop = builder.stop;
        this.schema = builder.schema;
        this.discoveryInterval = builder.discoveryInterval;
        this.fetchSettings = builder.fetchSettings;
        this.trimmedData = builder.trimmedData;
        this.retryPolicy = builder.retryPolicy;
        this.rateLimit = builder.rateLimit;
        this.watermarkClockMargin = builder.watermarkClockMargin;
        this.statusTable = builder.statusTable;
        this.wantedFromMillis = builder.wantedFromMillis;
        this.tableCheck = builder.tableCheck;
        this.rowLookup = builder.rowLookup;
        this.limit = builder.limit;
    }

    /** Begins to describe a source; see {@link OtsStreamSourceBuilder} for what is required. */
    public static <T> OtsStreamSourceBuilder<T> builder() {
        return new OtsStreamSourceBuilder<>();
    }

    @Override
    public Boundedness getBoundedness() {
        return stop.isBounded() ? Boundedness.BOUNDED : Boundedness.CONTINUOUS_UNBOUNDED;
    }

    @Override
    public SplitEnumerator<ShardSplit, EnumeratorState> createEnumerator(
            SplitEnumeratorContext<ShardSplit> context) {
        return restoreEnumerator(context, ShardEnumerator.initialState());
    }

    @Override
    public SplitEnumerator<ShardSplit, EnumeratorState> restoreEnumerator(
            SplitEnumeratorContext<ShardSplit> context, EnumeratorState state) {
        return new EnumeratorOnStart(state, () -> openEnumerator(context, state));
    }

    private ShardEnumerator openEnumerator(
            SplitEnumeratorContext<ShardSplit> context, EnumeratorState state) {
        StreamClient client = openClient(CallListener.NONE);
        try {
            return enumerator(context, state, client, openStatusTable());
        } catch (RuntimeException e) {
            client.close();
            throw e;
        }
    }

    private ShardEnumerator enumerator(
            SplitEnumeratorContext<ShardSplit> context,
            EnumeratorState state,
            StreamClient client,
            @Nullable StatusTable status) {
        return new ShardEnumerator(
                context,
                new StreamLookup(client, tableName, timeSeries, ENABLING_TIMEOUT),
                checked(
                        start.asksStatusTable()
                                ? new StatusTableStart(status, start, stop)
                                : new PositionResolver(start, stop, wantedFromMillis)),
                EnumeratorSettings.of(stop.isBounded(), discoveryInterval)
                        .withSourceWatermarks(watermarkClockMargin)
                        .withRateLimit(rateLimit.isLimited()),
                status == null ? null : new RunMirror(status, statusTable, client, tableName),
                SystemClock.getInstance(),
                state);
    }

    @Nullable
    private StatusTable openStatusTable() {
        return statusTable == null
                ? null
                : new StatusTable(
                        connection.openTables(retryPolicy, CallListener.NONE),
                        statusTable.getTableName());
    }

    private StartResolver checked(StartResolver resolver) {
        return tableCheck == null
                ? resolver
                : new CheckedStart(
                        tableName, tableCheck, () -> openTables(CallListener.NONE), resolver);
    }

    @Override
    public SourceReader<T, ShardSplit> createReader(SourceReaderContext context) throws Exception {
        schema.open(
                new DeserializationSchema.InitializationContext() {
                    @Override
                    public MetricGroup getMetricGroup() {
                        return context.metricGroup().addGroup("deserializer");
                    }

                    @Override
                    public UserCodeClassLoader getUserCodeClassLoader() {
                        return context.getUserCodeClassLoader();
                    }
                });
        return OtsStreamSourceReader.create(
                this::openClient,
                this::openTables,
                tableName,
                new ReaderSettings(fetchSettings, trimmedData, rateLimit, reportInterval())
                        .withMirror(statusTable == null ? null : StatusMirror.BETWEEN_POINTS)
                        .withRowLookup(rowLookup)
                        .withLimit(limit),
                schema,
                context);
    }

    /** Source watermarks and a bounded job's progress follow from what readers report. */
    @Nullable
    private Duration reportInterval() {
        if (watermarkClockMargin != null) {
            return ShardEnumerator.WATERMARK_INTERVAL;
        }
        return stop.isBounded() ? PROGRESS_INTERVAL : null;
    }

    private StreamClient openClient(CallListener listener) {
        return new RetryingStreamClient(connection.open(), retryPolicy, listener);
    }

    private TableClient openTables(CallListener listener) {
        return connection.openTables(retryPolicy, listener);
    }

    @Override
    public SimpleVersionedSerializer<ShardSplit> getSplitSerializer() {
        return new ShardSplitSerializer();
    }

    @Override
    public SimpleVersionedSerializer<EnumeratorState> getEnumeratorCheckpointSerializer() {
        return new EnumeratorStateSerializer();
    }

    @Override
    public TypeInformation<T> getProducedType() {
        return schema.getProducedType();
    }

    /** Returns the table, for systems that track where data comes from; never a credential. */
    @Override
    public LineageVertex getLineageVertex() {
        return new TableLineage(connection, tableName, start, stop);
    }

    @Override
    public String toString() {
        return "OtsStreamSource{table="
                + tableName
                + ", "
                + connection
                + ", from "
                + start
                + ", to "
                + stop
                + '}';
    }
}
