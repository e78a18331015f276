package io.dataprism.host;

import io.dataprism.bus.Addresses;
import io.dataprism.bus.PermissionInterceptors;
import io.dataprism.bus.Replies;
import io.dataprism.core.catalog.Catalog;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.manifest.OperationSpec;
import io.dataprism.core.permission.Caller;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Messages to plugins, wherever they run. What was not begun is sent to another instance, and so is, once, what may be done twice and was lost
 * with its node or on its way. Where an instance is on its way, calls wait for it, up to {@value #WAITING_LIMIT} of them. Call on a Vert.x context, which
 * says who speaks; answers come on it.
 */
final class PluginCalls {

    private static final int WAITING_LIMIT = 1_000;
    private static final int ATTEMPTS_LIMIT = 8;
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

    private final Vertx vertx;
    private final PermissionInterceptors guard;
    private final HostCluster cluster;
    private final Catalog catalog;
    private final PluginRoute route;
    private final PendingReplies pending;
    private final Awaited awaited;
    private final Coalesced looking;
    private final AtomicInteger waiting = new AtomicInteger();
    private final Counter overloaded;
    private final Counter again;
    private final Map<String, Attempts> underWay = new ConcurrentHashMap<>();

    /**
     * One message.
     *
     * @param body made for each attempt
     * @param idempotent whether it may be done twice
     * @param limit how long an answer may take; where it is done again, since its node was lost, that long from when it is
     * @param id for {@link #cancel}; null: it cannot be cancelled
     * @param node the only one that it is for; null: any
     */
    record Call(
            String plugin,
            Supplier<JsonObject> body,
            boolean idempotent,
            Duration limit,
            @Nullable String id,
            @Nullable String node) {}

    /** What a plugin answered, and where it runs. */
    record Answered(String node, Message<JsonObject> message) {}

    PluginCalls(
            HostParts parts, PermissionInterceptors guard, Catalog catalog, PluginRoute route, PendingReplies pending) {
        this.vertx = parts.vertx();
        this.guard = guard;
        this.cluster = parts.cluster();
        this.catalog = catalog;
        this.route = route;
        this.pending = pending;
        Context context = vertx.getOrCreateContext();
        this.awaited = new Awaited(vertx, context);
        this.looking = new Coalesced(context, 1, awaited::look);
        this.overloaded = Counter.builder("dataprism.plugin.calls.overloaded")
                .description("Calls that could not wait for an instance on its way, since too many did")
                .register(parts.meters());
        this.again = Counter.builder("dataprism.plugin.calls.again")
                .description("Calls that were sent to another instance after the first was gone")
                .register(parts.meters());
        Gauge.builder("dataprism.plugin.calls.waiting", waiting, AtomicInteger::get)
                .description("Calls that wait for an instance on its way")
                .register(parts.meters());
    }

    /** Instances have changed: those that wait may find one now. Any thread. */
    void changed() {
        if (waiting.get() > 0) {
            looking.ask();
        }
    }

    /** Whether an operation may be done twice; false for one that there is not. */
    boolean isIdempotent(String plugin, @Nullable Object operation) {
        return operation instanceof String name
                && catalog.find(plugin)
                        .flatMap(entry -> entry.manifest().operation(name))
                        .filter(OperationSpec::idempotent)
                        .isPresent();
    }

    /** Sends a message; failures of the bus come as they are. */
    Future<Answered> request(Call call) {
        Attempts attempts = new Attempts(call);
        if (call.id() != null) {
            underWay.put(call.id(), attempts);
            attempts.answer.future().onComplete(done -> underWay.remove(call.id(), attempts));
        }
        attempts.next();
        return attempts.answer.future();
    }

    /** Sends a plugin's message to another; {@code PERMISSION_DENIED} comes before what there is. */
    Future<JsonObject> ask(String plugin, JsonObject body, Duration limit) {
        Caller speaker = guard.speaker();
        guard.check(speaker == null ? guard.node() : speaker, Addresses.plugin(plugin));
        boolean idempotent = isIdempotent(plugin, body.getValue("operation"));
        return request(new Call(plugin, () -> body, idempotent, limit, null, null))
                .map(answered -> answered.message().body())
                .recover(failure -> Replies.recover(HostProblems.unanswered(failure, plugin)));
    }

    /** Goes on with a conversation. */
    Future<Message<JsonObject>> goOn(Answered answered, JsonObject body, Duration limit) {
        Promise<Message<JsonObject>> reply = promise();
        answered.message()
                .<JsonObject>replyAndRequest(body, new DeliveryOptions().setSendTimeout(limit.toMillis()))
                .onComplete(reply::tryComplete, reply::tryFail);
        if (!answered.node().equals(cluster.self())) {
            pending.add(answered.node(), reply);
        }
        return reply.future();
    }

    /** Tells the instance that has the call, for whoever the current context speaks for. One that waits is not sent any more. */
    Future<Void> cancel(String plugin, String id) {
        Attempts attempts = underWay.get(id);
        String node = attempts == null ? cluster.self() : attempts.node;
        if (attempts != null) {
            attempts.cancelled = true;
            changed();
        }
        if (node == null) {
            return Future.succeededFuture();
        }
        return send(plugin, node, new JsonObject().put("cancel", id), LONGEST_WAIT)
                .mapEmpty();
    }

    private Future<Message<JsonObject>> send(String plugin, String node, JsonObject body, Duration limit) {
        Promise<Message<JsonObject>> reply = promise();
        boolean here = node.equals(cluster.self());
        DeliveryOptions options = new DeliveryOptions().setSendTimeout(Math.max(1, limit.toMillis()));
        if (here) {
            options.setLocalOnly(true);
        } else {
            options.addHeader(PermissionInterceptors.PLUGIN_HEADER, plugin);
        }
        vertx.eventBus()
                .<JsonObject>request(here ? Addresses.plugin(plugin) : Addresses.plugins(node), body, options)
                .onComplete(reply::tryComplete, reply::tryFail);
        if (!here) {
            pending.add(node, reply);
        }
        return reply.future();
    }

    /** An instance that takes no more now is no reason to wait for another. */
    private static boolean isOverloaded(@Nullable Throwable failure) {
        return failure != null && Replies.toProblem(failure).code() == ErrorCode.OVERLOADED;
    }

    private <T> Promise<T> promise() {
        return ((ContextInternal) vertx.getOrCreateContext()).promise();
    }

    /** One message on its way, from instance to instance. On its caller's context. */
    private final class Attempts {

        private final Call call;
        private final Promise<Answered> answer = promise();
        private final Map<String, InstanceReport> refused = new ConcurrentHashMap<>();
        private volatile boolean cancelled;
        private volatile @Nullable String node;
        private long endNanos;
        private long waitNanos;
        private boolean repeated;
        private int count;

        Attempts(Call call) {
            this.call = call;
            long now = System.nanoTime();
            this.endNanos = now + call.limit().toNanos();
            this.waitNanos = now + Math.min(call.limit().toNanos(), LONGEST_WAIT.toNanos());
        }

        /**
         * Its node was lost, and its plugin may have to begin elsewhere before it can be done there, which takes what it takes; or its node
         * says nothing: the verticle there keeps the deadline, so that the call or its answer is late or lost on the way.
         */
        private void repeat() {
            repeated = true;
            waitNanos = System.nanoTime() + LONGEST_WAIT.toNanos();
            endNanos = waitNanos + call.limit().toNanos();
        }

        void next() {
            next(null);
        }

        /** @param before why the last instance has not taken it */
        private void next(@Nullable Throwable before) {
            try {
                if (cancelled) {
                    throw HostProblems.cancelled(call.plugin(), "it");
                }
                if (count++ >= ATTEMPTS_LIMIT && before != null) {
                    answer.tryFail(before);
                    return;
                }
                switch (find()) {
                    case PluginRoute.Found.There there -> send(there);
                    case PluginRoute.Found.OnItsWay onItsWay when isOverloaded(before) -> answer.tryFail(before);
                    case PluginRoute.Found.OnItsWay onItsWay -> await(before);
                    case PluginRoute.Found.Nowhere nowhere ->
                        answer.tryFail(before == null ? nowhere.failure() : before);
                }
            } catch (RuntimeException failure) {
                answer.tryFail(failure);
            }
        }

        private PluginRoute.Found find() {
            return route.find(call.plugin(), refused, call.node());
        }

        private void send(PluginRoute.Found.There there) {
            node = there.node();
            Duration left = Duration.ofNanos(
                    Math.min(endNanos - System.nanoTime(), call.limit().toNanos()));
            PluginCalls.this
                    .send(call.plugin(), there.node(), call.body().get(), left)
                    .onSuccess(reply -> answer.tryComplete(new Answered(there.node(), reply)))
                    .onFailure(failure -> failed(there, failure));
        }

        private void failed(PluginRoute.Found.There there, Throwable failure) {
            boolean lost = failure instanceof DataPrismException gone && gone.code() == ErrorCode.NODE_LOST;
            boolean silent = !there.node().equals(cluster.self()) && HostProblems.isSilence(failure);
            boolean twice = (lost || silent) && call.idempotent() && !repeated;
            boolean unbegun = NotBegun.is(failure) && System.nanoTime() < endNanos;
            if (!twice && !unbegun || call.node() != null) {
                answer.tryFail(silent ? HostProblems.silent(call.plugin(), there.node()) : failure);
                return;
            }
            if (twice) {
                repeat();
            }
            node = null;
            refused.put(there.node(), there.report());
            if (silent && !isElsewhere()) {
                refused.remove(there.node());
            }
            again.increment();
            next(failure);
        }

        private boolean isElsewhere() {
            try {
                return find() instanceof PluginRoute.Found.There;
            } catch (RuntimeException nowhere) {
                return false; // as who looks next hears too
            }
        }

        private void await(@Nullable Throwable before) {
            if (waiting.incrementAndGet() > WAITING_LIMIT) {
                waiting.decrementAndGet();
                overloaded.increment();
                throw new DataPrismException(
                        ErrorCode.OVERLOADED,
                        "Plugin " + call.plugin() + " is on its way, and " + WAITING_LIMIT
                                + " calls wait for such plugins already, which is the limit.",
                        "Try again later.");
            }
            awaited.until(
                            () -> cancelled || !(find() instanceof PluginRoute.Found.OnItsWay) ? true : null,
                            Duration.ofNanos(waitNanos - System.nanoTime()))
                    .onComplete(done -> {
                        waiting.decrementAndGet();
                        if (done.succeeded()) {
                            next(before);
                        } else {
                            answer.tryFail(
                                    before == null ? HostProblems.notActive(call.plugin(), "on its way") : before);
                        }
                    });
        }
    }
}
