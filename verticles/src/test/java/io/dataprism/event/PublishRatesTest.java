package io.dataprism.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.bus.CallerContext;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.permission.Caller;
import io.dataprism.core.permission.Principal;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PublishRatesTest {

    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger published = new AtomicInteger();
    private final PublishRates rates = new PublishRates(
            (topic, data) -> Future.succeededFuture("cursor " + published.incrementAndGet()), 10, 3, nanos::get);

    @AfterEach
    void close() throws Exception {
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    /** What becomes of an event of that user's: its cursor, or the code of the refusal. */
    private String publish(String sub) throws Exception {
        Promise<String> outcome = Promise.promise();
        CallerContext.duplicateFor(context, Caller.of(new Principal.User(sub, Set.of(), null, null, null)))
                .runOnContext(go -> rates.publish("team:news", 1).onComplete(outcome));
        return outcome.future()
                .recover(failure -> {
                    DataPrismException refusal = (DataPrismException) failure;
                    assertThat(refusal.getMessage()).contains("team:news", "/users/" + sub, "10 events in a second");
                    return Future.succeededFuture(refusal.code().name());
                })
                .await(10, TimeUnit.SECONDS);
    }

    @Test
    void aUserWhoPublishesTooMuchIsRefusedAndAnotherIsNot() throws Exception {
        for (int event = 1; event <= 3; event++) {
            assertThat(publish("ann")).isEqualTo("cursor " + event);
        }
        assertThat(publish("ann")).isEqualTo(ErrorCode.QUOTA_EXCEEDED.name());
        assertThat(publish("bob")).isEqualTo("cursor 4");
        assertThat(rates.refused()).isOne();
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(100));
        assertThat(publish("ann")).isEqualTo("cursor 5");
        assertThat(publish("ann")).isEqualTo(ErrorCode.QUOTA_EXCEEDED.name());
    }

    @Test
    void whoPublishesNothingIsForgottenAndTheTableStaysBounded() throws Exception {
        for (int user = 0; user < PublishRates.BUCKETS_MOST + 5; user++) {
            publish("user" + user);
        }
        assertThat(rates.bucketCount()).isEqualTo(PublishRates.BUCKETS_MOST);
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(10));
        publish("another");
        assertThat(rates.bucketCount()).isOne();
    }
}
