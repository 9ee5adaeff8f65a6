/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.enumerator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otsstream.flink.client.RecordPage;
import io.github.otsstream.flink.record.SequenceInfo;
import io.github.otsstream.flink.source.TestingStreamClient;
import io.github.otsstream.flink.source.split.ShardPosition;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.flink.util.FlinkException;
import org.junit.jupiter.api.Test;

class EndIteratorsTest {

    private final TestingStreamClient client = new TestingStreamClient();
    private final EndIterators iterators = new EndIterators(client, TestingStreamClient.TABLE);

    @Test
    void aPlaceInAPageBecomesTheIteratorOfTheFirstRecordBehindIt() throws Exception {
        client.shard("a").append("a", 0, 10);
        SequenceInfo last = readAll("a", oldest("a")).getRecords().get(5).getSequence();

        String iterator = find("a", ShardPosition.at(oldest("a"), 6, last));

        assertThat(readAll("a", iterator).getRecords()).hasSize(4);
    }

    @Test
    void pagesThatAreShorterThanBeforeAreFollowed() throws Exception {
        client.shard("a").append("a", 0, 10);
        SequenceInfo last = readAll("a", oldest("a")).getRecords().get(6).getSequence();
        client.pageLimit(2);

        String iterator = find("a", ShardPosition.at(oldest("a"), 7, last));

        client.pageLimit(1_000);
        assertThat(readAll("a", iterator).getRecords()).hasSize(3);
    }

    @Test
    void aPlaceAtTheBeginningOfAPageIsItsIterator() throws Exception {
        client.shard("a");
        int requests = client.requests("a");
        assertThat(find("a", ShardPosition.at("iterator", 0, null))).isEqualTo("iterator");
        assertThat(client.requests("a")).isEqualTo(requests);
    }

    @Test
    void placesOfManyShardsAreFound() throws Exception {
        Map<String, ShardPosition> ends = new HashMap<>();
        for (int i = 0; i < 200; i++) {
            ends.put("s" + i, ShardPosition.at("i" + i, 0, null));
        }
        assertThat(iterators.find(ends)).hasSize(200).containsEntry("s199", "i199");
    }

    @Test
    void otherRecordsThanBeforeAreAnError() {
        client.shard("a").append("a", 0, 10);
        assertThatThrownBy(
                        () ->
                                find(
                                        "a",
                                        ShardPosition.at(
                                                oldest("a"), 6, new SequenceInfo(9, 9, 9))))
                .isInstanceOf(FlinkException.class)
                .hasMessageContaining("in shard a of table " + TestingStreamClient.TABLE)
                .hasMessageContaining("the last record that was read is");
    }

    @Test
    void aShardThatEndsBeforeThePlaceIsAnError() {
        client.shard("a").append("a", 0, 3).closeShard("a");
        assertThatThrownBy(
                        () ->
                                find(
                                        "a",
                                        ShardPosition.at(
                                                oldest("a"), 6, new SequenceInfo(9, 9, 9))))
                .isInstanceOf(FlinkException.class)
                .hasMessageContaining("of 6 records asked for again, there were 3")
                .hasMessageContaining("the shard had ended");
    }

    private String find(String shardId, ShardPosition end) throws Exception {
        return iterators.find(Map.of(shardId, end)).get(shardId);
    }

    private String oldest(String shardId) {
        return client.getShardIterator(TestingStreamClient.STREAM, shardId, OptionalLong.empty())
                .join()
                .getIterator();
    }

    private RecordPage readAll(String shardId, String iterator) {
        return client.getRecords(TestingStreamClient.TABLE, shardId, iterator, 1_000).join();
    }
}
