package io.dataprism.bus;

import io.dataprism.core.permission.Caller;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Tells handlers who sends, as the permission interceptors do, but checks nothing. */
public final class SendersForTests {

    private static final String HEADER = "test-sender";

    private SendersForTests() {}

    public static void install(Vertx vertx) {
        Map<String, Caller> callers = new ConcurrentHashMap<>();
        AtomicLong ids = new AtomicLong();
        vertx.eventBus().addOutboundInterceptor(delivery -> {
            Caller caller = CallerContext.acting();
            if (caller != null) {
                String id = String.valueOf(ids.incrementAndGet());
                callers.put(id, caller);
                delivery.message().headers().set(HEADER, id);
            }
            delivery.next();
        });
        vertx.eventBus().addInboundInterceptor(delivery -> {
            String id = delivery.message().headers().get(HEADER);
            Caller caller = id == null ? null : callers.remove(id);
            if (caller != null) {
                CallerContext.received(Vertx.currentContext(), caller);
            }
            delivery.next();
        });
    }
}
