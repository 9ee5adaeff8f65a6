/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.source.deserialization.ChangeRecordSchema;
import java.util.Map;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.streaming.api.lineage.DatasetConfigFacet;
import org.apache.flink.streaming.api.lineage.LineageDataset;
import org.apache.flink.streaming.api.lineage.LineageDatasetFacet;
import org.apache.flink.streaming.api.lineage.SourceLineageVertex;
import org.junit.jupiter.api.Test;

/** Tests what {@link OtsStreamSource} says of where its data comes from. */
class TableLineageTest {

    @Test
    void theTableIsTheOnlyDataset() {
        SourceLineageVertex vertex = vertex(source());

        assertThat(vertex.datasets()).hasSize(1);
        LineageDataset dataset = vertex.datasets().get(0);
        assertThat(dataset.namespace())
                .isEqualTo("tablestore://shop.cn-hangzhou.ots.aliyuncs.com/shop");
        assertThat(dataset.name()).isEqualTo("orders");
    }

    @Test
    void aPortIsPartOfTheNamespace() {
        assertThat(
                        vertex(source().endpoint("http://127.0.0.1:8087/"))
                                .datasets()
                                .get(0)
                                .namespace())
                .isEqualTo("tablestore://127.0.0.1:8087/shop");
    }

    @Test
    void boundednessIsTheSources() {
        assertThat(vertex(source()).boundedness()).isEqualTo(Boundedness.CONTINUOUS_UNBOUNDED);
        assertThat(
                        vertex(source().stoppingPosition(StoppingPosition.timestamp(2_000)))
                                .boundedness())
                .isEqualTo(Boundedness.BOUNDED);
    }

    @Test
    void aFacetSaysWhatIsReadAndHoldsNoCredential() {
        StartingPosition start = StartingPosition.timestamp(1_000);
        StoppingPosition stop = StoppingPosition.timestamp(2_000);
        Map<String, LineageDatasetFacet> facets =
                vertex(source().startingPosition(start).stoppingPosition(stop))
                        .datasets()
                        .get(0)
                        .facets();

        assertThat(facets).containsOnlyKeys("tablestore");
        LineageDatasetFacet facet = facets.get("tablestore");
        assertThat(facet.name()).isEqualTo("tablestore");
        assertThat(facet).isInstanceOf(DatasetConfigFacet.class);
        assertThat(((DatasetConfigFacet) facet).config())
                .containsOnly(
                        Map.entry("endpoint", "https://shop.cn-hangzhou.ots.aliyuncs.com"),
                        Map.entry("instance", "shop"),
                        Map.entry("start", start.toString()),
                        Map.entry("stop", stop.toString()));
        assertThat(((DatasetConfigFacet) facet).config().toString())
                .doesNotContain("the-id", "the-secret");
    }

    private static SourceLineageVertex vertex(OtsStreamSourceBuilder<ChangeRecord> builder) {
        return (SourceLineageVertex) builder.build().getLineageVertex();
    }

    private static OtsStreamSourceBuilder<ChangeRecord> source() {
        return OtsStreamSource.<ChangeRecord>builder()
                .endpoint("https://shop.cn-hangzhou.ots.aliyuncs.com")
                .instanceName("shop")
                .tableName("orders")
                .credentials("the-id", "the-secret")
                .deserializer(new ChangeRecordSchema());
    }
}
