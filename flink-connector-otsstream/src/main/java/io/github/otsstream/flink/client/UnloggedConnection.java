/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import com.aliyun.ots.thirdparty.org.apache.http.config.ConnectionConfig;
import com.aliyun.ots.thirdparty.org.apache.http.impl.nio.DefaultNHttpClientConnection;
import com.aliyun.ots.thirdparty.org.apache.http.nio.NHttpConnection;
import com.aliyun.ots.thirdparty.org.apache.http.nio.conn.ManagedNHttpClientConnection;
import com.aliyun.ots.thirdparty.org.apache.http.nio.reactor.IOEventDispatch;
import com.aliyun.ots.thirdparty.org.apache.http.nio.reactor.IOSession;
import com.aliyun.ots.thirdparty.org.apache.http.nio.reactor.ssl.SSLIOSession;
import java.util.concurrent.atomic.AtomicLong;
import javax.annotation.Nullable;
import javax.net.ssl.SSLSession;
import org.apache.flink.annotation.Internal;

/**
 * One connection of the HTTP client, which logs nothing.
 *
 * <p>It stands where the HTTP client has connections that log every header and every byte at DEBUG:
 * the signature and security token of each request, and the rows of each answer. Which logger takes
 * that depends on what else is on the class path, so it can't be left to a user's configuration.
 */
@Internal
final class UnloggedConnection extends DefaultNHttpClientConnection
        implements ManagedNHttpClientConnection {

    private static final AtomicLong COUNTER = new AtomicLong();

    private final String id = "otsstream-" + COUNTER.getAndIncrement();
    private IOSession current;

    private UnloggedConnection(IOSession session, ConnectionConfig config) {
        super(session, config.getBufferSize());
        this.current = session;
    }

    /** For the HTTP client's pool, which has made the socket. */
    static ManagedNHttpClientConnection over(IOSession session, ConnectionConfig config) {
        UnloggedConnection connection = new UnloggedConnection(session, config);
        session.setAttribute(IOEventDispatch.CONNECTION_KEY, connection);
        return connection;
    }

    /** Goes on over another session, which encrypts what the one before sends. */
    @Override
    public void bind(IOSession session) {
        status = NHttpConnection.ACTIVE;
        current = session;
        super.bind(session);
    }

    @Override
    public String getId() {
        return id;
    }

    @Override
    public IOSession getIOSession() {
        return current;
    }

    @Override
    @Nullable
    public SSLSession getSSLSession() {
        return current instanceof SSLIOSession ? ((SSLIOSession) current).getSSLSession() : null;
    }
}
