/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import javax.annotation.Nullable;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.Property;

/**
 * Looks through all that is logged while it is open, by anybody, at any level, with the stack
 * traces of what was thrown, and keeps what should not be there. Also what goes to the Java
 * runtime's own logging.
 */
public final class LogSearch implements AutoCloseable {

    private static final Logger JAVA_ROOT = Logger.getLogger("");

    private final Predicate<String> forbidden;
    private final Queue<String> findings = new ConcurrentLinkedQueue<>();
    private final Set<String> loggers = ConcurrentHashMap.newKeySet();

    private final LoggerContext context = (LoggerContext) LogManager.getContext(false);
    private final Level before = context.getConfiguration().getRootLogger().getLevel();
    private final java.util.logging.Level javaBefore = JAVA_ROOT.getLevel();
    private final AbstractAppender appender =
            new AbstractAppender("search", null, null, false, Property.EMPTY_ARRAY) {
                @Override
                public void append(LogEvent event) {
                    look(
                            event.getLoggerName(),
                            event.getLevel().name(),
                            event.getMessage().getFormattedMessage(),
                            event.getThrown());
                }
            };
    private final Handler handler =
            new Handler() {
                private final SimpleFormatter formatter = new SimpleFormatter();

                @Override
                public void publish(LogRecord event) {
                    look(
                            event.getLoggerName(),
                            event.getLevel().getName(),
                            formatter.formatMessage(event),
                            event.getThrown());
                }

                @Override
                public void flush() {}

                @Override
                public void close() {}
            };

    /**
     * @param forbidden whether a text holds what it should not
     */
    public LogSearch(Predicate<String> forbidden) {
        this.forbidden = forbidden;
        appender.start();
        Configurator.setRootLevel(Level.TRACE);
        // The other appenders go on as before.
        context.getConfiguration()
                .getRootLogger()
                .getAppenders()
                .forEach(
                        (name, other) -> {
                            context.getConfiguration().getRootLogger().removeAppender(name);
                            context.getConfiguration()
                                    .getRootLogger()
                                    .addAppender(other, before, null);
                        });
        context.getConfiguration().getRootLogger().addAppender(appender, Level.TRACE, null);
        context.updateLoggers();
        JAVA_ROOT.addHandler(handler);
        JAVA_ROOT.setLevel(java.util.logging.Level.ALL);
    }

    private void look(
            @Nullable String logger, String level, String message, @Nullable Throwable thrown) {
        if (logger != null && logger.startsWith("io.github.otsstream.emulator.")) {
            return;
        }
        loggers.add(String.valueOf(logger));
        String text = message + (thrown == null ? "" : "\n" + stackTrace(thrown));
        if (forbidden.test(text)) {
            findings.add(level + ' ' + logger + ": " + text);
        }
    }

    /** All that printing an exception shows, as its causes. */
    public static String stackTrace(Throwable thrown) {
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    /** What was logged that should not have been. */
    public Queue<String> findings() {
        return findings;
    }

    /** Who has logged anything. */
    public Set<String> loggers() {
        return new TreeSet<>(loggers);
    }

    @Override
    public void close() {
        JAVA_ROOT.removeHandler(handler);
        JAVA_ROOT.setLevel(javaBefore);
        context.getConfiguration().getRootLogger().removeAppender("search");
        Configurator.setRootLevel(before);
        // The appender is not stopped: a thread that has just found it would fail, and with it what
        // Flink runs on that thread.
    }
}
