package io.dataprism.gateway.connection;

import io.dataprism.core.error.DataPrismException;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.websocketx.WebSocketFrameDecoder;
import io.netty.util.AttributeKey;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One connection, and how it uses its place. Belongs to its event loop. */
public final class Connection {

    private static final AttributeKey<Connection> KEY = AttributeKey.valueOf("dataprism.connection");

    /** For a client that is refused to make its request and to read the answer. */
    private static final Duration REFUSED_TIME = Duration.ofSeconds(5);

    private final Channel channel;
    private final Connections all;
    private final @Nullable Refusal refusal;
    private final long acceptedNanos;
    private long quietSinceNanos;
    private long headSinceNanos;
    private boolean inHead;
    private boolean known;
    private int requests;

    Connection(Channel channel, Connections all, @Nullable Refusal refusal, long nowNanos) {
        this.channel = channel;
        this.all = all;
        this.refusal = refusal;
        this.acceptedNanos = nowNanos;
        this.quietSinceNanos = nowNanos;
        channel.attr(KEY).set(this);
    }

    /** That of a request, on its event loop. Its server must run on {@link StrictTransport}. */
    public static Connection of(HttpConnection connection) {
        return of(((HttpServerConnection) connection).channelHandlerContext().channel());
    }

    static Connection of(Channel channel) {
        return Objects.requireNonNull(channel.attr(KEY).get(), "every accepted channel has its Connection");
    }

    /** Why there is no room for it; null: it is admitted. */
    public @Nullable DataPrismException refusal() {
        return refusal == null ? null : refusal.problem(all.limits());
    }

    boolean isRefused() {
        return refusal != null;
    }

    /** A request has come whose answer will take its time; {@link #answered} ends it. */
    public void asked() {
        requests++;
    }

    /** An answer is over, in whatever way. */
    public void answered() {
        requests--;
        quietSinceNanos = all.nanoTime();
        headSinceNanos = quietSinceNanos;
    }

    /** Somebody has shown a good token on it: from now on it may be silent for longer. */
    public void signedIn() {
        known = true;
    }

    /** The first byte of a request of HTTP/1 has come. */
    void headBegins() {
        if (!inHead) {
            inHead = true;
            headSinceNanos = all.nanoTime();
        }
    }

    /** The head of that request is whole. */
    void headEnds() {
        inHead = false;
    }

    /**
     * Closes the connection where its client does not read an answer in time that the node has let go of. What is unread is kept
     * in memory, and with HTTP/2 a window can stay closed for ever.
     *
     * @param written succeeds when all of the answer has left this process
     */
    public void expectToBeRead(Vertx vertx, Future<Void> written) {
        if (!written.isComplete()) {
            long timer = vertx.setTimer(all.limits().answerRead().toMillis(), late -> all.end(this, Overdue.UNREAD));
            written.onComplete(done -> vertx.cancelTimer(timer));
        }
    }

    void flooded() {
        all.end(this, Overdue.FLOOD);
    }

    boolean isOfThisEventLoop() {
        return channel.isRegistered() && channel.eventLoop().inEventLoop();
    }

    /** Why it is to be closed now; null: it may stay. */
    @Nullable
    Overdue overdue(long nowNanos, Duration head, Duration idle) {
        if (refusal != null) {
            return isOver(acceptedNanos, nowNanos, REFUSED_TIME) ? Overdue.REFUSED : null;
        }
        if (inHead && requests == 0) { // while an answer is on its way, it is that which counts
            return isOver(headSinceNanos, nowNanos, head) ? Overdue.HEAD : null;
        }
        if (requests > 0 || channel.pipeline().get(WebSocketFrameDecoder.class) != null) {
            return null; // answers and WebSockets have times of their own
        }
        if (known) {
            return isOver(quietSinceNanos, nowNanos, idle) ? Overdue.IDLE : null;
        }
        return isOver(quietSinceNanos, nowNanos, head) ? Overdue.STRANGER : null;
    }

    private static boolean isOver(long sinceNanos, long nowNanos, Duration limit) {
        return TimeUnit.NANOSECONDS.toMillis(nowNanos - sinceNanos) > limit.toMillis();
    }

    void close() {
        channel.close();
    }
}
