/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.dataworks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;

/**
 * A job as DataX or DataWorks takes it, in any of their three forms: {@code job.content} of DataX,
 * {@code configuration} of DataWorks' scripts of version 1.0, {@code steps} of those of version
 * 2.0. Comments and trailing commas are allowed, as they are there.
 */
final class Job {

    private static final List<String> READERS = List.of("otsstream", "otsstreamreader");

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
                    .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    // Values are never part of a message.
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .build();

    private final Block root;
    private final Block reader;
    private final String writerType;
    private final Block writer;
    private final Block setting;

    private Job(Block root, Block reader, String writerType, Block writer, Block setting) {
        this.root = root;
        this.reader = reader;
        this.writerType = writerType;
        this.writer = writer;
        this.setting = setting;
    }

    /**
     * @throws JobException if the text is no JSON, naming line and column, or no job that reads a
     *     stream
     */
    static Job parse(String text) throws JobException {
        JsonNode node;
        try {
            node = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new JobException(
                    "line "
                            + e.getLocation().getLineNr()
                            + ", column "
                            + e.getLocation().getColumnNr()
                            + ": "
                            + firstLine(e.getOriginalMessage()));
        }
        if (node == null || !node.isObject()) {
            throw new JobException("There is no JSON object in it.");
        }
        Block root = new Block("", node);
        if (root.has("job")) {
            return ofDataX(root);
        } else if (root.has("steps")) {
            return ofSteps(root);
        } else if (root.has("configuration")) {
            Block configuration = root.block("configuration");
            return of(root, configuration, configuration.block("setting"), "plugin");
        }
        throw new JobException(
                "This is no job: it has none of \"job\" (DataX), \"configuration\" (DataWorks,"
                        + " version 1.0) and \"steps\" (DataWorks, version 2.0).");
    }

    private static Job ofDataX(Block root) throws JobException {
        Block job = root.block("job");
        List<Block> content = job.blocks("content");
        if (content.size() != 1) {
            throw new JobException(
                    "job.content has "
                            + content.size()
                            + " entries. DataX runs the first only: leave just that one.");
        }
        return of(root, content.get(0), job.block("setting"), "name");
    }

    private static Job ofSteps(Block root) throws JobException {
        Block reader = null;
        Block writer = null;
        for (Block step : root.blocks("steps")) {
            step.text("name");
            String category = step.required("category");
            if (category.equals("reader") && reader == null) {
                reader = step;
            } else if (category.equals("writer") && writer == null) {
                writer = step;
            } else {
                throw new JobException(
                        step.path("category")
                                + " is '"
                                + category
                                + "': only jobs of one reader and one writer can be translated.");
            }
        }
        if (reader == null || writer == null) {
            throw root.missing(
                    "steps[...] of the category " + (reader == null ? "reader" : "writer"));
        }
        return of(root, reader, writer, root.block("setting"), "stepType");
    }

    private static Job of(Block root, Block parts, Block setting, String type) throws JobException {
        return of(root, parts.block("reader"), parts.block("writer"), setting, type);
    }

    private static Job of(Block root, Block reader, Block writer, Block setting, String type)
            throws JobException {
        // Of DataWorks' own.
        root.text("type");
        root.text("version");
        String found = reader.required(type);
        if (!READERS.contains(found)) {
            throw new JobException(
                    reader.path(type)
                            + " is '"
                            + found
                            + "'. Only jobs that read the stream of a Tablestore table can be"
                            + " translated: "
                            + String.join(", ", READERS)
                            + '.');
        }
        if (!reader.has("parameter")) {
            throw reader.missing("parameter");
        }
        return new Job(
                root,
                reader.block("parameter"),
                writer.required(type),
                writer.block("parameter"),
                setting);
    }

    private static String firstLine(String message) {
        return message.lines().findFirst().orElse("broken JSON");
    }

    /** All of the job. */
    Block root() {
        return root;
    }

    /** The reader's parameters. */
    Block reader() {
        return reader;
    }

    /** What the job writes to, as DataX or DataWorks call it. */
    String writerType() {
        return writerType;
    }

    /** The writer's parameters. */
    Block writer() {
        return writer;
    }

    /** Speed and error limit. */
    Block setting() {
        return setting;
    }
}
