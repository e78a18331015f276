package io.dataprism.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dataprism.core.event.EventLog;
import io.dataprism.core.event.LocalEventLog;
import io.dataprism.core.event.Topic;
import io.dataprism.event.EventFeed;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

/** Two versions on a real feed; {@code EventHandoverTest} has real processes. */
class VersionSubscriptionsTest {

    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final EventFeed feed =
            new EventFeed(vertx, new LocalEventLog(EventLog.Limits.DEFAULT, InstantSource.system()), "n1");
    private final VersionSubscriptions old = new VersionSubscriptions(new FeedSubscriptions(feed), context);
    private final VersionSubscriptions fresh = new VersionSubscriptions(new FeedSubscriptions(feed), context);

    @AfterEach
    void stop() throws Exception {
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    @Test
    void aPatternThatTheOldVersionDidNotFollowBeginsAtTheSwitch() throws Exception {
        fresh.hold();
        List<Object> heard = heard(fresh.place("b:*"));
        publish("b:x", "before");
        takeOver();
        publish("b:x", "after");

        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(heard).containsExactly("after"));
    }

    @Test
    void aSubscriptionThatIsAdmittedAfterTheSwitchBeginsWhereTheOldVersionsEnded() throws Exception {
        List<Object> heardByOld = heard(old.place("b:*"), 1);
        settle();
        publish("b:x", "heard by the old one");
        publish("b:x", "left over");
        await().atMost(Duration.ofSeconds(10)).until(() -> heardByOld.size() == 1);
        fresh.hold();
        VersionSubscriptions.Place same = fresh.place("b:*");
        VersionSubscriptions.Place other = fresh.place("b:x");
        takeOver();
        publish("b:x", "after");

        List<Object> heardBySame = heard(same);
        List<Object> heardByOther = heard(other);
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            assertThat(heardBySame).containsExactly("left over", "after");
            assertThat(heardByOther).containsExactly("after");
        });
    }

    @Test
    void whatWasGivenUpIsNotHandedOn() throws Exception {
        VersionSubscriptions.Place gone = old.place("b:*");
        settle();
        publish("b:x", "before");
        gone.giveUp();
        fresh.hold();
        List<Object> heard = heard(fresh.place("b:*"));
        takeOver();
        publish("b:x", "after");
        List<Object> silent = heard(old.place("b:*"));
        publish("b:x", "later");

        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(heard).containsExactly("after", "later"));
        assertThat(silent).as("the old version hears nothing any more").isEmpty();
    }

    private void takeOver() throws Exception {
        onContext(() -> fresh.takeOver(old));
    }

    /** What was asked of the context before has happened. */
    private void settle() throws Exception {
        onContext(() -> {});
        onContext(() -> {});
    }

    private void onContext(Runnable task) throws Exception {
        Contexts.run(vertx, context, () -> {
                    task.run();
                    return Future.succeededFuture();
                })
                .await(10, TimeUnit.SECONDS);
    }

    private void publish(String topic, String data) {
        feed.append(Topic.parse(topic), "/users/test", data);
    }

    private static List<Object> heard(VersionSubscriptions.Place place) {
        return heard(place, Long.MAX_VALUE);
    }

    private static List<Object> heard(VersionSubscriptions.Place place, long demand) {
        List<Object> data = new CopyOnWriteArrayList<>();
        place.events().map(event -> String.valueOf(event.data())).subscribe(new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                subscription.request(demand);
            }

            @Override
            protected void hookOnNext(String value) {
                data.add(value);
            }
        });
        return data;
    }
}
