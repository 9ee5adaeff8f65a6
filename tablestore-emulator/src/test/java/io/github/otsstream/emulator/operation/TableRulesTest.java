/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.alicloud.openservices.tablestore.core.protocol.OTSProtocolBuilder;
import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi;
import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import com.aliyun.ots.thirdparty.com.google.protobuf.ByteString;
import io.github.otsstream.emulator.ServiceException;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Rules on tables that the official client checks itself, so that it cannot break them. */
class TableRulesTest {

    private static final OtsInternalApi.TableOptions DEFAULTS =
            OtsInternalApi.TableOptions.newBuilder()
                    .setTimeToLive(-1)
                    .setMaxVersions(1)
                    .setDeviationCellVersionInSec(86_400)
                    .setAllowUpdate(true)
                    .build();

    @Test
    void newTablesMustSayWhatToKeep() {
        assertRefused(
                () -> TableRules.newOptions(DEFAULTS, options().setMaxVersions(1).build()),
                "Time-to-live is missing while creating table.");
        assertRefused(
                () -> TableRules.newOptions(DEFAULTS, options().setTimeToLive(-1).build()),
                "MaxVersions is missing while creating table.");
    }

    @Test
    void optionsHaveRanges() {
        assertRefused(
                () -> TableRules.updatedOptions(DEFAULTS, options().setTimeToLive(0).build()),
                "TimeToLive cannot be 0 or less than -1.");
        assertRefused(
                () -> TableRules.updatedOptions(DEFAULTS, options().setTimeToLive(-2).build()),
                "TimeToLive cannot be 0 or less than -1.");
        assertRefused(
                () -> TableRules.updatedOptions(DEFAULTS, options().setMaxVersions(0).build()),
                "The maximum versions cannot be less than or equal to 0.");
        String deviation = "The maximum deviation must be in range [0, INT64_MAX/1000000].";
        assertRefused(
                () ->
                        TableRules.updatedOptions(
                                DEFAULTS, options().setDeviationCellVersionInSec(-1).build()),
                deviation);
        assertRefused(
                () ->
                        TableRules.updatedOptions(
                                DEFAULTS,
                                options()
                                        .setDeviationCellVersionInSec(
                                                Long.MAX_VALUE / 1_000_000 + 1)
                                        .build()),
                deviation);
    }

    @Test
    void anUpdateKeepsWhatItDoesNotSay() throws ServiceException {
        OtsInternalApi.TableOptions updated =
                TableRules.updatedOptions(DEFAULTS, options().setAllowUpdate(false).build());
        assertThat(updated).isEqualTo(DEFAULTS.toBuilder().setAllowUpdate(false).build());
    }

    @Test
    void autoIncrementIsForIntegers() {
        OtsInternalApi.TableMeta meta =
                OtsInternalApi.TableMeta.newBuilder()
                        .setTableName("t")
                        .addPrimaryKey(keyColumn("a", OtsInternalApi.PrimaryKeyType.STRING))
                        .addPrimaryKey(
                                keyColumn("b", OtsInternalApi.PrimaryKeyType.STRING)
                                        .setOption(OtsInternalApi.PrimaryKeyOption.AUTO_INCREMENT))
                        .build();
        assertRefused(() -> TableRules.meta(meta), "AUTO_INCREMENT primary key must be integer.");
    }

    @Test
    void aKeyHasAColumn() {
        OtsInternalApi.TableMeta meta =
                OtsInternalApi.TableMeta.newBuilder().setTableName("t").build();
        assertRefused(
                () -> TableRules.meta(meta),
                "The number of primary key columns must be in range: [1, 4].");
    }

    @Test
    void partitionsCoverAllKeysInOrder() throws ServiceException {
        PrimaryKeyValue ten = PrimaryKeyValue.fromLong(10);
        PrimaryKeyValue twenty = PrimaryKeyValue.fromLong(20);
        assertThat(TableRules.splitPoints(partitions(ten, twenty))).containsExactly(ten, twenty);
        assertThat(TableRules.splitPoints(partitions())).isEmpty();
        String message = "The partitions must cover all keys, in order and without gaps.";
        assertRefused(() -> TableRules.splitPoints(partitions(twenty, ten)), message);
        assertRefused(() -> TableRules.splitPoints(partitions(ten, ten)), message);
        OtsInternalApi.CreateTableRequest gap =
                partitions(ten, twenty).toBuilder().removePartitions(1).build();
        assertRefused(() -> TableRules.splitPoints(gap), message);
        OtsInternalApi.CreateTableRequest open =
                partitions(ten, twenty).toBuilder().removePartitions(2).build();
        assertRefused(() -> TableRules.splitPoints(open), message);
    }

    @Test
    void partitionsBeginAtValuesOfTheKey() {
        assertRefused(
                () -> TableRules.splitPoints(partitions(PrimaryKeyValue.fromString("a"))),
                "The value type of partition does not match with primary key.");
        assertRefused(
                () -> TableRules.splitPoints(partitions(PrimaryKeyValue.fromLong(Long.MIN_VALUE))),
                "The value of partition range can not be INT64_MIN or INT64_MAX.");
        OtsInternalApi.CreateTableRequest broken =
                partitions().toBuilder()
                        .addPartitions(
                                OtsInternalApi.PartitionRange.newBuilder()
                                        .setBegin(ByteString.copyFromUtf8("?"))
                                        .setEnd(ByteString.EMPTY))
                        .build();
        assertThatThrownBy(() -> TableRules.splitPoints(broken))
                .isInstanceOf(ServiceException.class);
    }

    private static OtsInternalApi.TableOptions.Builder options() {
        return OtsInternalApi.TableOptions.newBuilder();
    }

    private static OtsInternalApi.PrimaryKeySchema.Builder keyColumn(
            String name, OtsInternalApi.PrimaryKeyType type) {
        return OtsInternalApi.PrimaryKeySchema.newBuilder().setName(name).setType(type);
    }

    private static OtsInternalApi.CreateTableRequest partitions(PrimaryKeyValue... points) {
        OtsInternalApi.CreateTableRequest.Builder request =
                OtsInternalApi.CreateTableRequest.newBuilder()
                        .setTableMeta(
                                OtsInternalApi.TableMeta.newBuilder()
                                        .setTableName("t")
                                        .addPrimaryKey(
                                                keyColumn(
                                                        "a",
                                                        OtsInternalApi.PrimaryKeyType.INTEGER)))
                        .setReservedThroughput(
                                OtsInternalApi.ReservedThroughput.newBuilder()
                                        .setCapacityUnit(OtsInternalApi.CapacityUnit.newBuilder()));
        OTSProtocolBuilder.buildPartitionRanges(request, List.of(points));
        return request.build();
    }

    private static void assertRefused(ThrowingCallable call, String message) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        e -> {
                            assertThat(e.code()).isEqualTo("OTSParameterInvalid");
                            assertThat(e.status()).isEqualTo(400);
                        })
                .hasMessage(message);
    }
}
