package io.dataprism.bus;

import io.dataprism.core.permission.Caller;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxBootstrap;
import io.vertx.core.spi.VertxServiceProvider;
import io.vertx.core.spi.context.storage.ContextLocal;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Who is calling, carried by Vert.x contexts and never by what a sender wrote.
 *
 * <p>Two values, both kept on a <em>duplicated</em> context, which lives as long as one request or one message:
 *
 * <ul>
 *   <li>{@link #acting}: for whom this code sends messages. Only the gateway sets it (a user), and the plugin host (its
 *       plugin, serving a call; the caller whose input it reads; the node, for its streams). No plugin's code runs in this
 *       process, so all who can set it are trusted.
 *   <li>{@link #sender}: who sent the message that is being handled. The inbound interceptor sets it, handlers read it.
 * </ul>
 *
 * <p>Registered as a service provider, because context keys must exist before the first {@code Vertx}.
 */
public final class CallerContext implements VertxServiceProvider {

    private static final ContextLocal<Caller> ACTING = ContextLocal.registerLocal(Caller.class);
    private static final ContextLocal<Caller> SENDER = ContextLocal.registerLocal(Caller.class);

    @Override
    public void init(VertxBootstrap bootstrap) {
        Objects.requireNonNull(ACTING, "loading this class registers the keys");
    }

    /** From now on, messages sent from this duplicated context speak for {@code caller}. */
    public static void actAs(Context context, Caller caller) {
        ((ContextInternal) context).putLocal(ACTING, caller);
    }

    /** For whom the current context speaks; null: for its deployment. */
    public static @Nullable Caller acting() {
        return local(ACTING);
    }

    /** Who sent the message that the current context handles; null outside a handler. */
    public static @Nullable Caller sender() {
        return local(SENDER);
    }

    /** For the inbound interceptor alone. */
    static void received(Context context, Caller caller) {
        ((ContextInternal) context).putLocal(SENDER, caller);
    }

    /** A fresh duplicate of a context that speaks for {@code caller}. */
    public static ContextInternal duplicateFor(Context context, Caller caller) {
        ContextInternal duplicate = ((ContextInternal) context).duplicate();
        actAs(duplicate, caller);
        return duplicate;
    }

    private static @Nullable Caller local(ContextLocal<Caller> key) {
        Context context = Vertx.currentContext();
        return context == null ? null : ((ContextInternal) context).getLocal(key);
    }
}
