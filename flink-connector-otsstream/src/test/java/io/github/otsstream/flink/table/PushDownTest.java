/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import org.apache.flink.runtime.util.EnvironmentInformation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What of a query the planner leaves to the source, and shows of it in plans. */
class PushDownTest {

    private static final String COLUMNS =
            "note STRING, price DECIMAL(10, 2), id BIGINT, name STRING,"
                    + " op STRING METADATA FROM 'op-type',"
                    + " ts TIMESTAMP_LTZ(3) METADATA FROM 'row-timestamp'";

    private static final String KEY = ", PRIMARY KEY (id, name) NOT ENFORCED";

    private final Planning append = Planning.of(COLUMNS, "scan.bounded.mode", "latest");

    private final Planning upsert =
            Planning.of(COLUMNS + KEY, "changelog-mode", "upsert", "partial-update", "null");

    private final Planning cells =
            Planning.of(
                    "id BIGINT, name STRING, colname STRING, colvalue STRING, optype STRING",
                    "read-mode",
                    "multi-version");

    @Test
    void columnsThatAreNotAskedForAreNotRead() {
        assertThat(append.scan("SELECT name, id + 1 FROM t"))
                .contains("project=[name, id], metadata=[]", "fields=[name, id]");
        assertThat(append.scan("SELECT op FROM t"))
                .contains("metadata=[op-type]", "fields=[op]")
                .doesNotContain("note");
    }

    @Test
    void changesAreReadWithTheirKey() {
        assertThat(upsert.scan("SELECT note FROM t"))
                .contains("project=[note, id, name], metadata=[]");
        assertThat(upsert.explain("SELECT note FROM t")).contains("ChangelogNormalize");
    }

    /** And asked again, since the planner could not make the scan anew from a compiled plan. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "op = 'PUT' | equals(op, ''PUT'')",
                "op IN ('PUT', 'UPDATE') | or(equals(cast(op, STRING), ''PUT''), ",
                "NOT (op = 'DELETE') | notEquals(op, ''DELETE'')",
                "ts >= TO_TIMESTAMP_LTZ(1700000000000, 3) | 2023-11-14T22:13:20Z",
                "id = 3 OR op = 'PUT' | or(equals(id, 3), equals(op, ''PUT''))"
            })
    void filtersOnMetadataAreShownAsTexts(String filter, String text) {
        String query = "SELECT note FROM t WHERE " + filter;
        assertThat(append.scan(query)).contains("filter=[=(", text);
        assertThat(append.explain(query)).contains("where=[");
    }

    @Test
    void scansWithOtherFiltersAreOthers() {
        String plan =
                append.explain(
                        "SELECT note FROM t WHERE op = 'PUT'"
                                + " UNION ALL SELECT note FROM t WHERE op = 'UPDATE'");
        assertThat(plan).contains("equals(op, ''PUT'')", "equals(op, ''UPDATE'')");
        assertThat(plan).doesNotContain("Reused");
    }

    /** Whether a column is of the table's key is not known to the planner. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "id = 3 | =(id, 3",
                "id IN (1, 2, 3) | OR(OR(=(id, 1",
                "name > 'b' OR id = 2 | OR(>(name",
                "price >= 2.5 | >=(price, 2.5",
            })
    void filtersOnColumnsAreAskedOfTheKeyAndAskedAgain(String filter, String inScan) {
        String query = "SELECT note FROM t WHERE " + filter;
        assertThat(append.scan(query)).contains("filter=[" + inScan);
        assertThat(append.explain(query)).contains("where=[");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "id = 3 | =(id, 3",
                "5 < id | <(5, id)",
                "id BETWEEN 3 AND 9 AND name <> 'a' | and(AND(>=(id, 3), <=(id, 9)), <>(name",
                "id IN (1, 2, 3) | OR(OR(=(id, 1",
                "name = 'a' OR name = 'b' | OR(=(name",
            })
    void filtersOnTheKeyOfChangingRowsAreLeftToTheSource(String filter, String inScan) {
        String query = "SELECT note FROM t WHERE " + filter;
        assertThat(upsert.scan(query)).contains("filter=[" + inScan);
        assertThat(upsert.explain(query)).doesNotContain("where=[");
    }

    /** What a row was before would stay, where its change is left out. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "note = 'x'",
                "price > 3",
                "op = 'PUT'",
                "ts > TO_TIMESTAMP_LTZ(1700000000000, 3)",
                "id = 3 OR note = 'x'"
            })
    void otherFiltersOnChangingRowsAreNot(String filter) {
        String query = "SELECT note FROM t WHERE " + filter;
        // From Flink 2.1 on, it is asked where changes are normalized.
        assertThat(upsert.optimized(query)).containsAnyOf("where=[", "condition=[");
        assertThat(upsert.scan(query)).doesNotContain("filter=[=", "filter=[>", "filter=[O");
        assertThat(upsert.explain(query + " AND id = 3")).contains("filter=[=(id, 3:BIGINT)]");
    }

    @Test
    void filtersOnTheKeyOfCellsAreLeftToTheSourceAndOthersAreNot() {
        String query = "SELECT colvalue FROM t WHERE id = 3 AND colname = 'price' AND optype = 'U'";
        assertThat(cells.scan(query)).contains("filter=[=(id, 3:BIGINT)]");
        assertThat(cells.explain(query))
                .contains("where=[((colname = 'price') AND (optype = 'U'))]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"id + 1 = 4", "name LIKE 'a%'", "CHAR_LENGTH(name) = 3", "id = 3.5"})
    void whatIsNoPlainComparisonIsNot(String filter) {
        assertThat(upsert.scan("SELECT note FROM t WHERE " + filter)).contains("filter=[]");
    }

    @Test
    void watermarksAreMadeByTheReaders() {
        Planning planning = Planning.of(COLUMNS + ", WATERMARK FOR ts AS ts - INTERVAL '5' SECOND");
        assertThat(planning.scan("SELECT note FROM t")).contains("watermark=[-(");
        assertThat(planning.explain("SELECT note FROM t"))
                .doesNotContain("WatermarkAssigner(rowtime=[ts], watermark=[(ts");
        // Time would stand still where few records are wanted.
        assertThat(planning.scan("SELECT note FROM t WHERE op = 'PUT'")).contains("filter=[]");
    }

    @Test
    void watermarksAreAlignedAsTheTableSays() {
        Planning planning =
                Planning.of(
                        COLUMNS + ", WATERMARK FOR ts AS ts",
                        "scan.watermark.alignment.group",
                        "orders",
                        "scan.watermark.alignment.max-drift",
                        "1 min",
                        "scan.watermark.emit.strategy",
                        "on-event");
        assertThat(planning.scan("SELECT note FROM t"))
                .contains("watermarkAlignment=[orders, PT1M", "watermarkEmitStrategy=[on-event]");
    }

    @Test
    void theSourcesOwnWatermarkIsItsOwn() {
        Planning planning = Planning.of(COLUMNS + ", WATERMARK FOR ts AS SOURCE_WATERMARK()");
        assertThat(planning.scan("SELECT note FROM t WHERE op = 'PUT'"))
                .contains("watermark=[SOURCE_WATERMARK()]", "filter=[=(op, ");
    }

    @Test
    void countingReadsAsLittleAsPossible() {
        // That version asks sources for all columns then.
        assumeThat(EnvironmentInformation.getVersion()).isNotEqualTo("2.2.0");
        assertThat(append.scan("SELECT COUNT(*) FROM t"))
                .contains("project=[note], metadata=[]", "fields=[note]");
    }
}
