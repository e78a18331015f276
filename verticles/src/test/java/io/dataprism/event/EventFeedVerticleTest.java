package io.dataprism.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.bus.Addresses;
import io.dataprism.bus.CallerContext;
import io.dataprism.bus.Replies;
import io.dataprism.bus.SendersForTests;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.event.EventLog;
import io.dataprism.core.event.StoredEvent;
import io.dataprism.core.event.Topic;
import io.dataprism.core.event.TopicPattern;
import io.dataprism.core.event.TopicScope;
import io.dataprism.core.permission.Caller;
import io.dataprism.core.permission.Principal;
import io.dataprism.core.permission.Principal.Role;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
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
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class EventFeedVerticleTest {

    private Vertx vertx;
    private EventFeed feed;
    private EventService events;

    @BeforeEach
    void start() throws Exception {
        vertx = Vertx.vertx();
        SendersForTests.install(vertx);
        feed = new EventFeed(vertx, new EventLog(EventLog.Limits.DEFAULT, InstantSource.system()), "n1");
        events = new BusEventService(vertx);
        vertx.deployVerticle(new EventFeedVerticle(feed)).await(10, TimeUnit.SECONDS);
    }

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
    void aGrantedScopeReachesFurther() {
        TopicScope scope = TopicScope.of(List.of(List.of("app:**")));
        Caller plugin = Caller.of(new Principal.Plugin("stats"));

        TopicRules.checkPublish(plugin, Topic.parse("app:x"), scope);

        assertThatThrownBy(() -> TopicRules.checkPublish(plugin, Topic.parse("core:error"), scope))
                .isInstanceOf(DataPrismException.class)
                .hasMessageContaining("stats")
                .hasMessageContaining("core:error");
    }

    @ParameterizedTest
    @ValueSource(strings = {"core", "data", "task"})
    void aPluginThatIsCalledAsTheNodesOwnTopicsAreHasNoneOfThem(String name) {
        Caller plugin = Caller.of(new Principal.Plugin(name));
        String topic = "plugin:" + name + ":x";
        TopicScope granted = TopicScope.of(List.of(List.of(topic)));

        assertThatThrownBy(() -> TopicRules.checkPublish(plugin, Topic.parse(topic), TopicScope.nothing()))
                .isInstanceOf(DataPrismException.class);
        assertThatThrownBy(() -> TopicRules.checkSubscribe(plugin, TopicPattern.parse(topic), TopicScope.nothing()))
                .isInstanceOf(DataPrismException.class);
        TopicRules.checkPublish(plugin, Topic.parse(topic), granted);
        TopicRules.checkSubscribe(plugin, TopicPattern.parse(topic), granted);
    }

    @ParameterizedTest
    @CsvSource({
        "node,**,true",
        "user,**,true",
        "narrowed,app:*,true",
        "narrowed,*:x,false",
        "plugin,plugin:stats:**,true",
        "plugin,plugin:*:x,false",
        "plugin,core:**,false",
        "nobody,app:x,false",
    })
    void whoMayFollowWhat(String who, String pattern, boolean admitted) {
        Promise<Boolean> answer = Promise.promise();
        Context acting = actingAs(principal(who));

        acting.runOnContext(go -> vertx.eventBus()
                .<JsonObject>request(
                        Addresses.EVENTS_SUBSCRIBE, new JsonObject().put("topics", new JsonArray().add(pattern)))
                .map(reply -> reply.body().getBoolean("admitted"))
                .recover(failure ->
                        Future.succeededFuture(Replies.toProblem(failure).code() != ErrorCode.PERMISSION_DENIED))
                .onComplete(answer));

        assertThat(answer.future().await()).isEqualTo(admitted);
    }

    @Test
    void tooMuchDataIsRefused() {
        assertThatThrownBy(() -> publish(new Principal.Node("n1"), "a", "x".repeat(256 * 1024)))
                .isInstanceOfSatisfying(
                        DataPrismException.class,
                        e -> assertThat(e.code().name()).isEqualTo("PAYLOAD_TOO_LARGE"));
    }

    private static @Nullable Principal principal(String who) {
        Principal.User user = new Principal.User("eve", Set.of(Role.SUBSCRIBER), null, null, null);
        return switch (who) {
            case "node" -> new Principal.Node("n1");
            case "user" -> user;
            case "narrowed" -> new Principal.User("eve", user.roles(), List.of("app:**"), null, null);
            case "plugin" -> new Principal.Plugin("stats");
            default -> null;
        };
    }

    private Context actingAs(@Nullable Principal principal) {
        Context context = vertx.getOrCreateContext();
        return principal == null ? context : CallerContext.duplicateFor(context, Caller.of(principal));
    }

    private String publish(@Nullable Principal principal, String topic, Object data) {
        Promise<String> cursor = Promise.promise();
        actingAs(principal).runOnContext(go -> events.publish(topic, data).onComplete(cursor));
        return cursor.future().await();
    }
}
