package io.dataprism.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.bus.CallerContext;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.event.EventLog;
import io.dataprism.core.event.LocalEventLog;
import io.dataprism.core.event.StoredEvent;
import io.dataprism.core.permission.Caller;
import io.dataprism.core.permission.Principal;
import io.dataprism.core.permission.Principal.Role;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What publishing does, whichever way an event goes to the log. */
@Timeout(30)
abstract class EventServiceContract {

    Vertx vertx;
    EventFeed feed;
    private EventService events;

    @BeforeEach
    void start() throws Exception {
        vertx = Vertx.vertx();
        feed = new EventFeed(vertx, new LocalEventLog(EventLog.Limits.DEFAULT, InstantSource.system()), "n1");
        events = service();
    }

    /** The service to be tested, of {@link #vertx} and {@link #feed}. */
    abstract EventService service() throws Exception;

    @AfterEach
    void stop() throws Exception {
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @CsvSource({
        "node,core:error,appended",
        "node,anything,appended",
        "user,app:x,appended",
        "user,core:error,PERMISSION_DENIED",
        "user,core,PERMISSION_DENIED",
        "user,plugin:stats:done,PERMISSION_DENIED",
        "user,app:*,REQUEST_INVALID",
        "user,a b,REQUEST_INVALID",
        "narrowed,app:x,appended",
        "narrowed,other:x,PERMISSION_DENIED",
        "plugin,plugin:stats:done,appended",
        "plugin,plugin:stats:a:b,appended",
        "plugin,plugin:other:done,PERMISSION_DENIED",
        "plugin,plugin:stats,PERMISSION_DENIED",
        "plugin,app:x,PERMISSION_DENIED",
        "nobody,app:x,PERMISSION_DENIED",
    })
    void whoMayPublishWhere(String who, String topic, String outcome) {
        Principal principal = principal(who);

        if (outcome.equals("appended")) {
            String cursor = publish(principal, topic, 1);
            StoredEvent event = feed.log().read(0, 10).events().get(0);
            assertThat(event.cursor()).isEqualTo(cursor);
            assertThat(event.source()).isEqualTo(principal.uri());
        } else {
            assertThatThrownBy(() -> publish(principal, topic, 1))
                    .isInstanceOfSatisfying(
                            DataPrismException.class,
                            e -> assertThat(e.code().name()).isEqualTo(outcome));
            assertThat(feed.log().size()).isZero();
        }
    }

    @Test
    void tooMuchDataIsRefused() {
        assertThatThrownBy(() -> publish(new Principal.Node("n1"), "a", "x".repeat(256 * 1024)))
                .isInstanceOfSatisfying(
                        DataPrismException.class,
                        e -> assertThat(e.code().name()).isEqualTo("PAYLOAD_TOO_LARGE"));
    }

    static @Nullable Principal principal(String who) {
        Principal.User user = new Principal.User("eve", Set.of(Role.SUBSCRIBER), null, null, null);
        return switch (who) {
            case "node" -> new Principal.Node("n1");
            case "user" -> user;
            case "narrowed" -> new Principal.User("eve", user.roles(), List.of("app:**"), null, null);
            case "plugin" -> new Principal.Plugin("stats");
            default -> null;
        };
    }

    Context actingAs(@Nullable Principal principal) {
        Context context = vertx.getOrCreateContext();
        return principal == null ? context : CallerContext.duplicateFor(context, Caller.of(principal));
    }

    String publish(@Nullable Principal principal, String topic, Object data) {
        Promise<String> cursor = Promise.promise();
        actingAs(principal).runOnContext(go -> events.publish(topic, data).onComplete(cursor));
        return cursor.future().await();
    }
}
