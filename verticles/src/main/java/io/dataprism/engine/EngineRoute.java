package io.dataprism.engine;

import io.dataprism.bus.Addresses;
import io.dataprism.bus.LogicalAddress;
import io.dataprism.bus.Replies;
import io.dataprism.cluster.AloneMembers;
import io.dataprism.cluster.BusNodeCalls;
import io.dataprism.cluster.Member;
import io.dataprism.cluster.Members;
import io.dataprism.cluster.Role;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which node's engine answers: this one's, where it has one; else that of the node with the role {@code engine} to which the fewest of
 * this node's requests are open, each in its turn. Messages speak for the current context in either case, and need the same permissions.
 * Any thread; nothing blocks.
 */
public final class EngineRoute {

    private final Vertx vertx;
    private final Members members;
    private final Departures departures;
    private final Map<String, AtomicInteger> open = new ConcurrentHashMap<>();
    private final AtomicInteger turn = new AtomicInteger();

    /** Where a message goes. */
    sealed interface Way {

        /** To this node's own engine. */
        record Here() implements Way {}

        /** To another node's. */
        record There(Member node) implements Way {}
    }

    public EngineRoute(Vertx vertx, Members members) {
        this.vertx = vertx;
        this.members = members;
        this.departures = new Departures(members);
    }

    /** To the engine of this node, always. */
    public static EngineRoute here(Vertx vertx) {
        return new EngineRoute(
                vertx, new AloneMembers(new Member("", "", "", Set.of(Role.ENGINE), Map.of(), "", true, null, false)));
    }

    /** Whether this node has an engine of its own. */
    boolean isHere() {
        return members.self().roles().contains(Role.ENGINE);
    }

    /** Every engine that there is, this node's first. */
    List<Way> all() {
        List<Way> ways = new ArrayList<>();
        if (isHere()) {
            ways.add(new Way.Here());
        }
        others().forEach(node -> ways.add(new Way.There(node)));
        return ways;
    }

    private List<Member> others() {
        String self = members.self().id();
        return members.all().stream()
                .filter(member -> !member.id().equals(self) && member.roles().contains(Role.ENGINE))
                .toList();
    }

    /**
     * Where the next request goes.
     *
     * @param except where one has failed; null: nowhere
     * @return null where there is no engine but that
     */
    @Nullable
    Way next(@Nullable Way except) {
        if (isHere() && !(except instanceof Way.Here)) {
            return new Way.Here();
        }
        List<Member> others = others().stream()
                .filter(node -> !(except instanceof Way.There(Member failed)
                        && failed.id().equals(node.id())))
                .toList();
        if (others.isEmpty()) {
            return null;
        }
        List<Member> staying =
                others.stream().filter(node -> node.takes(Role.ENGINE)).toList();
        List<Member> those = staying.isEmpty() ? others : staying;
        int first = Math.floorMod(turn.getAndIncrement(), those.size());
        List<Member> inTurn = new ArrayList<>(those.subList(first, those.size()));
        inTurn.addAll(those.subList(0, first));
        return inTurn.stream()
                .min(Comparator.comparingInt(this::openAt))
                .map(Way.There::new)
                .orElseThrow();
    }

    private int openAt(Member node) {
        AtomicInteger count = open.get(node.id());
        return count == null ? 0 : count.get();
    }

    /** For what changes something: asked once. */
    <T> Future<T> once(Function<Way, Future<T>> call) {
        Way way = next(null);
        return way == null ? Future.failedFuture(none()) : call.apply(way);
    }

    /** For what changes nothing: asked once more, elsewhere, where the node that was asked is lost. */
    <T> Future<T> reading(Function<Way, Future<T>> call) {
        Way way = next(null);
        if (way == null) {
            return Future.failedFuture(none());
        }
        return call.apply(way).recover(failure -> {
            Way other = isLoss(failure) ? next(way) : null;
            return other == null ? Future.failedFuture(failure) : call.apply(other);
        });
    }

    private static DataPrismException none() {
        return new DataPrismException(
                ErrorCode.NODE_LOST,
                "This node has no engine, and sees no node that has one.",
                "Try again when one has joined, and look at GET /v1/cluster.");
    }

    /** Whether a node was lost, and nothing else was wrong. */
    static boolean isLoss(Throwable failure) {
        return failure instanceof DataPrismException known && known.code() == ErrorCode.NODE_LOST;
    }

    /** Sends a request for the current context, on which the answer comes. Failures are problems; a node that leaves is {@code NODE_LOST}. */
    Future<JsonObject> request(Way way, String address, JsonObject body, DeliveryOptions options) {
        return switch (way) {
            case Way.Here here ->
                vertx.eventBus()
                        .<JsonObject>request(address, body, options)
                        .map(Message::body)
                        .recover(Replies::recover);
            case Way.There(Member node) -> there(node, address, body, options);
        };
    }

    private Future<JsonObject> there(Member node, String address, JsonObject body, DeliveryOptions options) {
        Promise<JsonObject> answer = ((ContextInternal) vertx.getOrCreateContext()).promise();
        AtomicInteger count = open.computeIfAbsent(node.id(), first -> new AtomicInteger());
        count.incrementAndGet();
        Departures.Watch watch = departures.watch(node, () -> answer.tryFail(BusNodeCalls.gone(node.id())));
        vertx.eventBus()
                .<JsonObject>request(
                        Addresses.engine(node.id()),
                        body,
                        new DeliveryOptions(options).addHeader(LogicalAddress.ENGINE_HEADER, address))
                .onSuccess(reply -> answer.tryComplete(reply.body()))
                .onFailure(failure -> answer.tryFail(problem(node, failure)));
        return answer.future().onComplete(done -> {
            watch.close();
            count.decrementAndGet();
        });
    }

    /** Nobody at its address: it has left, or has not begun yet, and its membership does not show it. */
    private static DataPrismException problem(Member node, Throwable failure) {
        return failure instanceof ReplyException reply && reply.failureType() == ReplyFailure.NO_HANDLERS
                ? BusNodeCalls.gone(node.id())
                : Replies.toProblem(failure);
    }

    /** Tells when the node of a way leaves; see {@link Departures#watch}. */
    Departures.Watch watch(Way.There way, Runnable gone) {
        return departures.watch(way.node(), gone);
    }
}
