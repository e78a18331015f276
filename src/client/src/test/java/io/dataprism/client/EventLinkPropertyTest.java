package io.dataprism.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Whatever happens to the connection, what a reader sees is the log: each event once, in order, and a gap where some are lost. */
class EventLinkPropertyTest {

    private static final int WINDOW = 8;
    private static final Patience PATIENCE = Patience.usual().givingUpAfter(Duration.ofDays(365));

    /** What can happen between two events. */
    enum Happening {
        PUBLISH,
        PUBLISH_MANY,
        READ_ONE,
        READ_MANY,
        BREAK,
        CLOSE_TOO_SLOW,
        CLOSE_DRAINING,
        REPEAT,
        UNREACHABLE,
        OVERLOADED,
        FOREVER_OPENING,
        REACHABLE,
        HALF_OPEN,
        WAIT_A_LITTLE,
        WAIT_LONG
    }

    private final class Reader extends BaseSubscriber<Signal> {
        final List<String> events = new ArrayList<>();
        final List<Gap> gaps = new ArrayList<>();
        long asked;

        @Override
        protected void hookOnSubscribe(Subscription subscription) {}

        @Override
        protected void hookOnNext(Signal signal) {
            assertThat(events.size() + gaps.size())
                    .as("no more than was asked for")
                    .isLessThan((int) Math.min(asked, 1 << 30));
            switch (signal) {
                case Event event -> events.add(event.data().asText());
                case Gap gap -> gaps.add(gap);
            }
        }

        void ask(long count) {
            asked += count;
            request(count);
        }
    }

    @Property(tries = 500)
    void eachEventComesOnceAndInOrderWhateverHappens(
            @ForAll long seed, @ForAll @Size(max = 60) List<Happening> happenings) {
        VirtualTimeScheduler time = VirtualTimeScheduler.create();
        FakeNode node = new FakeNode();
        Reader reader = follow(time, node, seed, Mono.just("good"));
        List<String> published = new ArrayList<>();
        for (Happening happening : happenings) {
            happen(happening, node, reader, time, published);
            time.advanceTimeBy(Duration.ZERO);
        }
        heal(node, time);
        reader.ask(Long.MAX_VALUE / 2);
        time.advanceTimeBy(Duration.ofMinutes(2));

        assertThat(reader.events).isEqualTo(published);
        assertThat(reader.gaps).isEmpty();
        assertThat(node.mostCredit).isLessThanOrEqualTo(WINDOW);
    }

    private static void happen(
            Happening happening, FakeNode node, Reader reader, VirtualTimeScheduler time, List<String> published) {
        switch (happening) {
            case PUBLISH -> publish(node, published, 1);
            case PUBLISH_MANY -> publish(node, published, 3 * WINDOW);
            case READ_ONE -> reader.ask(1);
            case READ_MANY -> reader.ask(2L * WINDOW);
            case BREAK -> node.lose();
            case CLOSE_TOO_SLOW -> node.close(4408, "too slow: e0");
            case CLOSE_DRAINING -> node.close(1012, "retryAfterMs=1500");
            case REPEAT -> node.repeat();
            case UNREACHABLE -> node.door = FakeNode.Door.UNREACHABLE;
            case OVERLOADED -> node.door = FakeNode.Door.OVERLOADED;
            case FOREVER_OPENING -> node.door = FakeNode.Door.FOREVER_OPENING;
            case REACHABLE -> node.door = FakeNode.Door.OPEN;
            case HALF_OPEN -> node.mute();
            case WAIT_A_LITTLE -> time.advanceTimeBy(Duration.ofMillis(400));
            case WAIT_LONG -> time.advanceTimeBy(Duration.ofMinutes(1));
        }
    }

    private static void publish(FakeNode node, List<String> published, int count) {
        for (int i = 0; i < count; i++) {
            String data = "n" + published.size();
            published.add(data);
            node.publish(data);
        }
    }

    /** A connection that is half open stays so: the client has to find out. */
    private static void heal(FakeNode node, VirtualTimeScheduler time) {
        node.door = FakeNode.Door.OPEN;
        time.advanceTimeBy(PATIENCE.ping().multipliedBy(3));
        time.advanceTimeBy(PATIENCE.mostRetry().plus(PATIENCE.connect().multipliedBy(2)));
    }

    @Property(tries = 200)
    void aRestartIsOneGapAndThenTheNewLog(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 20) int before,
            @ForAll @IntRange(min = 1, max = 20) int after) {
        VirtualTimeScheduler time = VirtualTimeScheduler.create();
        FakeNode node = new FakeNode();
        Reader reader = follow(time, node, seed, Mono.just("good"));
        reader.ask(Long.MAX_VALUE / 2);
        List<String> published = new ArrayList<>();
        publish(node, published, before);
        time.advanceTimeBy(Duration.ZERO);
        node.restart();
        publish(node, published, after);
        time.advanceTimeBy(Duration.ofMinutes(1));

        assertThat(reader.events).isEqualTo(published);
        assertThat(reader.gaps)
                .singleElement()
                .satisfies(gap -> assertThat(gap.reason()).isEqualTo("epoch"));
    }

    @Property(tries = 200)
    void attemptsAreFarEnoughApart(@ForAll long seed) {
        VirtualTimeScheduler time = VirtualTimeScheduler.create();
        FakeNode node = new FakeNode();
        node.door = FakeNode.Door.UNREACHABLE;
        follow(time, node, seed, Mono.just("good"));
        time.advanceTimeBy(Duration.ofHours(1));

        // on average half of 30 s once the bound is reached, which takes some ten attempts
        assertThat(node.tokens.size()).isBetween(120, 420);
    }

    @Property(tries = 50)
    void aNodeThatAcceptsAndClosesIsNotHammered(@ForAll long seed) {
        VirtualTimeScheduler time = VirtualTimeScheduler.create();
        FakeNode node = new FakeNode();
        follow(time, node, seed, Mono.just("good"));
        for (int millis = 0; millis < 600_000; millis += 50) {
            node.close(1011, "");
            time.advanceTimeBy(Duration.ofMillis(50));
        }
        assertThat(node.opened).isBetween(20, 120);
    }

    private Reader follow(VirtualTimeScheduler time, FakeNode node, long seed, Mono<String> tokens) {
        EventLink link = new EventLink(node, tokens, PATIENCE, time, Runnable::run, new Counters(), new Random(seed));
        Reader reader = new Reader();
        link.follow(io.dataprism.client.Subscription.to("team:*").windowEvents(WINDOW))
                .subscribe(reader);
        time.advanceTimeBy(Duration.ZERO);
        return reader;
    }
}
