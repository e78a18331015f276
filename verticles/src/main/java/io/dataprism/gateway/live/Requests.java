package io.dataprism.gateway.live;

import io.dataprism.bus.Replies;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.event.Start;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import org.jspecify.annotations.Nullable;

/** Reading requests strictly. */
final class Requests {

    private Requests() {}

    /** A handler whose failures go to the router's failure handler. */
    static Handler<RoutingContext> failing(Handler<RoutingContext> handler) {
        return context -> {
            try {
                handler.handle(context);
            } catch (HttpException refused) {
                context.fail(refused); // a parameter that cannot be read
            } catch (RuntimeException failure) {
                context.fail(Replies.toProblem(failure));
            }
        };
    }

    static DataPrismException invalid(String detail, String hint) {
        return new DataPrismException(ErrorCode.REQUEST_INVALID, detail, hint);
    }

    /** {@code cursor} beats {@code from}, which is latest where nothing is said. */
    static Start start(@Nullable String cursor, @Nullable String from) {
        if (cursor != null) {
            return new Start.After(cursor);
        }
        return "earliest".equals(from) ? new Start.Earliest() : new Start.Latest();
    }
}
