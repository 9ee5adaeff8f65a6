/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.examples.quickstart;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.apache.flink.table.client.cli.CliStrings;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.DumbTerminal;
import org.jline.terminal.impl.ExecPty;
import org.jline.terminal.impl.PosixSysTerminal;

/**
 * What the SQL client reads from and writes to. Its welcome fills a screen; a greeting follows it,
 * as it would be gone if it came before.
 */
final class SqlTerminals {

    private static final String NAME = "quickstart";

    private SqlTerminals() {}

    /**
     * The terminal that the process was started from, under its signals; Ctrl-C is the client's.
     */
    static Terminal ofProcess(String greeting) throws IOException {
        return new PosixSysTerminal(
                NAME,
                System.getenv("TERM"),
                ExecPty.current(),
                StandardCharsets.UTF_8,
                true,
                Terminal.SignalHandler.SIG_DFL) {
            private final PrintWriter greeter = new Greeter(super.writer(), greeting);

            @Override
            public PrintWriter writer() {
                return greeter;
            }
        };
    }

    /** No more than a stream of characters in each direction, and no signals. */
    static Terminal ofStreams(InputStream in, OutputStream out, String greeting)
            throws IOException {
        return new DumbTerminal(NAME, Terminal.TYPE_DUMB, in, out, StandardCharsets.UTF_8) {
            private final PrintWriter greeter = new Greeter(super.writer(), greeting);

            @Override
            public PrintWriter writer() {
                return greeter;
            }
        };
    }

    private static final class Greeter extends PrintWriter {
        private final String greeting;

        private Greeter(PrintWriter writer, String greeting) {
            super(writer);
            this.greeting = greeting;
        }

        @Override
        public PrintWriter append(CharSequence text) {
            super.append(text);
            return text.equals(CliStrings.MESSAGE_WELCOME) ? super.append(greeting) : this;
        }
    }
}
