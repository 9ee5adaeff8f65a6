/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.dataworks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * An object of a job's JSON that remembers what was asked of it, so that all else can be named. For
 * one thread.
 *
 * <p>Null, and text that is empty or blank, stand for what is not given: forms and templates leave
 * such values behind.
 */
final class Block {

    private final String path;
    private final JsonNode node;
    private final Set<String> read = new TreeSet<>();
    private final List<Block> inner = new ArrayList<>();

    Block(String path, JsonNode node) {
        this.path = path;
        this.node = node;
    }

    /** The object under a name; an empty one where there is none. */
    Block block(String name) throws JobException {
        read.add(name);
        JsonNode child = node.get(name);
        if (child == null || child.isNull()) {
            child = JsonNodeFactory.instance.objectNode();
        } else if (!child.isObject()) {
            throw new JobException(path(name) + " has to be an object, in braces.");
        }
        Block block = new Block(path(name), child);
        inner.add(block);
        return block;
    }

    /** The objects of the array under a name. */
    List<Block> blocks(String name) throws JobException {
        read.add(name);
        List<Block> blocks = new ArrayList<>();
        for (JsonNode child : node.path(name)) {
            String childPath = path(name) + '[' + blocks.size() + ']';
            if (!child.isObject()) {
                throw new JobException(childPath + " has to be an object, in braces.");
            }
            blocks.add(new Block(childPath, child));
        }
        inner.addAll(blocks);
        return blocks;
    }

    Optional<String> text(String name) throws JobException {
        read.add(name);
        JsonNode value = node.get(name);
        if (value == null || value.isNull()) {
            return Optional.empty();
        } else if (value.isContainerNode()) {
            throw new JobException(path(name) + " has to be a text or a number.");
        }
        return Optional.of(value.asText().trim()).filter(text -> !text.isEmpty());
    }

    String required(String name) throws JobException {
        return text(name).orElseThrow(() -> missing(name));
    }

    JobException missing(String name) {
        return new JobException(path(name) + " is missing.");
    }

    boolean isTrue(String name) throws JobException {
        return text(name).map(Boolean::parseBoolean).orElse(false);
    }

    /** A whole number above zero; placeholders are not understood here. */
    Optional<Long> number(String name) throws JobException {
        Optional<String> text = text(name);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Long.parseLong(text.get()));
        } catch (NumberFormatException e) {
            throw new JobException(
                    path(name) + " has to be a whole number, but is '" + text.get() + "'.");
        }
    }

    /** The texts of an array, in which an object stands for its {@code name}. */
    List<String> names(String name) throws JobException {
        read.add(name);
        List<String> names = new ArrayList<>();
        JsonNode list = node.path(name);
        for (JsonNode value : list.isTextual() ? List.of(list) : list) {
            String text = (value.isObject() ? value.path("name") : value).asText().trim();
            if (text.isEmpty()) {
                throw new JobException(
                        path(name)
                                + '['
                                + names.size()
                                + "] has to be a column: its name as a text, or an object with its"
                                + " \"name\".");
            }
            names.add(text);
        }
        return names;
    }

    boolean has(String name) {
        return node.hasNonNull(name);
    }

    boolean isArray(String name) {
        return node.path(name).isArray();
    }

    /** What is in this object and those in it that nothing has asked for, by its path. */
    Map<String, JsonNode> unread() {
        Map<String, JsonNode> unread = new LinkedHashMap<>();
        node.fields()
                .forEachRemaining(
                        field -> {
                            if (!read.contains(field.getKey())) {
                                unread.put(path(field.getKey()), field.getValue());
                            }
                        });
        inner.forEach(block -> unread.putAll(block.unread()));
        return unread;
    }

    String path(String name) {
        return path.isEmpty() ? name : path + '.' + name;
    }
}
