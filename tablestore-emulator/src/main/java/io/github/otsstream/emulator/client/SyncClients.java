/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.client;

import com.alicloud.openservices.tablestore.AsyncClient;
import com.alicloud.openservices.tablestore.ClientConfiguration;
import com.alicloud.openservices.tablestore.RequestTracer;
import com.alicloud.openservices.tablestore.SyncClientInterface;
import com.alicloud.openservices.tablestore.TableStoreCallback;
import com.alicloud.openservices.tablestore.TimeseriesClient;
import com.alicloud.openservices.tablestore.TimeseriesClientInterface;
import com.alicloud.openservices.tablestore.core.auth.CredentialsProvider;
import com.alicloud.openservices.tablestore.core.auth.CredentialsProviderFactory;
import io.github.otsstream.emulator.TablestoreEmulator;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/**
 * Synchronous clients of the official SDK that don't report a request as failed that was served.
 *
 * <p>The HTTP client that the SDK brings along (httpasyncclient 4.0.2) has a race: a thread that
 * starts an exchange lets the I/O thread send the request, and looks then whether the connection is
 * open. If the answer is in by that time and the connection on its way back to the pool, the
 * exchange fails with {@code ConnectionClosedException: Connection closed}. It takes a thread that
 * is held up at the wrong moment, and an answer that comes at once, so it hardly happens over a
 * network; but it does happen on one busy machine, and a write that is repeated for it leaves two
 * change records.
 *
 * <p>These clients have the I/O thread wait, once a request is sent and before its answer is read,
 * until the thread that started the exchange is done with starting it. Requests that the SDK itself
 * repeats are not covered.
 */
public final class SyncClients {

    private SyncClients() {}

    /** A client with the emulator's own key pair. The caller shuts it down. */
    public static SyncClientInterface of(TablestoreEmulator emulator) {
        return create(
                emulator.endpoint(),
                emulator.accessKeyId(),
                emulator.accessKeySecret(),
                emulator.instanceName());
    }

    /** A client of any service. The caller shuts it down. */
    public static SyncClientInterface create(
            String endpoint, String accessKeyId, String accessKeySecret, String instanceName) {
        return create(
                endpoint,
                CredentialsProviderFactory.newDefaultCredentialProvider(
                        accessKeyId, accessKeySecret),
                instanceName,
                new ClientConfiguration());
    }

    /**
     * A client of any service. The caller shuts it down.
     *
     * @param configuration its request tracer is replaced
     */
    public static SyncClientInterface create(
            String endpoint,
            CredentialsProvider credentials,
            String instanceName,
            ClientConfiguration configuration) {
        AsyncClient client = asyncClient(endpoint, credentials, instanceName, configuration);
        return proxy(SyncClientInterface.class, client, client.asSyncClient());
    }

    /**
     * A client for time-series tables that uses another's connections, and is shut down with it.
     *
     * @param client one that was made here
     */
    public static TimeseriesClientInterface timeseries(SyncClientInterface client) {
        SyncCalls calls = (SyncCalls) Proxy.getInvocationHandler(client);
        TimeseriesClient timeseries = ((AsyncClient) calls.asynchronous).asTimeseriesClient();
        return proxy(
                TimeseriesClientInterface.class, timeseries.asAsyncTimeseriesClient(), timeseries);
    }

    private static AsyncClient asyncClient(
            String endpoint,
            CredentialsProvider credentials,
            String instanceName,
            ClientConfiguration configuration) {
        configuration.setEnableRequestTracer(true);
        configuration.setRequestTracer(new Started());
        return new AsyncClient(endpoint, credentials, instanceName, configuration, null);
    }

    private static <T> T proxy(Class<T> type, Object asynchronous, T synchronous) {
        return type.cast(
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        new Class<?>[] {type},
                        new SyncCalls(asynchronous, synchronous)));
    }

    /**
     * Makes of a synchronous method the asynchronous one of the same name, and waits for its
     * future. What has no such method goes to the SDK's own synchronous client.
     */
    private static final class SyncCalls implements InvocationHandler {

        private final Object asynchronous;
        private final Object synchronous;

        SyncCalls(Object asynchronous, Object synchronous) {
            this.asynchronous = asynchronous;
            this.synchronous = synchronous;
        }

        @Override
        public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
            try {
                Method starting = starting(method);
                if (starting == null) {
                    return method.invoke(synchronous, arguments);
                }
                return start(starting, arguments).get();
            } catch (InvocationTargetException | ExecutionException e) {
                throw e.getCause();
            }
        }

        private Method starting(Method method) {
            Class<?>[] types = method.getParameterTypes();
            Class<?>[] withCallback = Arrays.copyOf(types, types.length + 1);
            withCallback[types.length] = TableStoreCallback.class;
            try {
                return asynchronous.getClass().getMethod(method.getName(), withCallback);
            } catch (NoSuchMethodException e) {
                return null;
            }
        }

        private Future<?> start(Method starting, Object[] arguments)
                throws ReflectiveOperationException {
            Object[] withoutCallback =
                    arguments == null
                            ? new Object[1]
                            : Arrays.copyOf(arguments, arguments.length + 1);
            CountDownLatch started = new CountDownLatch(1);
            Started.LATCH.set(started);
            try {
                return (Future<?>) starting.invoke(asynchronous, withoutCallback);
            } finally {
                Started.LATCH.remove();
                started.countDown();
            }
        }
    }

    /** Has the I/O thread wait for the thread that started the request. */
    private static final class Started implements RequestTracer {

        private static final ThreadLocal<CountDownLatch> LATCH = new ThreadLocal<>();

        @Override
        public Object getRpcContext() {
            return LATCH.get();
        }

        @Override
        public void requestSend(RequestSendTraceInfo sent) {
            if (sent.getCtx() == null) {
                return;
            }
            try {
                ((CountDownLatch) sent.getCtx()).await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void startRequest(StartRequestTraceInfo request) {}

        @Override
        public void responseReceive(ResponseReceiveTraceInfo response) {}
    }
}
