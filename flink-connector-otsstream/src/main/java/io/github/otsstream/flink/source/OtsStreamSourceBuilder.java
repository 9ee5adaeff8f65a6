/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source;

import io.github.otsstream.flink.client.OtsConnection;
import io.github.otsstream.flink.client.OtsCredentialsProvider;
import io.github.otsstream.flink.client.RetryPolicy;
import io.github.otsstream.flink.source.deserialization.OtsStreamDeserializationSchema;
import io.github.otsstream.flink.source.enumerator.TableCheck;
import io.github.otsstream.flink.source.reader.FetchSettings;
import io.github.otsstream.flink.source.reader.RateLimit;
import io.github.otsstream.flink.source.reader.RowLookup;
import io.github.otsstream.flink.source.reader.TrimmedData;
import io.github.otsstream.flink.status.StatusTableSettings;
import java.time.Duration;
import java.util.Objects;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.annotation.PublicEvolving;

/**
 * Describes an {@link OtsStreamSource}. Required are the endpoint, the instance, the table,
 * credentials and a deserializer; the rest has defaults: from the earliest record, without an end.
 *
 * <p>Wrong values are refused when they are given, or in {@link #build()} where it takes several of
 * them to see it, with an {@link IllegalArgumentException} that names the value.
 *
 * @param <T> the type of the source's elements
 */
@PublicEvolving
public final class OtsStreamSourceBuilder<T> {

    private static final Duration MAX_DISCOVERY_INTERVAL = Duration.ofDays(1);

    /** As long as a stream can retain anything. */
    private static final Duration MAX_CLOCK_MARGIN = Duration.ofDays(7);

    private final OtsConnection.Builder connection = OtsConnection.builder();
    @Nullable private OtsConnection givenConnection;
    @Nullable String tableName;
    boolean timeSeries;
    StartingPosition start = StartingPosition.earliest();
    StoppingPosition stop = StoppingPosition.never();
    @Nullable OtsStreamDeserializationSchema<T> schema;
    Duration discoveryInterval = Duration.ofSeconds(30);
    FetchSettings fetchSettings = FetchSettings.defaults();
    TrimmedData trimmedData = TrimmedData.FAIL;
    RetryPolicy retryPolicy = RetryPolicy.defaults();
    RateLimit rateLimit = RateLimit.none();
    @Nullable Duration watermarkClockMargin;
    @Nullable StatusTableSettings statusTable;
    long wantedFromMillis = Long.MIN_VALUE;
    @Nullable TableCheck tableCheck;
    @Nullable RowLookup rowLookup;
    long limit = Long.MAX_VALUE;

    OtsStreamSourceBuilder() {}

    /** The instance's address, as {@code https://my-instance.cn-hangzhou.ots.aliyuncs.com}. */
    public OtsStreamSourceBuilder<T> endpoint(String endpoint) {
        connection.endpoint(endpoint);
        return this;
    }

    /** The name of the instance. It has to be given. */
    public OtsStreamSourceBuilder<T> instanceName(String instanceName) {
        connection.instanceName(instanceName);
        return this;
    }

    /** The table whose stream is read. Stream must be enabled on it. */
    public OtsStreamSourceBuilder<T> tableName(String table) {
        this.tableName = Objects.requireNonNull(table, "tableName");
        return this;
    }

    /**
     * Whether the table is a time-series table; the job fails at its start if it is not what this
     * says. Such a table's records are about points of series, which {@link
     * io.github.otsstream.flink.record.TimeSeriesKey} tells, and their columns are the fields.
     */
    public OtsStreamSourceBuilder<T> timeSeries(boolean isTimeSeries) {
        this.timeSeries = isTimeSeries;
        return this;
    }

    /** A fixed pair of keys, which becomes part of the serialized job. */
    public OtsStreamSourceBuilder<T> credentials(String accessKeyId, String accessKeySecret) {
        connection.credentials(accessKeyId, accessKeySecret);
        return this;
    }

    /** Where to get credentials; asked on the machines that read, again and again. */
    public OtsStreamSourceBuilder<T> credentials(OtsCredentialsProvider provider) {
        connection.credentials(provider);
        return this;
    }

    /** Plain HTTP to a host that is not this one sends data in clear and is refused by default. */
    public OtsStreamSourceBuilder<T> allowPlainHttp(boolean allow) {
        connection.allowPlainHttp(allow);
        return this;
    }

    /**
     * Whether each page is checked against its MD5 sum, which costs more than reading it; off by
     * default. Over plain HTTP, damage that the sums of TCP and of the columns let pass is noticed
     * only with it. See {@link OtsConnection.Builder#verifyContentMd5}.
     */
    public OtsStreamSourceBuilder<T> verifyContentMd5(boolean verify) {
        connection.verifyContentMd5(verify);
        return this;
    }

    /**
     * A connection that says more than endpoint, instance name and credentials, as timeouts; it
     * takes the place of all of them.
     */
    public OtsStreamSourceBuilder<T> connection(OtsConnection given) {
        this.givenConnection = Objects.requireNonNull(given, "connection");
        return this;
    }

    /** Where a job without a checkpoint begins. Default: the oldest record. */
    public OtsStreamSourceBuilder<T> startingPosition(StartingPosition position) {
        this.start = Objects.requireNonNull(position, "startingPosition");
        return this;
    }

    /** Any position but {@link StoppingPosition#never()} makes the source bounded. */
    public OtsStreamSourceBuilder<T> stoppingPosition(StoppingPosition position) {
        this.stop = Objects.requireNonNull(position, "stoppingPosition");
        return this;
    }

    /** What makes the source's elements of its records. It has to be given. */
    public OtsStreamSourceBuilder<T> deserializer(OtsStreamDeserializationSchema<T> deserializer) {
        this.schema = Objects.requireNonNull(deserializer, "deserializer");
        return this;
    }

    /**
     * How often the stream is looked at for new shards besides the moments at which a shard ends,
     * when its children are looked up at once: up to one day. Zero looks only then. The default is
     * 30 seconds.
     */
    public OtsStreamSourceBuilder<T> shardDiscoveryInterval(Duration interval) {
        if (interval.isNegative() || interval.compareTo(MAX_DISCOVERY_INTERVAL) > 0) {
            throw new IllegalArgumentException(
                    "The shard discovery interval is from zero to one day: " + interval);
        }
        this.discoveryInterval = interval;
        return this;
    }

    /** How each reader asks for records. Default: {@link FetchSettings#defaults()}. */
    public OtsStreamSourceBuilder<T> fetchSettings(FetchSettings settings) {
        this.fetchSettings = Objects.requireNonNull(settings, "fetchSettings");
        return this;
    }

    /**
     * What to do where changes may have left the stream's retention before they were read; the job
     * fails by default.
     */
    public OtsStreamSourceBuilder<T> trimmedData(TrimmedData reaction) {
        this.trimmedData = Objects.requireNonNull(reaction, "trimmedData");
        return this;
    }

    /** How often a request that failed for a passing reason is made again; 30 by default. */
    public OtsStreamSourceBuilder<T> maxRetries(int maxRetries) {
        this.retryPolicy = retryPolicy.withMaxRetries(maxRetries);
        return this;
    }

    /** The most that the whole job reads in a second; no limit by default. */
    public OtsStreamSourceBuilder<T> rateLimit(RateLimit limit) {
        this.rateLimit = Objects.requireNonNull(limit, "rateLimit");
        return this;
    }

    /**
     * Lets the source emit its own watermark: the time up to which every shard of the stream is
     * known to be read, less a margin. It passes quiet tables too, since an answer without records
     * proves that there are none. Use it with {@code WatermarkStrategy.noWatermarks()}.
     *
     * @param clockMargin how far the service's machines may date a record too early; the larger it
     *     is, the fewer records are late and the later windows close. Where nothing better is
     *     known, five minutes are what the service's own tools leave. From zero to seven days
     */
    public OtsStreamSourceBuilder<T> sourceWatermarks(Duration clockMargin) {
        if (clockMargin.isNegative() || clockMargin.compareTo(MAX_CLOCK_MARGIN) > 0) {
            throw new IllegalArgumentException(
                    "The clock margin of watermarks is from zero to seven days: " + clockMargin);
        }
        this.watermarkClockMargin = clockMargin;
        return this;
    }

    /**
     * Mirrors the job's progress in a table of the instance, in the layout of DataX and DataWorks,
     * for other jobs to go on from; none by default. Flink's checkpoints stay the truth: the mirror
     * follows them, and does not hold the job up. The credentials need the right to describe,
     * create, read and write that table.
     */
    public OtsStreamSourceBuilder<T> statusTable(StatusTableSettings settings) {
        this.statusTable = Objects.requireNonNull(settings, "statusTable");
        return this;
    }

    /**
     * Lets a job that begins with the earliest record leave out, as far as that saves reading, what
     * is before a time. Some such records are read all the same; the schema is to leave them out.
     */
    @Internal
    public OtsStreamSourceBuilder<T> wantedFrom(long epochMillis) {
        this.wantedFromMillis = epochMillis;
        return this;
    }

    /**
     * Has the table itself checked when a job without a checkpoint first sees its stream. The
     * credentials need the action ots:DescribeTable then. No check by default.
     */
    @Internal
    public OtsStreamSourceBuilder<T> tableCheck(TableCheck check) {
        this.tableCheck = Objects.requireNonNull(check, "tableCheck");
        return this;
    }

    /**
     * Has rows read from the table for the records that change only a part of them. The credentials
     * need the action ots:BatchGetRow then. None are read by default.
     */
    @Internal
    public OtsStreamSourceBuilder<T> rowLookup(RowLookup lookup) {
        this.rowLookup = Objects.requireNonNull(lookup, "rowLookup");
        return this;
    }

    /**
     * Lets each reader end its shards where they are once it has emitted so many elements, so that
     * a bounded job that needs no more does not read on. All elements of the record with which the
     * number is reached are emitted; all readers together can emit more; after a restore each
     * counts from zero. It is left open which elements come: what follows a shard's place, also in
     * the shards that have come from it, does not. So such a place is no end of the window to go on
     * from, and no status table must take it for one.
     */
    @Internal
    public OtsStreamSourceBuilder<T> limit(long elements) {
        if (elements <= 0) {
            throw new IllegalArgumentException(
                    "The limit must be a positive number of elements: " + elements);
        }
        this.limit = elements;
        return this;
    }

    /**
     * Creates the source.
     *
     * @throws IllegalArgumentException if something required is missing, the end is before the
     *     start, or settings don't go together
     */
    public OtsStreamSource<T> build() {
        require(tableName == null || tableName.trim().isEmpty() ? null : tableName, "tableName");
        require(schema, "deserializer");
        if (stop.isBefore(start)) {
            throw new IllegalArgumentException(
                    "The stopping position (" + stop + ") is before the start (" + start + ")");
        }
        if (start.asksStatusTable() && statusTable == null) {
            throw new IllegalArgumentException(
                    "A start from the status table (" + start + ") needs a value for statusTable");
        }
        if (statusTable != null && statusTable.getTableName().equals(tableName)) {
            throw new IllegalArgumentException(
                    "The table that is read can't be its own status table: " + tableName);
        }
        if (timeSeries && rowLookup != null) {
            throw new IllegalArgumentException(
                    "Rows can't be looked up in the time-series table "
                            + tableName
                            + ": its records are points of series, not rows");
        }
        if (limit < Long.MAX_VALUE && !stop.isBounded()) {
            throw new IllegalArgumentException(
                    "A limit of "
                            + limit
                            + " elements needs a stoppingPosition: only a bounded source ends");
        }
        if (limit < Long.MAX_VALUE && statusTable != null) {
            throw new IllegalArgumentException(
                    "A limit of "
                            + limit
                            + " elements ends before the window does, which the status table would take"
                            + " for the window's end");
        }
        return new OtsStreamSource<>(
                this, givenConnection != null ? givenConnection : connection.build());
    }

    private static void require(@Nullable Object value, String name) {
        if (value == null) {
            throw new IllegalArgumentException("The source needs a value for " + name);
        }
    }
}
