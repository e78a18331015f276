package io.dataprism.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** What each end of a connection means for those who follow. */
class EventLinkTest {

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final FakeNode node = new FakeNode();
    private final Counters counters = new Counters();
    private final List<String> events = new ArrayList<>();
    private final List<Throwable> failures = new ArrayList<>();

    @Test
    void aTokenThatIsRefusedEndsWhoFollows() {
        follow(link(Mono.just("bad")), "team:*");
        pass(Duration.ofMinutes(1));

        assertThat(failures).singleElement().satisfies(failure -> {
            assertThat(failure).isInstanceOf(ProblemException.class);
            assertThat(((ProblemException) failure).code()).isEqualTo("UNAUTHENTICATED");
        });
        assertThat(node.tokens).as("tried once").hasSize(1);
    }

    @Test
    void aTokenThatEndsIsReplacedByANewerOne() {
        Queue<String> tokens = new ArrayDeque<>(List.of("good", "better"));
        follow(link(Mono.fromSupplier(tokens::poll)), "team:*");
        node.publish("one");
        pass(Duration.ZERO);
        node.goodToken = "better";
        node.close(4401, "the token ended");
        node.publish("two");
        pass(Duration.ofSeconds(1));

        assertThat(events).containsExactly("one", "two");
        assertThat(failures).isEmpty();
    }

    @Test
    void aTokenThatIsRevokedAndHasNoNewerOneEndsWhoFollows() {
        follow(link(Mono.just("good")), "team:*");
        pass(Duration.ZERO);
        node.close(4401, "the token ended");
        pass(Duration.ofSeconds(1));

        assertThat(failures).singleElement().isInstanceOf(ProblemException.class);
        assertThat(((ProblemException) failures.getFirst()).detail()).contains("the token ended");
    }

    @Test
    void aProtocolErrorIsNotTriedAgain() {
        follow(link(Mono.just("good")), "team:*");
        node.close(4400, "a frame was not a JSON object");
        pass(Duration.ofMinutes(5));

        assertThat(failures).singleElement().isInstanceOf(ConnectionException.class);
        assertThat(((ConnectionException) failures.getFirst()).retryable()).isFalse();
        assertThat(node.opened).isEqualTo(1);
    }

    @Test
    void aDrainingNodeIsLeftAloneForAsLongAsItAsks() {
        follow(link(Mono.just("good")), "team:*");
        node.close(1012, "retryAfterMs=1500");
        pass(Duration.ofMillis(1499));
        assertThat(node.opened).isEqualTo(1);
        pass(Duration.ofMillis(101));
        assertThat(node.opened).isEqualTo(2);
    }

    @Test
    void anOverloadedNodeIsLeftAloneForAsLongAsItAsks() {
        node.door = FakeNode.Door.OVERLOADED;
        follow(link(Mono.just("good")), "team:*");
        pass(FakeNode.OVERLOADED_FOR.minusMillis(1));
        assertThat(node.tokens).hasSize(1);
        node.door = FakeNode.Door.OPEN;
        pass(Duration.ofMillis(101));
        assertThat(node.isConnected()).isTrue();
    }

    @Test
    void aNodeThatDoesNotComeBackIsGivenUp() {
        follow(link(Mono.just("good")), "team:*");
        node.door = FakeNode.Door.UNREACHABLE;
        node.lose();
        pass(Patience.usual().giveUp().minusMinutes(1));
        assertThat(failures).isEmpty();
        pass(Duration.ofMinutes(2));

        assertThat(failures).singleElement().isInstanceOf(ConnectionException.class);
        assertThat(((ConnectionException) failures.getFirst()).retryable()).isTrue();
    }

    @Test
    void aHalfOpenConnectionIsFoundWithinThreePings() {
        follow(link(Mono.just("good")), "team:*");
        node.mute();
        pass(Patience.usual().ping().multipliedBy(3).plusSeconds(1));
        node.publish("after");
        pass(Duration.ZERO);

        assertThat(events).containsExactly("after");
        assertThat(counters.lostConnections()).isEqualTo(1);
    }

    @Test
    void whatIsRefusedToOneEndsThatOneAlone() {
        EventLink link = link(Mono.just("good"));
        follow(link, "core:secret");
        follow(link, "team:*");
        node.refuse("e0", ProblemException.of(403, "PERMISSION_DENIED", "no", "ask", null));
        node.publish("news");
        pass(Duration.ZERO);

        assertThat(failures).singleElement().isInstanceOf(ProblemException.class);
        assertThat(events).containsExactly("news");
    }

    @Test
    void theConnectionIsSharedAndEndsWithTheLast() {
        EventLink link = link(Mono.just("good"));
        Disposable one = follow(link, "team:*");
        Disposable other = follow(link, "team:news");
        assertThat(node.opened).isEqualTo(1);
        one.dispose();
        pass(Duration.ZERO);
        assertThat(node.frames).last().asString().contains("unsubscribe", "e0");
        assertThat(node.isConnected()).isTrue();
        other.dispose();
        pass(Duration.ZERO);
        assertThat(node.isConnected()).isFalse();
    }

    @Test
    void aClosedClientEndsWhoFollowsAndWhoWantsTo() {
        EventLink link = link(Mono.just("good"));
        follow(link, "team:*");
        link.close();
        pass(Duration.ZERO);
        follow(link, "team:*");

        assertThat(failures).hasSize(2).allMatch(ConnectionException.class::isInstance);
        assertThat(node.isConnected()).isFalse();
    }

    private EventLink link(Mono<String> tokens) {
        return new EventLink(node, tokens, Patience.usual(), time, Runnable::run, counters, new Random(1));
    }

    private Disposable follow(EventLink link, String topic) {
        Disposable following = link.follow(Subscription.to(topic))
                .subscribe(signal -> events.add(((Event) signal).data().asText()), failures::add);
        pass(Duration.ZERO);
        return following;
    }

    private void pass(Duration wait) {
        time.advanceTimeBy(wait);
    }
}
