/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import com.alicloud.openservices.tablestore.ClientException;
import com.alicloud.openservices.tablestore.TableStoreException;
import com.alicloud.openservices.tablestore.model.BatchGetRowRequest;
import com.alicloud.openservices.tablestore.model.BatchGetRowResponse;
import com.alicloud.openservices.tablestore.model.MultiRowQueryCriteria;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;

/**
 * Rows that are read together. Each row of an answer can have failed on its own, so an attempt asks
 * for those that no attempt before has read. Thread-safe: an answer can come after the attempt was
 * given up, and counts all the same.
 */
@Internal
final class RowBatch {

    /** The most rows that the service takes in one request. */
    static final int MAX_ROWS = 100;

    /** The most columns that the service takes in one request. */
    private static final int MAX_COLUMNS = 128;

    /** What the answer that a row's error comes in has. */
    private static final int HTTP_OK = 200;

    private final String tableName;
    private final List<? extends Map<String, ?>> keys;
    @Nullable private final Set<String> columns;

    /** What is known of each row; null where it is still to be read. */
    private final List<Optional<TableRow>> rows = new ArrayList<>();

    /**
     * @param keys from one to {@link #MAX_ROWS} different ones
     * @param columns the attribute columns to read; null for all of them
     */
    RowBatch(String tableName, List<? extends Map<String, ?>> keys, @Nullable Set<String> columns) {
        this.tableName = tableName;
        this.keys = keys;
        this.columns = columns;
        keys.forEach(key -> rows.add(null));
    }

    /** The indexes of the rows that are still to be read; none once all are. */
    synchronized List<Integer> missing() {
        List<Integer> missing = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            if (rows.get(i) == null) {
                missing.add(i);
            }
        }
        return missing;
    }

    BatchGetRowRequest request(List<Integer> wanted) {
        MultiRowQueryCriteria query = new MultiRowQueryCriteria(tableName);
        query.setMaxVersions(1);
        wanted.forEach(index -> query.addRow(SdkRowConversion.toSdk(keys.get(index))));
        Set<String> key = keys.get(0).keySet();
        // Of a request for too many columns whole rows are read, and cut here.
        if (columns != null && columns.size() + key.size() <= MAX_COLUMNS) {
            // The service answers a row that has none of the columns like one that does not exist,
            // and every row has its key.
            query.addColumnsToGet(key);
            query.addColumnsToGet(columns);
        }
        BatchGetRowRequest request = new BatchGetRowRequest();
        request.addMultiRowQueryCriteria(query);
        return request;
    }

    /**
     * Takes in an answer.
     *
     * @param wanted the indexes of the rows that were asked for
     * @return all rows
     * @throws TableStoreException what the worst of the rows that could not be read failed with
     */
    synchronized List<Optional<TableRow>> take(List<Integer> wanted, BatchGetRowResponse answer) {
        List<BatchGetRowResponse.RowResult> results = answer.getBatchGetRowResult(tableName);
        if (results == null || results.size() != wanted.size()) {
            throw new ClientException(
                    (results == null ? 0 : results.size())
                            + " rows were answered instead of "
                            + wanted.size());
        }
        BatchGetRowResponse.RowResult worst = null;
        int failed = 0;
        for (int i = 0; i < results.size(); i++) {
            BatchGetRowResponse.RowResult result = results.get(i);
            if (result.isSucceed()) {
                found(wanted.get(i), result);
            } else {
                failed++;
                worst = worst == null || gravity(result) > gravity(worst) ? result : worst;
            }
        }
        if (worst != null) {
            throw new TableStoreException(
                    failed
                            + " of "
                            + wanted.size()
                            + " rows could not be read: "
                            + worst.getError().getMessage(),
                    null,
                    worst.getError().getCode(),
                    answer.getRequestId(),
                    HTTP_OK);
        }
        return all();
    }

    /** All rows, once none is missing. */
    synchronized List<Optional<TableRow>> all() {
        return List.copyOf(rows);
    }

    private void found(int index, BatchGetRowResponse.RowResult result) {
        if (rows.get(index) == null) {
            rows.set(
                    index,
                    Optional.ofNullable(result.getRow())
                            .map(
                                    row ->
                                            new TableRow(
                                                    keys.get(index),
                                                    SdkRowConversion.columnsOf(row, columns))));
        }
    }

    /** What trying again can't help comes first, then what it has to wait longest for. */
    private static int gravity(BatchGetRowResponse.RowResult failed) {
        OtsStreamException.Kind kind = ServiceErrors.kindOf(failed.getError().getCode(), HTTP_OK);
        if (!kind.isRetryable()) {
            return 2;
        }
        return kind == OtsStreamException.Kind.THROTTLED ? 1 : 0;
    }
}
