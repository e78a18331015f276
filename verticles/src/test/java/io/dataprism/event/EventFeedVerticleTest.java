package io.dataprism.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.bus.Addresses;
import io.dataprism.bus.Replies;
import io.dataprism.bus.SendersForTests;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.event.Topic;
import io.dataprism.core.event.TopicPattern;
import io.dataprism.core.event.TopicScope;
import io.dataprism.core.permission.Caller;
import io.dataprism.core.permission.Principal;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventFeedVerticleTest extends EventServiceContract {

    @Override
    EventService service() throws Exception {
        SendersForTests.install(vertx);
        vertx.deployVerticle(new EventFeedVerticle(feed)).await(10, TimeUnit.SECONDS);
        return new BusEventService(vertx);
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
}
