package io.dataprism.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dataprism.bus.CallerContext;
import io.dataprism.bus.SendersForTests;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.event.EventLog;
import io.dataprism.core.event.Gap;
import io.dataprism.core.event.LocalEventLog;
import io.dataprism.core.event.Start;
import io.dataprism.core.event.StoredEvent;
import io.dataprism.core.event.TopicPattern;
import io.dataprism.core.permission.Caller;
import io.dataprism.core.permission.Principal;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Publishing and following where events are on the disk first. */
@Timeout(30)
class DurableFeedTest {

    @TempDir
    private Path folder;

    private Vertx vertx;
    private EventLog log;
    private EventFeed feed;

    @BeforeEach
    void start() throws Exception {
        vertx = Vertx.vertx();
        SendersForTests.install(vertx);
        log = LocalEventLog.open(folder, EventLog.Limits.DEFAULT, InstantSource.system());
        feed = new EventFeed(vertx, log, "n1");
        vertx.deployVerticle(new EventFeedVerticle(feed)).await(10, TimeUnit.SECONDS);
    }

    @AfterEach
    void stop() throws Exception {
        vertx.close().await(10, TimeUnit.SECONDS);
        log.close();
    }

    @Test
    void whatIsPublishedIsAnsweredWhenItIsAppendedAndWakesThoseWhoFollow() throws Exception {
        Reader reader = new Reader();
        feed.subscribe(List.of(TopicPattern.parse("**")), new Start.Latest(), reader)
                .resume();

        String cursor = publish("core:query:complete", new JsonObject().put("rows", 3));

        assertThat(log.place(new Start.After(cursor)).gap()).isNull();
        assertThat(log.read(0, 10).events().getFirst().cursor()).isEqualTo(cursor);
        await().untilAsserted(() -> assertThat(reader.seen)
                .extracting(event -> event.topic().name())
                .containsExactly("core:query:complete", "plugin:data:available"));
    }

    @Test
    void whatTheDiskDoesNotTakeIsRefusedOverTheBus() throws Exception {
        publish("core:a", 1);
        log.close();

        assertThatThrownBy(() -> publish("core:a", 2))
                .isInstanceOfSatisfying(
                        DataPrismException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DRAINING));

        assertThat(log.size()).isEqualTo(1);
    }

    @Test
    void whatIsDamagedOnTheDiskIsAGapBetweenTheEventsAroundIt() throws Exception {
        for (int i = 0; i < 5; i++) {
            publish("app:a", "event" + i);
        }
        log.close();
        damage("event2");
        log = LocalEventLog.open(folder, EventLog.Limits.DEFAULT, InstantSource.system());
        List<String> heard = new CopyOnWriteArrayList<>();
        vertx.runOnContext(go -> new EventFeed(vertx, log, "n1")
                .subscribe(List.of(TopicPattern.parse("app:*")), new Start.Earliest(), new Listener(heard))
                .resume());

        await().untilAsserted(
                        () -> assertThat(heard).containsExactly("event0", "event1", "gap expired", "event3", "event4"));
    }

    private void damage(String data) throws Exception {
        try (Stream<Path> files = Files.list(folder)) {
            Path segment = files.filter(file -> file.toString().endsWith(".segment"))
                    .max(Comparator.naturalOrder())
                    .orElseThrow();
            byte[] bytes = Files.readAllBytes(segment);
            bytes[new String(bytes, StandardCharsets.ISO_8859_1).indexOf(data)] ^= 1;
            Files.write(segment, bytes);
        }
    }

    /** Notes events and gaps as they come. */
    private record Listener(List<String> heard) implements EventSink {

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void onEvent(StoredEvent event) {
            heard.add(String.valueOf(EventFlux.toEvent(event).data()));
        }

        @Override
        public void onGap(Gap gap) {
            heard.add("gap " + gap.reason().label());
        }
    }

    private String publish(String topic, Object data) throws Exception {
        Promise<String> published = Promise.promise();
        Context context = CallerContext.duplicateFor(vertx.getOrCreateContext(), Caller.of(new Principal.Node("n1")));
        context.runOnContext(
                go -> new BusEventService(vertx).publish(topic, data).onComplete(published));
        return published.future().await(10, TimeUnit.SECONDS);
    }

    private static final class Reader implements EventSink {

        private final List<StoredEvent> seen = new CopyOnWriteArrayList<>();

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void onEvent(StoredEvent event) {
            seen.add(event);
        }

        @Override
        public void onGap(Gap gap) {
            throw new AssertionError("Nothing was lost: " + gap);
        }
    }
}
