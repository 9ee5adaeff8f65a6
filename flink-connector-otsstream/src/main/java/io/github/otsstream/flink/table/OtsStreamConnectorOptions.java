/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table;

import io.github.otsstream.flink.source.reader.TrimmedData;
import io.github.otsstream.flink.status.StatusTableSettings;
import io.github.otsstream.flink.table.row.ChangelogKind;
import io.github.otsstream.flink.table.row.DirtyRecord;
import io.github.otsstream.flink.table.row.PartialUpdate;
import io.github.otsstream.flink.table.row.ReadMode;
import java.time.Duration;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.DescribedEnum;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.description.InlineElement;
import org.apache.flink.configuration.description.TextElement;
import org.apache.flink.table.factories.FactoryUtil;

/**
 * The options of a table with {@code 'connector' = 'otsstream'}.
 *
 * <p>Where users of DataX, DataWorks or Alibaba's {@code ots} connector know an option by another
 * name, it answers to that too, as a fallback key, so that their parameters can be pasted.
 */
@PublicEvolving
public final class OtsStreamConnectorOptions {

    // ------------------------------------------------------------------ connection

    public static final ConfigOption<String> ENDPOINT =
            ConfigOptions.key("endpoint")
                    .stringType()
                    .noDefaultValue()
                    .withFallbackKeys("endPoint")
                    .withDescription(
                            "The instance's address: https:// or http://, host, and port if it is"
                                    + " not the usual one, as"
                                    + " https://my-instance.cn-hangzhou.ots.aliyuncs.com.");

    public static final ConfigOption<String> INSTANCE_NAME =
            ConfigOptions.key("instance-name")
                    .stringType()
                    .noDefaultValue()
                    .withFallbackKeys("instanceName")
                    .withDescription("The name of the Tablestore instance.");

    public static final ConfigOption<String> TABLE_NAME =
            ConfigOptions.key("table-name")
                    .stringType()
                    .noDefaultValue()
                    .withFallbackKeys("dataTable", "tableName")
                    .withDescription(
                            "The table whose stream is read. Stream must be enabled on it.");

    public static final ConfigOption<String> ACCESS_KEY_ID =
            ConfigOptions.key("access-key-id")
                    .stringType()
                    .noDefaultValue()
                    .withFallbackKeys("accessId")
                    .withDescription("The id of an access key.");

    public static final ConfigOption<String> ACCESS_KEY_SECRET =
            ConfigOptions.key("access-key-secret")
                    .stringType()
                    .noDefaultValue()
                    .withFallbackKeys("accessKey")
                    .withDescription(
                            "The secret of that access key. Flink hides it in what it prints under"
                                    + " this name, but not under accessKey.");

    public static final ConfigOption<String> SECURITY_TOKEN =
            ConfigOptions.key("security-token")
                    .stringType()
                    .noDefaultValue()
                    .withDescription("The token that belongs to a temporary access key.");

    public static final ConfigOption<CredentialsKind> CREDENTIALS_PROVIDER =
            ConfigOptions.key("credentials.provider")
                    .enumType(CredentialsKind.class)
                    .noDefaultValue()
                    .withDescription(
                            "Where credentials come from. By default from the options above if"
                                    + " they are given, else from the environment.");

    public static final ConfigOption<String> ECS_RAM_ROLE =
            ConfigOptions.key("credentials.ecs-ram-role")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "The name of the RAM role, with the provider ecs-ram-role; by default"
                                    + " the one that the machine has.");

    public static final ConfigOption<Boolean> ALLOW_PLAIN_HTTP =
            ConfigOptions.key("allow-plain-http")
                    .booleanType()
                    .defaultValue(false)
                    .withDescription(
                            "Whether http:// may be used to another machine than this one: rows"
                                    + " cross the network in clear then.");

    public static final ConfigOption<Duration> REQUEST_TIMEOUT =
            ConfigOptions.key("connection.request-timeout")
                    .durationType()
                    .defaultValue(Duration.ofSeconds(30))
                    .withDescription(
                            "How long an answer may stay out before the attempt counts as failed.");

    public static final ConfigOption<Duration> CONNECT_TIMEOUT =
            ConfigOptions.key("connection.connect-timeout")
                    .durationType()
                    .defaultValue(Duration.ofSeconds(10))
                    .withDescription("How long the making of a connection may take.");

    public static final ConfigOption<String> TRUSTED_CERTIFICATES =
            ConfigOptions.key("connection.trusted-certificates")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "A file of X.509 certificates in PEM form, which the endpoint's must"
                                    + " lead to: those of a private authority, for example. It is"
                                    + " read where the statement is planned, and trusted instead"
                                    + " of what the Java runtime trusts.");

    public static final ConfigOption<Integer> MAX_CONNECTIONS =
            ConfigOptions.key("connection.max-connections")
                    .intType()
                    .defaultValue(256)
                    .withDescription(
                            "How many connections one reader may hold. Each shard that is read at"
                                    + " the same time takes one.");

    public static final ConfigOption<Boolean> COMPRESSION =
            ConfigOptions.key("connection.compression")
                    .booleanType()
                    .defaultValue(false)
                    .withDescription(
                            "Whether the service is asked to compress its answers: less traffic"
                                    + " for more CPU.");

    public static final ConfigOption<Boolean> VERIFY_CONTENT_MD5 =
            ConfigOptions.key("connection.verify-content-md5")
                    .booleanType()
                    .defaultValue(false)
                    .withDescription(
                            "Whether each page is checked against its MD5 sum, which costs more"
                                    + " than reading it. Without it the columns' own sums are"
                                    + " verified, and the sum only of pages that look damaged.");

    public static final ConfigOption<Integer> MAX_RETRIES =
            ConfigOptions.key("max-retries")
                    .intType()
                    .defaultValue(30)
                    .withFallbackKeys("maxRetries")
                    .withDescription(
                            "How often a request that failed for a passing reason is made again.");

    // ------------------------------------------------------------------ where to start and to stop

    public static final ConfigOption<ScanStartupMode> SCAN_STARTUP_MODE =
            ConfigOptions.key("scan.startup.mode")
                    .enumType(ScanStartupMode.class)
                    .defaultValue(ScanStartupMode.EARLIEST)
                    .withDescription(
                            "Where a job without a checkpoint begins. A start time that is given"
                                    + " without a mode means timestamp, and together with"
                                    + " status-table it means status-table.");

    public static final ConfigOption<Long> SCAN_STARTUP_TIMESTAMP_MILLIS =
            ConfigOptions.key("scan.startup.timestamp-millis")
                    .longType()
                    .noDefaultValue()
                    .withFallbackKeys("startTimestampMillis")
                    .withDescription(
                            "The start, inclusive, in milliseconds since 1970-01-01 00:00:00 UTC.");

    public static final ConfigOption<String> SCAN_STARTUP_TIME =
            ConfigOptions.key("scan.startup.time")
                    .stringType()
                    .noDefaultValue()
                    .withFallbackKeys("startTimeString")
                    .withDescription("The start, inclusive, as yyyyMMddHHmmss in scan.time-zone.");

    public static final ConfigOption<Boolean> SCAN_STARTUP_OR_EARLIEST =
            ConfigOptions.key("scan.startup.or-earliest")
                    .booleanType()
                    .defaultValue(false)
                    .withDescription(
                            "Whether a start time that has left the stream's retention begins with"
                                    + " the oldest record instead of failing the job.");

    public static final ConfigOption<ScanBoundedMode> SCAN_BOUNDED_MODE =
            ConfigOptions.key("scan.bounded.mode")
                    .enumType(ScanBoundedMode.class)
                    .defaultValue(ScanBoundedMode.UNBOUNDED)
                    .withDescription(
                            "Whether and where reading ends. An end that is given without a mode"
                                    + " means timestamp.");

    public static final ConfigOption<Long> SCAN_BOUNDED_TIMESTAMP_MILLIS =
            ConfigOptions.key("scan.bounded.timestamp-millis")
                    .longType()
                    .noDefaultValue()
                    .withFallbackKeys("endTimestampMillis")
                    .withDescription(
                            "The end, exclusive, in milliseconds since 1970-01-01 00:00:00 UTC.");

    public static final ConfigOption<String> SCAN_BOUNDED_TIME =
            ConfigOptions.key("scan.bounded.time")
                    .stringType()
                    .noDefaultValue()
                    .withFallbackKeys("endTimeString")
                    .withDescription("The end, exclusive, as yyyyMMddHHmmss in scan.time-zone.");

    public static final ConfigOption<Duration> SCAN_BOUNDED_END_MARGIN =
            ConfigOptions.key("scan.bounded.end-margin")
                    .durationType()
                    .defaultValue(Duration.ofMinutes(5))
                    .withDescription(
                            "How far an end at a time has to be past when the job starts, or how"
                                    + " long the job waits for late writes after it, with"
                                    + " scan.bounded.wait-for-end. The clocks of the service's"
                                    + " machines differ. Zero switches the check off.");

    public static final ConfigOption<Boolean> SCAN_BOUNDED_WAIT_FOR_END =
            ConfigOptions.key("scan.bounded.wait-for-end")
                    .booleanType()
                    .defaultValue(false)
                    .withDescription(
                            "Whether an end that is not past yet is waited for instead of refused.");

    public static final ConfigOption<String> SCAN_DATE =
            ConfigOptions.key("scan.date")
                    .stringType()
                    .noDefaultValue()
                    .withFallbackKeys("date")
                    .withDescription(
                            "One day, as yyyyMMdd, that is read from its begin to its end in"
                                    + " scan.time-zone. In place of a start and an end.");

    public static final ConfigOption<String> SCAN_TIME_ZONE =
            ConfigOptions.key("scan.time-zone")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "The time zone of the times that are given as text, as Asia/Shanghai or"
                                    + " +08:00. By default the session's (table.local-time-zone),"
                                    + " as it is when the query is planned.");

    // ------------------------------------------------------------------ status table

    public static final ConfigOption<String> STATUS_TABLE =
            ConfigOptions.key("status-table")
                    .stringType()
                    .noDefaultValue()
                    .withFallbackKeys("statusTable")
                    .withDescription(
                            "The table in which DataX and DataWorks keep how far they have read."
                                    + " The job keeps it up to date, and can start where a run"
                                    + " before has ended. By default there is none.");

    public static final ConfigOption<Boolean> STATUS_TABLE_REQUIRED =
            ConfigOptions.key("status-table.required")
                    .booleanType()
                    .defaultValue(false)
                    .withDescription(
                            "Whether the job fails when the status table can't be written.");

    public static final ConfigOption<StatusTableSettings.Commit> STATUS_TABLE_COMMIT =
            ConfigOptions.key("status-table.commit")
                    .enumType(StatusTableSettings.Commit.class)
                    .defaultValue(StatusTableSettings.Commit.CHECKPOINT)
                    .withDescription(
                            "When the end of a bounded scan counts for other jobs: checkpoint, when"
                                    + " a checkpoint has completed that holds everything up to it,"
                                    + " or read, when everything has been read, as in DataX. A job"
                                    + " without checkpoints, as in batch mode, needs read.");

    public static final ConfigOption<Duration> STATUS_TABLE_INTERVAL =
            ConfigOptions.key("status-table.interval")
                    .durationType()
                    .defaultValue(Duration.ofMinutes(1))
                    .withDescription("The least time between two writes to the status table.");

    // ------------------------------------------------------------------ reading

    public static final ConfigOption<Duration> SCAN_SHARD_DISCOVERY_INTERVAL =
            ConfigOptions.key("scan.shard-discovery.interval")
                    .durationType()
                    .defaultValue(Duration.ofSeconds(30))
                    .withDescription(
                            "How often shards are listed besides the moments at which one ends."
                                    + " Zero lists them only then.");

    public static final ConfigOption<Integer> SCAN_PARALLELISM = FactoryUtil.SOURCE_PARALLELISM;

    public static final ConfigOption<TrimmedData> TRIMMED_DATA =
            ConfigOptions.key("trimmed-data")
                    .enumType(TrimmedData.class)
                    .defaultValue(TrimmedData.FAIL)
                    .withDescription(
                            "What to do where changes may have left the stream's retention before"
                                    + " they were read.");

    public static final ConfigOption<Long> RATE_LIMIT_RECORDS_PER_SECOND =
            ConfigOptions.key("rate-limit.records-per-second")
                    .longType()
                    .noDefaultValue()
                    .withDescription(
                            "The most records that the scan fetches in a second, all readers"
                                    + " together. By default there is no limit.");

    public static final ConfigOption<MemorySize> RATE_LIMIT_BYTES_PER_SECOND =
            ConfigOptions.key("rate-limit.bytes-per-second")
                    .memoryType()
                    .noDefaultValue()
                    .withDescription(
                            "The most bytes of answers that the scan fetches in a second, all"
                                    + " readers together; DataWorks' mbps of 7 is 7mb. By default"
                                    + " there is no limit.");

    public static final ConfigOption<Integer> FETCH_RECORDS_PER_REQUEST =
            ConfigOptions.key("fetch.records-per-request")
                    .intType()
                    .defaultValue(1_000)
                    .withDescription(
                            "The most records that one request asks for; the service may give"
                                    + " fewer.");

    public static final ConfigOption<Integer> FETCH_MAX_REQUESTS_IN_FLIGHT =
            ConfigOptions.key("fetch.max-requests-in-flight")
                    .intType()
                    .defaultValue(64)
                    .withDescription(
                            "The most requests that one reader has in flight; each shard has at"
                                    + " most one.");

    public static final ConfigOption<MemorySize> FETCH_MAX_BUFFERED_BYTES =
            ConfigOptions.key("fetch.max-buffered-bytes")
                    .memoryType()
                    .defaultValue(MemorySize.ofMebiBytes(64))
                    .withDescription(
                            "The bytes of fetched pages above which one reader asks for no more.");

    public static final ConfigOption<Duration> FETCH_MIN_IDLE_INTERVAL =
            ConfigOptions.key("fetch.min-idle-interval")
                    .durationType()
                    .defaultValue(Duration.ofMillis(50))
                    .withDescription(
                            "How long a reader waits at first before it asks a shard again that had"
                                    + " nothing new.");

    public static final ConfigOption<Duration> FETCH_MAX_IDLE_INTERVAL =
            ConfigOptions.key("fetch.max-idle-interval")
                    .durationType()
                    .defaultValue(Duration.ofMillis(500))
                    .withDescription(
                            "To which length that wait grows, doubling, while the shard stays"
                                    + " idle.");

    public static final ConfigOption<Duration> SOURCE_WATERMARK_CLOCK_MARGIN =
            ConfigOptions.key("source-watermark.clock-margin")
                    .durationType()
                    .defaultValue(Duration.ofMinutes(5))
                    .withDescription(
                            "With SOURCE_WATERMARK(): how far the service's machines may date a"
                                    + " change too early. The larger it is, the fewer changes are"
                                    + " late and the later windows close.");

    public static final ConfigOption<Boolean> TIME_SERIES =
            ConfigOptions.key("time-series")
                    .booleanType()
                    .defaultValue(false)
                    .withFallbackKeys("isTimeseriesTable")
                    .withDescription("Whether the table is a time-series table.");

    // ------------------------------------------------------------------ rows

    public static final ConfigOption<ReadMode> READ_MODE =
            ConfigOptions.key("read-mode")
                    .enumType(ReadMode.class)
                    .defaultValue(ReadMode.ROW)
                    .withFallbackKeys("mode")
                    .withDescription("What the rows of the table are made of.");

    public static final ConfigOption<ChangelogKind> CHANGELOG_MODE =
            ConfigOptions.key("changelog-mode")
                    .enumType(ChangelogKind.class)
                    .defaultValue(ChangelogKind.APPEND)
                    .withDescription("Which changes the rows stand for, in the read mode row.");

    public static final ConfigOption<PartialUpdate> PARTIAL_UPDATE =
            ConfigOptions.key("partial-update")
                    .enumType(PartialUpdate.class)
                    .noDefaultValue()
                    .withDescription(
                            "How a record that changes only some columns becomes a whole row, in"
                                    + " the changelog mode upsert. By default from the origin"
                                    + " columns; where the stream carries too few, the job fails at"
                                    + " its start and says what can be done.");

    public static final ConfigOption<Boolean> EXPORT_SEQUENCE_INFO =
            ConfigOptions.key("export-sequence-info")
                    .booleanType()
                    .defaultValue(false)
                    .withFallbackKeys("isExportSequenceInfo")
                    .withDescription(
                            "Whether a column sequenceinfo of a multi-version table is the cell's"
                                    + " sequence.");

    public static final ConfigOption<Boolean> IGNORE_DELETE =
            ConfigOptions.key("ignore-delete")
                    .booleanType()
                    .defaultValue(false)
                    .withFallbackKeys("ignoreDelete")
                    .withDescription("Whether deletions are left out.");

    public static final ConfigOption<DirtyRecord> DIRTY_RECORD =
            ConfigOptions.key("dirty-record")
                    .enumType(DirtyRecord.class)
                    .defaultValue(DirtyRecord.FAIL)
                    .withFallbackKeys("skipInvalidData")
                    .withDescription(
                            "What to do with a record that does not fit the declared columns."
                                    + " skipInvalidData takes true and false too, for skip and"
                                    + " fail.");

    public static final ConfigOption<Long> DIRTY_RECORD_MAX_COUNT =
            ConfigOptions.key("dirty-record.max-count")
                    .longType()
                    .defaultValue(0L)
                    .withDescription(
                            "How many such records one reader tolerates before it fails the job; 0"
                                    + " is any number.");

    private OtsStreamConnectorOptions() {}

    /** Where credentials come from. */
    @PublicEvolving
    public enum CredentialsKind implements DescribedEnum {
        STATIC("static", "The access key in the options; it becomes part of the job."),

        ENVIRONMENT(
                "environment",
                "The environment variables TABLESTORE_ACCESS_KEY_ID and"
                        + " TABLESTORE_ACCESS_KEY_SECRET, or ALIBABA_CLOUD_ACCESS_KEY_ID and"
                        + " ALIBABA_CLOUD_ACCESS_KEY_SECRET, of JobManager and TaskManagers."),

        SYSTEM_PROPERTIES(
                "system-properties",
                "The Java system properties tablestore.accessKeyId and"
                        + " tablestore.accessKeySecret of JobManager and TaskManagers."),

        ECS_RAM_ROLE(
                "ecs-ram-role",
                "The RAM role of the ECS instances that JobManager and TaskManagers run on.");

        private final String text;
        private final String description;

        CredentialsKind(String text, String description) {
            this.text = text;
            this.description = description;
        }

        /** The value as it is written in options. */
        @Override
        public String toString() {
            return text;
        }

        @Override
        public InlineElement getDescription() {
            return TextElement.text(description);
        }
    }

    /** Where a job without a checkpoint begins. */
    @PublicEvolving
    public enum ScanStartupMode implements DescribedEnum {
        EARLIEST("earliest", "With the oldest record that the stream retains."),

        LATEST("latest", "With what is written after the job has started."),

        TIMESTAMP("timestamp", "With the first record at or after the given time."),

        STATUS_TABLE(
                "status-table",
                "Where the status table says that a run has ended: the one that ended at the given"
                        + " time, or the last one if none is given. Where it does not know the"
                        + " time, as timestamp.");

        private final String text;
        private final String description;

        ScanStartupMode(String text, String description) {
            this.text = text;
            this.description = description;
        }

        /** The value as it is written in options. */
        @Override
        public String toString() {
            return text;
        }

        @Override
        public InlineElement getDescription() {
            return TextElement.text(description);
        }
    }

    /** Where reading ends. */
    @PublicEvolving
    public enum ScanBoundedMode implements DescribedEnum {
        UNBOUNDED("unbounded", "Never."),

        LATEST("latest", "At the service's time of the job's start."),

        TIMESTAMP("timestamp", "Before the first record at or after the given time.");

        private final String text;
        private final String description;

        ScanBoundedMode(String text, String description) {
            this.text = text;
            this.description = description;
        }

        /** The value as it is written in options. */
        @Override
        public String toString() {
            return text;
        }

        @Override
        public InlineElement getDescription() {
            return TextElement.text(description);
        }
    }
}
