/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Requests of which each is known only by the answer to the one before, as the pages of a listing.
 * One is under way at a time. Answers that are there at once are taken one after the other in a
 * loop, so the stack does not grow with their number.
 *
 * @param <A> what each request is answered with
 * @param <R> what comes out in the end
 */
abstract class RequestChain<A, R> {

    private final CompletableFuture<R> result = new CompletableFuture<>();

    /** Makes the next request. */
    abstract CompletableFuture<A> ask();

    /**
     * Takes an answer.
     *
     * @return whether there is more to ask; if not, {@link #end} was called
     */
    abstract boolean take(A answer);

    final void end(R value) {
        result.complete(value);
    }

    /** Makes the first request, and returns what will come out. A request that fails fails it. */
    final CompletableFuture<R> begin() {
        goOn(ask());
        return result;
    }

    private void goOn(CompletableFuture<A> asked) {
        CompletableFuture<A> answer = asked;
        try {
            while (answer.isDone()) {
                if (!take(answer.join())) {
                    return;
                }
                answer = ask();
            }
        } catch (CompletionException e) {
            result.completeExceptionally(e.getCause());
            return;
        } catch (Throwable t) {
            result.completeExceptionally(t);
            return;
        }
        CompletableFuture<A> pending = answer;
        pending.whenComplete((value, error) -> goOn(pending));
    }
}
