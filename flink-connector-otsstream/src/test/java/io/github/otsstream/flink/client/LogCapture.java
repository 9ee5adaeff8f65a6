/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.Property;

/** All that is logged while it is open, by anybody, at any level. */
public final class LogCapture implements AutoCloseable {

    private final Queue<String> messages = new ConcurrentLinkedQueue<>();
    private final LoggerContext context = (LoggerContext) LogManager.getContext(false);
    private final Level before = context.getConfiguration().getRootLogger().getLevel();
    private final AbstractAppender appender =
            new AbstractAppender("capture", null, null, false, Property.EMPTY_ARRAY) {
                @Override
                public void append(LogEvent event) {
                    Throwable thrown = event.getThrown();
                    messages.add(
                            event.getMessage().getFormattedMessage()
                                    + (thrown == null ? "" : " " + thrown));
                }
            };

    public LogCapture() {
        appender.start();
        Configurator.setRootLevel(Level.TRACE);
        context.getConfiguration().getRootLogger().addAppender(appender, Level.TRACE, null);
        context.updateLoggers();
    }

    public Queue<String> messages() {
        return messages;
    }

    @Override
    public void close() {
        context.getConfiguration().getRootLogger().removeAppender("capture");
        Configurator.setRootLevel(before);
        // It is not stopped: a thread that is about to log to it would get an exception.
    }
}
