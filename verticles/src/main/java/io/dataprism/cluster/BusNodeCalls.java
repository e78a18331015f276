package io.dataprism.cluster;

import io.dataprism.bus.Addresses;
import io.dataprism.bus.CallerCodec;
import io.dataprism.bus.MessageBody;
import io.dataprism.bus.Registration;
import io.dataprism.bus.Replies;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.permission.Caller;
import io.dataprism.core.permission.Principal;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@link NodeCalls} as requests on the bus, one address for each node. Deploy one per node, on an event loop: what it sends, it sends as the
 * node, and for whom is in the message, which only nodes can send. Calls to a node that leaves fail when it has left; the bus itself would
 * wait for the timeout.
 */
public final class BusNodeCalls extends VerticleBase implements NodeCalls {

    private static final Logger LOG = LoggerFactory.getLogger(BusNodeCalls.class);
    private static final String GREETING = "greeting";
    private static final Duration GREETING_LIMIT = Duration.ofSeconds(30);
    private static final String METHOD = "method";
    private static final String CALLER = "caller";
    private static final String BODY = "body";

    /** A node that has just joined is seen before what it serves is. */
    private static final long AGAIN_MILLIS = 50;

    private static final int PENDING_LIMIT = 10_000;

    private final String nodeId;
    private final Members members;
    private final Map<String, Method> methods = new ConcurrentHashMap<>();
    private final Set<Pending> pending = ConcurrentHashMap.newKeySet();
    private final Set<String> greeted = new HashSet<>(); // incarnations; of the context
    private final LongAdder lost = new LongAdder();
    private final LongAdder refused = new LongAdder();

    /** A call that has not been answered. */
    private record Pending(String nodeId, String method, Promise<JsonObject> answer, long untilNanos) {

        long leftMillis() {
            return TimeUnit.NANOSECONDS.toMillis(untilNanos - System.nanoTime());
        }
    }

    public BusNodeCalls(String nodeId, Members members) {
        this.nodeId = nodeId;
        this.members = members;
    }

    @Override
    public Future<?> start() {
        members.onChange(this::failThoseOfGone);
        serve(GREETING, (caller, body) -> Future.succeededFuture(new JsonObject()));
        return Registration.of(
                        vertx, () -> vertx.eventBus().<JsonObject>consumer(Addresses.calls(nodeId), this::receive))
                .onSuccess(heard -> {
                    members.onChange(() -> context.runOnContext(go -> greet()));
                    greet();
                });
    }

    /**
     * The bus connects to a node with the first message to it, and that node back with its answer. Each took four seconds where all were busy
     * and this one had just begun; so that is done before a user's call would wait for it. Nobody waits for this. On this verticle's context.
     */
    private void greet() {
        Caller own = Caller.of(new Principal.Node(nodeId));
        Set<Member> others = members.all().stream()
                .filter(member -> !member.id().equals(nodeId))
                .collect(Collectors.toSet());
        greeted.retainAll(others.stream().map(Member::incarnation).toList());
        for (Member other : others) {
            if (greeted.add(other.incarnation())) {
                call(other.id(), GREETING, own, new JsonObject(), GREETING_LIMIT)
                        .onFailure(failure -> LOG.debug("Node {} was not greeted", other.id(), failure));
            }
        }
    }

    @Override
    public Future<?> stop() {
        DataPrismException draining =
                new DataPrismException(ErrorCode.DRAINING, "This node is stopping.", "Try again on another node.");
        List.copyOf(pending).forEach(call -> call.answer().tryFail(draining));
        return Future.succeededFuture();
    }

    @Override
    public void serve(String method, Method how) {
        if (methods.putIfAbsent(method, how) != null) {
            throw new IllegalStateException("Calls of " + method + " are answered already.");
        }
    }

    @Override
    public Future<JsonObject> call(String node, String method, Caller caller, JsonObject body, Duration timeout) {
        ContextInternal own = (ContextInternal) vertx.getOrCreateContext();
        Promise<JsonObject> answer = own.promise();
        Pending call = new Pending(node, method, answer, System.nanoTime() + timeout.toNanos());
        if (pending.size() >= PENDING_LIMIT) {
            refused.increment();
            return own.failedFuture(new DataPrismException(
                    ErrorCode.OVERLOADED,
                    "This node waits for " + pending.size() + " answers of other nodes, which is the limit.",
                    "Try again later."));
        }
        pending.add(call);
        Future<JsonObject> outcome = answer.future().onComplete(done -> pending.remove(call));
        if (!node.equals(nodeId) && members.find(node).isEmpty()) {
            answer.tryFail(gone(node));
        } else if (node.equals(nodeId)) {
            // a duplicate, as for a message: what is done for one caller must leave nothing behind for the next
            ((ContextInternal) context)
                    .duplicate()
                    .runOnContext(go -> answer(method, caller, body)
                            .timeout(Math.max(1, call.leftMillis()), TimeUnit.MILLISECONDS)
                            .onComplete(
                                    answer::tryComplete,
                                    failure -> answer.tryFail(
                                            failure instanceof TimeoutException ? late(call) : failure)));
        } else {
            JsonObject message = new JsonObject()
                    .put(METHOD, method)
                    .put(CALLER, CallerCodec.encode(caller))
                    .put(BODY, body);
            context.runOnContext(go -> send(call, message));
        }
        return outcome;
    }

    /** Calls without an answer yet. */
    public int pendingCount() {
        return pending.size();
    }

    /** Calls whose node left, since the start. */
    public long lost() {
        return lost.sum();
    }

    /** Calls for which there was no room, since the start. */
    public long refused() {
        return refused.sum();
    }

    private void send(Pending call, JsonObject message) {
        long left = call.leftMillis();
        if (left <= 0 || call.answer().future().isComplete()) {
            call.answer().tryFail(late(call));
            return;
        }
        vertx.eventBus()
                .<JsonObject>request(
                        Addresses.calls(call.nodeId()), message, new DeliveryOptions().setSendTimeout(left))
                .onSuccess(reply -> call.answer().tryComplete(reply.body()))
                .onFailure(failure -> {
                    if (is(failure, ReplyFailure.NO_HANDLERS) && left > AGAIN_MILLIS) {
                        vertx.setTimer(AGAIN_MILLIS, again -> send(call, message));
                    } else {
                        call.answer()
                                .tryFail(is(failure, ReplyFailure.TIMEOUT) ? late(call) : Replies.toProblem(failure));
                    }
                });
    }

    private static boolean is(Throwable failure, ReplyFailure what) {
        return failure instanceof ReplyException reply && reply.failureType() == what;
    }

    private void receive(Message<JsonObject> message) {
        try {
            MessageBody body = MessageBody.of(message);
            Caller caller = CallerCodec.decode(body.text(CALLER));
            answer(body.text(METHOD), caller, body.json().getJsonObject(BODY))
                    .onComplete(message::reply, failure -> Replies.fail(message, failure));
        } catch (RuntimeException unreadable) {
            Replies.fail(message, unreadable);
        }
    }

    /** On a duplicate of this verticle's context. */
    private Future<JsonObject> answer(String method, Caller caller, JsonObject body) {
        Method how = methods.get(method);
        if (how == null) {
            return Future.failedFuture(new DataPrismException(
                    ErrorCode.NOT_FOUND,
                    "Node " + nodeId + " answers no calls of '" + method + "'.",
                    "Let all nodes have the same version."));
        }
        try {
            return how.answer(caller, body);
        } catch (RuntimeException failure) {
            return Future.failedFuture(failure);
        }
    }

    private void failThoseOfGone() {
        for (Pending call : pending) {
            if (!call.nodeId().equals(nodeId) && members.find(call.nodeId()).isEmpty()) {
                if (pending.remove(call)) {
                    lost.increment();
                    call.answer().tryFail(gone(call.nodeId()));
                }
            }
        }
    }

    /** The failure of what was asked of a node that is not there any more. */
    public static DataPrismException gone(String node) {
        return new DataPrismException(
                ErrorCode.NODE_LOST,
                "Node " + node + " is not a member of the cluster any more.",
                "Try again: another node takes over.");
    }

    private static DataPrismException late(Pending call) {
        return new DataPrismException(
                ErrorCode.OVERLOADED,
                "Node " + call.nodeId() + " did not answer '" + call.method() + "' in time.",
                "Try again later, or look at that node's log.");
    }
}
