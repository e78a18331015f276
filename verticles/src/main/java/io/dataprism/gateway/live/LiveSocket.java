package io.dataprism.gateway.live;

import io.dataprism.bus.Replies;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.event.TopicPattern;
import io.dataprism.core.permission.Principal;
import io.dataprism.core.permission.Principal.Role;
import io.dataprism.gateway.Authenticator.Identity;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One WebSocket of the subprotocol {@code dataprism.v1}. All on its event loop. */
final class LiveSocket implements LiveConnections.Connection, LoopWheel.Watched {

    private static final long AUTHENTICATION_MILLIS = 10_000;
    private static final long LIVENESS_MILLIS = 25_000;
    private static final long CLOSING_MILLIS = 10_000;
    private static final long LOOK_MILLIS = 5_000;
    private static final int CLOSE_BINARY = 1003;
    private static final int CLOSE_DRAINING = 1012;
    private static final int CLOSE_UNAUTHENTICATED = 4401;
    private static final int CLOSE_TOO_MANY = 4429;

    private final LiveServices services;
    private final ServerWebSocket socket;
    private final Context context;
    private final SocketWriter writer;
    private final SocketCalls calls;
    private final SocketDatasets datasets;
    private final TokenWatch tokens;
    private LiveConnections.@Nullable Place place;
    private volatile @Nullable Identity identity; // read by whoever ends a credential's connections
    private final LoopWheel.Entry watching;
    private final long openedMillis = System.currentTimeMillis();
    private long nextLivenessMillis = openedMillis + LIVENESS_MILLIS;
    private long closedSeenMillis;
    private boolean heard = true;
    private boolean authenticating;

    /** @param place of the user who opened it; null: nobody is known yet */
    LiveSocket(
            LiveServices services,
            ServerWebSocket socket,
            HttpConnection connection,
            LiveConnections.@Nullable Place place) {
        this.place = place;
        this.services = services;
        this.calls = new SocketCalls(services.limits().live());
        this.socket = socket;
        ContextInternal internal = (ContextInternal) services.vertx().getOrCreateContext();
        this.context = internal;
        this.writer = new SocketWriter(socket, connection, services.loops(), this::room);
        this.datasets = new SocketDatasets(services, writer, calls);
        this.tokens = new TokenWatch(services.authenticator(), () -> end(LiveConnections.Ending.TOKEN_ENDED));
        this.watching = services.loops().of(internal.nettyEventLoop()).wheel().add(this, LOOK_MILLIS);
    }

    /** Begins. {@code known}: who opened it, where the upgrade's headers told; null: the first frame must. */
    void open(@Nullable Identity known, @Nullable String token) {
        socket.textMessageHandler(this::onText);
        socket.binaryMessageHandler(binary -> writer.close(CLOSE_BINARY, "binary frames are not taken"));
        socket.exceptionHandler(failure -> writer.close(SocketWriter.CLOSE_PROTOCOL, "the frames could not be read"));
        socket.closeHandler(closed -> gone());
        socket.pongHandler(pong -> heard = true);
        services.connections().add(this);
        if (known != null) {
            identify(known, token);
        }
    }

    private void onText(String text) {
        heard = true;
        if (writer.isClosed()) {
            return;
        }
        JsonObject json = parse(text);
        if (json == null) {
            writer.error(null, Requests.invalid("The frame is not a JSON object.", "Send {\"op\": ...}."));
            writer.close(SocketWriter.CLOSE_PROTOCOL, "a frame was not a JSON object");
            return;
        }
        SocketFrame frame = new SocketFrame(json);
        try {
            dispatch(frame);
        } catch (RuntimeException failure) {
            writer.error(frame.idOrNull(), Replies.toProblem(failure));
        }
        if (!writer.isReady() && !writer.isClosed()) {
            socket.pause();
        }
    }

    private static @Nullable JsonObject parse(String text) {
        try {
            return new JsonObject(text);
        } catch (DecodeException | ClassCastException | NullPointerException notAnObject) {
            return null;
        }
    }

    private void dispatch(SocketFrame frame) {
        String operation = frame.operation();
        if (operation.equals("auth")) {
            frame.check();
            authenticate(frame.text("token"));
        } else if (operation.equals("ping")) {
            frame.check();
            writer.send(new JsonObject().put("op", "pong"));
        } else if (identity == null) {
            refuse(frame.idOrNull(), Access.unauthenticated("The operation '" + operation + "' needs a token first."));
        } else {
            dispatch(operation, identity.user(), frame);
        }
    }

    private void dispatch(String operation, Principal.User user, SocketFrame frame) {
        requireRole(operation, user);
        frame.check();
        switch (operation) {
            case "subscribe" -> subscribe(user, frame);
            case "demand" -> calls.get(frame.id()).demand(frame.wholeNumberOr("total", 0));
            case "unsubscribe", "cancel" -> {
                calls.cancel(frame.id());
                writer.send(new JsonObject()
                        .put("op", "complete")
                        .put("id", frame.id())
                        .put("cancelled", true));
            }
            case "publish" -> publish(user, frame);
            case "query" -> datasets.query(user, frame);
            case "execute" -> datasets.execute(user, frame);
            default -> throw new IllegalStateException("The frame's operations do not list " + operation + ".");
        }
    }

    private static void requireRole(String operation, Principal.User user) {
        switch (operation) {
            case "subscribe" -> Access.requireRole(user, "follow events", Role.SUBSCRIBER);
            case "publish" -> Access.requireRole(user, "publish events", Role.SUBSCRIBER);
            case "query" -> Access.requireRole(user, "run queries", Role.ANALYST);
            case "execute" -> Access.requireRole(user, "call operations of plugins", Role.ANALYST);
            default -> {} // what is open is the user's
        }
    }

    /** Frames behind it wait until the token is checked. */
    private void authenticate(String token) {
        if (authenticating) {
            return;
        }
        authenticating = true;
        socket.pause();
        services.authenticator()
                .signIn(token, "/v1/ws", socket.remoteAddress())
                .onComplete(checked -> context.runOnContext(back -> {
                    authenticating = false;
                    Identity found = checked.result();
                    if (found == null) {
                        refuse(null, Replies.toProblem(checked.cause()));
                    } else if (identity != null
                            && !identity.user().sub().equals(found.user().sub())) {
                        writer.error(
                                null, Requests.invalid("This connection is another user's.", "Open one of your own."));
                    } else if (identity != null && !identity.user().equals(found.user())) {
                        writer.error(
                                null,
                                Requests.invalid(
                                        "This token has other rights than the one that opened this connection.",
                                        "Open another connection with it: what is open here was allowed to the first."));
                    } else {
                        authenticated(found, token);
                    }
                    resumeReading();
                }));
    }

    private void authenticated(Identity found, String token) {
        if (writer.isClosed()) {
            return; // it has gone meanwhile, and would keep a place
        }
        if (place == null) {
            try {
                place = services.connections().admit(found.user());
            } catch (DataPrismException tooMany) {
                writer.error(null, tooMany);
                writer.close(CLOSE_TOO_MANY, "too many connections of this user");
                return;
            }
        }
        identify(found, token);
        Instant expiresAt = found.expiresAt();
        writer.send(new JsonObject()
                .put("op", "authenticated")
                .put("sub", found.user().sub())
                .put("exp", expiresAt == null ? null : expiresAt.toString()));
    }

    private void identify(Identity found, @Nullable String token) {
        identity = found;
        tokens.watch(found, token);
        watching.within(tokens.leftMillis(System.currentTimeMillis()));
    }

    private void refuse(@Nullable String id, DataPrismException problem) {
        writer.error(id, problem);
        if (problem.code() == ErrorCode.UNAUTHENTICATED) {
            writer.close(CLOSE_UNAUTHENTICATED, "not authenticated");
        } else if (problem.code() == ErrorCode.QUOTA_EXCEEDED) {
            writer.close(CLOSE_TOO_MANY, "too many tokens that are not known");
        }
    }

    private void subscribe(Principal.User user, SocketFrame frame) {
        String id = frame.id();
        calls.requireFree(id, true);
        List<TopicPattern> patterns = Access.topics(user, frame.texts("topics"));
        SocketSubscription subscription = new SocketSubscription(
                services.feed(),
                writer,
                id,
                patterns,
                Requests.start(frame.optionalText("cursor"), frame.optionalText("from")),
                frame.wholeNumberOr("demand", Long.MAX_VALUE),
                SocketSubscription.Policy.of(frame.optionalText("overflow")));
        calls.open(id, subscription);
        subscription.begin();
    }

    private void publish(Principal.User user, SocketFrame frame) {
        String id = frame.id();
        String topic = frame.text("topic");
        SocketCall call = () -> {};
        calls.open(id, call);
        Access.actingAs(
                        services.vertx(),
                        user,
                        () -> services.events().publish(topic, frame.json().getValue("data")))
                .onComplete(published -> {
                    if (!calls.close(id, call)) {
                        return;
                    }
                    if (published.succeeded()) {
                        writer.send(new JsonObject()
                                .put("op", "published")
                                .put("id", id)
                                .put("cursor", published.result()));
                    } else {
                        writer.error(id, Replies.toProblem(published.cause()));
                    }
                });
    }

    private void room() {
        resumeReading();
        calls.room();
    }

    private void resumeReading() {
        if (!authenticating && (writer.isReady() || writer.isClosed())) {
            socket.resume();
        }
    }

    @Override
    public long look(long nowMillis) {
        if (writer.isClosed()) {
            return lookAtClosing(nowMillis);
        }
        if (identity == null && nowMillis - openedMillis >= AUTHENTICATION_MILLIS) {
            writer.close(CLOSE_UNAUTHENTICATED, "not authenticated within 10 s");
            return LOOK_MILLIS;
        }
        tokens.look(nowMillis);
        if (nowMillis >= nextLivenessMillis) {
            nextLivenessMillis = nowMillis + LIVENESS_MILLIS;
            checkLiveness();
        }
        boolean isStalled = services.connections().isStalled(writer.fullSinceMillis(), nowMillis);
        SocketCall stalled = isStalled ? calls.stalled() : null;
        if (stalled != null) {
            stalled.closeTooSlow();
        }
        return Math.min(LOOK_MILLIS, tokens.leftMillis(nowMillis));
    }

    /** A peer that does not read does not read the close either. */
    private long lookAtClosing(long nowMillis) {
        closedSeenMillis = closedSeenMillis == 0 ? nowMillis : closedSeenMillis;
        if (nowMillis - closedSeenMillis >= CLOSING_MILLIS) {
            writer.abort();
            return 0;
        }
        return LOOK_MILLIS;
    }

    private void checkLiveness() {
        boolean room = writer.fullSinceMillis() == 0;
        if (!heard && room) {
            writer.abort(); // it would not answer a close either
        } else if (room) {
            heard = false;
            socket.writePing(Buffer.buffer());
        }
    }

    @Override
    public void end(LiveConnections.Ending why) {
        context.runOnContext(ending -> {
            switch (why) {
                case DRAINING ->
                    writer.close(
                            CLOSE_DRAINING,
                            "retryAfterMs=" + ThreadLocalRandom.current().nextInt(100, 2_000));
                case TOKEN_ENDED -> writer.close(CLOSE_UNAUTHENTICATED, "the token ended");
            }
        });
    }

    @Override
    public boolean isOf(Predicate<Identity> identities) {
        Identity known = identity;
        return known != null && identities.test(known);
    }

    private void gone() {
        writer.gone();
        watching.remove();
        calls.cancelAll();
        if (place != null) {
            place.close();
        }
        services.connections().remove(this);
    }
}
