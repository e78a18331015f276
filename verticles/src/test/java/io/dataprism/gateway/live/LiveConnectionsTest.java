package io.dataprism.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.permission.Principal;
import io.dataprism.gateway.Authenticator.Identity;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class LiveConnectionsTest {

    private static final int MOST = 3;

    private static Principal.User user(String sub) {
        return new Principal.User(sub, Set.of(), null, null, null);
    }

    /** Against a model: each step takes a place or gives back the oldest, twice. */
    @Property(tries = 200)
    void aUserNeverHasMorePlacesThanOneMayAndLosesNone(@ForAll @Size(max = 40) List<Boolean> takes) {
        LiveConnections connections = new LiveConnections(MOST);
        Deque<LiveConnections.Place> held = new ArrayDeque<>();
        for (boolean take : takes) {
            if (!take && !held.isEmpty()) {
                LiveConnections.Place oldest = held.remove();
                oldest.close();
                oldest.close();
            } else if (held.size() < MOST) {
                held.add(connections.admit(user("ann")));
            } else {
                assertThatThrownBy(() -> connections.admit(user("ann")))
                        .isInstanceOfSatisfying(
                                DataPrismException.class,
                                refusal -> assertThat(refusal.code().status()).isEqualTo(503))
                        .hasMessageContaining("'ann' has 3 event streams");
            }
            connections.admit(user("bob")).close();
        }
    }

    private static Queue<Long> drain(int count, Duration longest) throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            LiveConnections connections = new LiveConnections();
            Queue<Long> times = new ConcurrentLinkedQueue<>();
            for (int each = 0; each < count; each++) {
                connections.add(new Connected(times));
            }
            connections.drain(vertx, longest).await(20, TimeUnit.SECONDS);
            assertThat(times).hasSize(count);
            connections.add(new Connected(times)); // who comes late ends at once
            assertThat(times).hasSize(count + 1);
            return times;
        } finally {
            vertx.close().await(10, TimeUnit.SECONDS);
        }
    }

    /** Each is another one, though all note in one place. */
    private static final class Connected implements LiveConnections.Connection {

        private final Queue<Long> times;

        Connected(Queue<Long> times) {
            this.times = times;
        }

        @Override
        public void end(LiveConnections.Ending why) {
            times.add(System.nanoTime());
        }

        @Override
        public boolean isOf(Predicate<Identity> identity) {
            return false;
        }
    }

    @Test
    void manyAreEndedInSlicesOverTheTimeThatTheyHave() throws Exception {
        List<Long> times = List.copyOf(drain(1_000, Duration.ofSeconds(2)));
        assertThat(times.stream().map(nanos -> nanos / 50_000_000).distinct().count())
                .isGreaterThan(10);
        long spanMillis = TimeUnit.NANOSECONDS.toMillis(times.get(999) - times.getFirst());
        assertThat(spanMillis).isGreaterThan(1_000);
    }

    @Test
    void fewAreEndedSoonAndNoneAtOnce() throws Exception {
        long began = System.nanoTime();
        drain(1, Duration.ofSeconds(30));
        drain(0, Duration.ofSeconds(30));
        drain(20, Duration.ZERO);
        assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began)).isLessThan(10);
    }
}
