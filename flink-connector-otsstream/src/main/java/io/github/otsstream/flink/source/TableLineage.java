/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source;

import io.github.otsstream.flink.client.OtsConnection;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.streaming.api.lineage.DatasetConfigFacet;
import org.apache.flink.streaming.api.lineage.LineageDataset;
import org.apache.flink.streaming.api.lineage.LineageDatasetFacet;
import org.apache.flink.streaming.api.lineage.SourceLineageVertex;

/**
 * What a source tells systems that track where data comes from: one dataset, the table. Its
 * namespace is {@code tablestore://<endpoint's host and port>/<instance>}, its name the table's,
 * and one facet says what is read of it. Immutable; nothing in it is a credential.
 */
@Internal
final class TableLineage implements SourceLineageVertex {

    private static final String FACET_NAME = "tablestore";

    private final Boundedness boundedness;
    private final LineageDataset table;

    TableLineage(
            OtsConnection connection,
            String tableName,
            StartingPosition start,
            StoppingPosition stop) {
        boundedness = stop.isBounded() ? Boundedness.BOUNDED : Boundedness.CONTINUOUS_UNBOUNDED;
        table =
                new Table(
                        "tablestore://"
                                + URI.create(connection.getEndpoint()).getRawAuthority()
                                + '/'
                                + connection.getInstanceName(),
                        tableName,
                        Map.of(
                                "endpoint", connection.getEndpoint(),
                                "instance", connection.getInstanceName(),
                                "start", start.toString(),
                                "stop", stop.toString()));
    }

    @Override
    public Boundedness boundedness() {
        return boundedness;
    }

    @Override
    public List<LineageDataset> datasets() {
        return List.of(table);
    }

    /** The dataset. */
    private static final class Table implements LineageDataset {

        private final String namespace;
        private final String name;
        private final LineageDatasetFacet facet;

        private Table(String namespace, String name, Map<String, String> config) {
            this.namespace = namespace;
            this.name = name;
            this.facet = new ReadFacet(config);
        }

        @Override
        public String namespace() {
            return namespace;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Map<String, LineageDatasetFacet> facets() {
            return Map.of(FACET_NAME, facet);
        }
    }

    /** Which instance is read, and from where to where. */
    private static final class ReadFacet implements DatasetConfigFacet {

        private final Map<String, String> config;

        private ReadFacet(Map<String, String> config) {
            this.config = config;
        }

        @Override
        public String name() {
            return FACET_NAME;
        }

        @Override
        public Map<String, String> config() {
            return config;
        }
    }
}
