/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.examples.quickstart;

import org.apache.flink.table.client.cli.CliClient;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;

/**
 * Notices whether a statement of a script has failed. The SQL client shows and logs it, but its
 * callers, and those of {@code sql-client.sh -f}, are not told.
 */
final class FailedStatements extends AbstractAppender implements AutoCloseable {

    private final Logger logger =
            LoggerContext.getContext(false).getLogger(CliClient.class.getName());
    private volatile boolean any;

    private FailedStatements() {
        super("failed-statements", null, null, true, Property.EMPTY_ARRAY);
    }

    /** Watches until it is closed. */
    static FailedStatements watch() {
        FailedStatements watch = new FailedStatements();
        watch.start();
        watch.logger.addAppender(watch);
        return watch;
    }

    boolean any() {
        return any;
    }

    @Override
    public void append(LogEvent event) {
        if (event.getThrown() != null) {
            any = true;
        }
    }

    @Override
    public void close() {
        logger.removeAppender(this);
        stop();
    }
}
