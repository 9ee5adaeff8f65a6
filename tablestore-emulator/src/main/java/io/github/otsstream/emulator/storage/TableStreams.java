/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.storage;

import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi;
import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import io.github.otsstream.emulator.ServiceException;
import java.util.List;

/**
 * What tables tell of themselves to the stream side of the service. Every method is called with the
 * table's write lock held, so that a stream sees a table's changes in commit order.
 */
public interface TableStreams {

    /** A table exists from now on; a stream may follow by {@link #enable}. */
    void tableCreated(Table table);

    /** A table and its stream are gone. */
    void tableDeleted(Table table);

    /** Opens a new stream on a table that has none. */
    void enable(Table table, OtsInternalApi.StreamSpecification specification)
            throws ServiceException;

    /** Ends the table's stream, if it has one. */
    void disable(Table table);

    /** The table's stream as DescribeTable and UpdateTable show it. */
    OtsInternalApi.StreamDetails details(Table table);

    /** Where the table's second and each further partition begins at present, in key order. */
    List<PrimaryKeyValue> splitPoints(Table table);

    /** A row of the table has changed. */
    void append(Table table, CommittedChange change);
}
