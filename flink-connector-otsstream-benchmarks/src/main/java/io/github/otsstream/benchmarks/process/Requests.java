/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.benchmarks.process;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a child process answers on its standard input and output: a line with a request's name and
 * its parameter in JSON, and a line with the answer. Whatever else is printed goes to standard
 * error.
 */
public final class Requests {

    private static final Logger LOG = LoggerFactory.getLogger(Requests.class);

    static final String DONE = "done ";
    static final String FAILED = "failed ";

    /** Answers one kind of request. */
    @FunctionalInterface
    public interface Handler<P> {
        Object answer(P parameter) throws Exception;
    }

    private final ObjectMapper json = new ObjectMapper();
    private final Map<String, Handler<String>> handlers = new HashMap<>();
    private final PrintStream answers;

    /** To be made before anything is printed. */
    public Requests() {
        answers =
                new PrintStream(
                        new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        System.setOut(System.err);
    }

    public <P> Requests on(String name, Class<P> parameter, Handler<P> handler) {
        handlers.put(name, text -> handler.answer(json.readValue(text, parameter)));
        return this;
    }

    /** Says that the process is ready, and answers until nobody asks any more. */
    public void serve() throws IOException {
        done(null);
        BufferedReader requests =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
            int space = line.indexOf(' ');
            try {
                done(handlers.get(line.substring(0, space)).answer(line.substring(space + 1)));
            } catch (Exception e) {
                LOG.error("{} has failed", line, e);
                answers.println(FAILED + e.toString().replaceAll("\\s+", " "));
            }
        }
    }

    private void done(Object answer) throws IOException {
        answers.println(DONE + json.writeValueAsString(answer));
    }
}
