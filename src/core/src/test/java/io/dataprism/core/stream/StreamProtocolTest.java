package io.dataprism.core.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class StreamProtocolTest {

    private static final Duration LEASE = Duration.ofNanos(400);

    /** A payload that whoever takes it first owns, as batches on a bus are. */
    private static final class Parcel {
        final int number;
        boolean taken;

        Parcel(int number) {
            this.number = number;
        }

        boolean take() {
            boolean first = !taken;
            taken = true;
            return first;
        }
    }

    /** How the network and the two sides behave, in percent of the steps. */
    private record Weather(int loss, int repetition, int disorder, int cancel, int senderDeath, int receiverDeath) {}

    /** Both sides, and between them a network that may lose, repeat and reorder. */
    private static class World {
        final Random random;
        final Weather weather;
        final int total;
        final boolean fails;
        final StreamSender<Parcel> sender;
        final StreamReceiver<Parcel> receiver;
        final List<StreamFrame.ToReceiver<Parcel>> forth = new ArrayList<>();
        final List<StreamFrame.ToSender<Parcel>> back = new ArrayList<>();
        final List<Parcel> made = new ArrayList<>();
        final List<Integer> delivered = new ArrayList<>();
        long now;
        long demand;
        boolean senderOver;
        boolean receiverOver;
        boolean senderDead;
        boolean receiverDead;
        DataPrismException told;
        boolean completed;
        boolean endSaid;
        long beatAt;

        World(long seed, int window, int total, boolean fails, Weather weather) {
            this.random = new Random(seed);
            this.weather = weather;
            this.total = total;
            this.fails = fails;
            this.sender = new StreamSender<>(window, LEASE, 0);
            this.receiver = new StreamReceiver<>(window, LEASE);
            this.demand = sender.takeDemand();
            receiver.await(now);
        }

        boolean chance(int percent) {
            return random.nextInt(100) < percent;
        }

        void sayToReceiver(StreamFrame.ToReceiver<Parcel> frame) {
            put(forth, frame);
        }

        void sayToSender(StreamFrame.ToSender<Parcel> frame) {
            put(back, frame);
        }

        private <F> void put(List<F> line, F frame) {
            if (!chance(weather.loss())) {
                line.add(chance(weather.disorder()) ? random.nextInt(line.size() + 1) : line.size(), frame);
                if (chance(weather.repetition())) {
                    line.add(frame);
                }
            }
        }

        void step() {
            now += random.nextInt(3);
            switch (random.nextInt(5)) {
                case 0 -> produce();
                case 1 -> arriveAtReceiver();
                case 2 -> arriveAtSender();
                case 3 -> consume();
                default -> tick();
            }
            senderDead |= chance(weather.senderDeath());
            receiverDead |= chance(weather.receiverDeath());
        }

        private void produce() {
            if (senderOver || senderDead) {
                return;
            }
            if (made.size() == total && endSaid) {
                return;
            }
            if (made.size() == total) {
                endSaid = true;
                sayToReceiver(fails ? sender.fail(problem()) : sender.end());
            } else if (demand > 0) {
                demand--;
                Parcel parcel = new Parcel(made.size());
                made.add(parcel);
                sayToReceiver(sender.data(parcel, 1));
            }
        }

        private void arriveAtReceiver() {
            if (forth.isEmpty() || receiverDead) {
                return;
            }
            StreamFrame.ToReceiver<Parcel> frame = forth.removeFirst();
            if (receiverOver) {
                if (frame instanceof StreamFrame.Data<Parcel> late) {
                    late.payload().take();
                }
                sayToSender(new StreamFrame.Cancel<>());
                return;
            }
            if (frame instanceof StreamFrame.Data<Parcel> data
                    && !data.payload().take()) {
                return;
            }
            if (!receiver.on(frame, now) && !receiver.isEnded()) {
                sayToSender(new StreamFrame.Cancel<>());
            } else if (receiver.isEnded()) {
                sayToSender(new StreamFrame.Done<>());
            }
        }

        private void arriveAtSender() {
            if (back.isEmpty() || senderDead) {
                return;
            }
            StreamFrame.ToSender<Parcel> frame = back.removeFirst();
            if (!senderOver) {
                sender.on(frame, now);
                demand += sender.takeDemand();
                if (sender.isClosed()) {
                    closeSender();
                }
            }
        }

        private void consume() {
            if (receiverOver || receiverDead) {
                return;
            }
            if (chance(weather.cancel())) {
                receiver.fail(problem());
                closeReceiver();
                sayToSender(new StreamFrame.Cancel<>());
                return;
            }
            Parcel next = receiver.poll();
            if (next != null) {
                delivered.add(next.number);
                receiver.takeCredit().ifPresent(total -> sayToSender(new StreamFrame.Credit<>(total)));
            }
            if (receiver.isOver()) {
                told = receiver.failure();
                completed = told == null;
                if (!receiver.isEnded()) {
                    sayToSender(new StreamFrame.Cancel<>());
                }
                closeReceiver();
            }
        }

        private void tick() {
            if (now < beatAt) {
                return;
            }
            beatAt = now + LEASE.toNanos() / 16;
            if (!senderOver && !senderDead) {
                if (sender.isExpired(now)) {
                    closeSender();
                } else {
                    sayToReceiver(sender.heartbeat());
                }
            }
            if (!receiverOver && !receiverDead) {
                if (receiver.isExpired(now)) {
                    receiver.fail(problem());
                } else if (receiver.isHeard() && !receiver.isEnded()) {
                    sayToSender(receiver.heartbeat());
                }
            }
        }

        void closeSender() {
            senderOver = true;
            sender.close().forEach(Parcel::take);
        }

        void closeReceiver() {
            receiverOver = true;
            receiver.close();
        }

        static DataPrismException problem() {
            return new DataPrismException(ErrorCode.INTERNAL, "On purpose.", "None.");
        }

        void run() {
            for (int i = 0; i < 100_000 && !over(); i++) {
                step();
            }
        }

        boolean over() {
            return (senderOver || senderDead) && (receiverOver || receiverDead);
        }
    }

    private static void assertHonest(World world, int window) {
        assertThat(world.over()).as("both sides came to an end").isTrue();
        List<Integer> prefix = new ArrayList<>();
        for (int i = 0; i < world.delivered.size(); i++) {
            prefix.add(i);
        }
        assertThat(world.delivered).as("no hole, no repetition").isEqualTo(prefix);
        if (world.completed) {
            assertThat(world.delivered).as("a complete stream is whole").hasSize(world.total);
        }
        if (!world.senderDead && !world.receiverDead) {
            assertThat(world.made).as("nothing leaks").allMatch(parcel -> parcel.taken);
        }
        assertThat(world.made.size() - world.delivered.size())
                .as("no more on its way than the window")
                .isLessThanOrEqualTo(window + (world.completed ? 0 : window));
    }

    @Property(tries = 500)
    void aCalmNetworkDeliversEverything(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 5) int window, @ForAll @IntRange(max = 60) int total) {
        World world = new World(seed, window, total, false, new Weather(0, 0, 0, 0, 0, 0));
        world.run();

        assertHonest(world, window);
        assertThat(world.completed).isTrue();
        assertThat(world.delivered).hasSize(total);
    }

    @Property(tries = 300)
    void aFailureOfTheSourceIsToldAfterEverythingBeforeIt(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 5) int window, @ForAll @IntRange(max = 40) int total) {
        World world = new World(seed, window, total, true, new Weather(0, 0, 0, 0, 0, 0));
        world.run();

        assertHonest(world, window);
        assertThat(world.told).isNotNull();
        assertThat(world.delivered).hasSize(total);
    }

    @Property(tries = 2_000)
    void inAnyWeatherThereIsNoHoleNoLeakAndNoHang(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 5) int window,
            @ForAll @IntRange(max = 60) int total,
            @ForAll @IntRange(max = 30) int loss,
            @ForAll @IntRange(max = 10) int repetition,
            @ForAll @IntRange(max = 10) int disorder,
            @ForAll @IntRange(max = 5) int cancel,
            @ForAll @IntRange(max = 1) int senderDeath,
            @ForAll @IntRange(max = 1) int receiverDeath,
            @ForAll boolean fails) {
        World world = new World(
                seed,
                window,
                total,
                fails,
                new Weather(loss, repetition, disorder, cancel, senderDeath, receiverDeath));
        world.run();

        assertHonest(world, window);
    }

    @Property(tries = 300)
    void lostAndRepeatedGrantsOfCreditDoNoHarm(
            @ForAll @LongRange(max = 1_000) long seed, @ForAll @IntRange(min = 1, max = 5) int window) {
        World world = new World(seed, window, 40, false, new Weather(0, 0, 0, 0, 0, 0)) {
            @Override
            void sayToSender(StreamFrame.ToSender<Parcel> frame) {
                if (frame instanceof StreamFrame.Credit<Parcel>) {
                    for (int copies = random.nextInt(3); copies > 0; copies--) {
                        back.add(random.nextInt(back.size() + 1), frame);
                    }
                } else {
                    super.sayToSender(frame);
                }
            }
        };
        world.run();

        assertHonest(world, window);
        assertThat(world.completed).isTrue();
    }

    @Test
    void sendingBeyondTheCreditIsAnErrorOfTheSender() {
        StreamSender<String> sender = new StreamSender<>(1, LEASE, 0);
        sender.data("a", 1);

        assertThatThrownBy(() -> sender.data("b", 1)).isInstanceOf(IllegalStateException.class);
        assertThat(sender.close()).containsExactly("a");
    }

    @Test
    void aSenderThatOverrunsItsCreditIsRefused() {
        StreamReceiver<String> receiver = new StreamReceiver<>(1, LEASE);

        assertThat(receiver.on(new StreamFrame.Data<>(0, "a"), 0)).isTrue();
        assertThat(receiver.on(new StreamFrame.Data<>(1, "b"), 0)).isFalse();
        assertThat(receiver.poll()).isEqualTo("a");
        assertThat(receiver.isOver()).isTrue();
        assertThat(receiver.failure()).isNotNull();
    }

    @Test
    void anEndWithAnotherCountIsAGap() {
        StreamReceiver<String> receiver = new StreamReceiver<>(4, LEASE);

        assertThat(receiver.on(new StreamFrame.End<>(1, 1), 0)).isFalse();
        Set<ErrorCode> codes = new HashSet<>();
        codes.add(receiver.failure().code());
        assertThat(codes).containsExactly(ErrorCode.INTERNAL);
    }

    @Test
    void aSenderThatIsAwaitedAndNeverSpeaksIsExpiredAfterTheLease() {
        StreamReceiver<String> receiver = new StreamReceiver<>(1, LEASE);
        assertThat(receiver.isExpired(LEASE.toNanos() * 9)).isFalse();

        receiver.await(100);

        assertThat(receiver.isExpired(100 + LEASE.toNanos())).isFalse();
        assertThat(receiver.isExpired(101 + LEASE.toNanos())).isTrue();
    }

    @Test
    void aPartOfABatchIsHeldToNumberAndCreditAndRenewsTheLease() {
        StreamReceiver<String> receiver = new StreamReceiver<>(1, LEASE);

        assertThat(receiver.onPart(0, 50)).isTrue();
        assertThat(receiver.isExpired(50 + LEASE.toNanos())).isFalse();
        assertThat(receiver.on(new StreamFrame.Data<>(0, "a"), 60)).isTrue();
        assertThat(receiver.onPart(1, 70)).isFalse();
        assertThat(receiver.failure()).isNotNull();
    }

    @Test
    void creditComesBackOnceHalfOfTheWindowIsDelivered() {
        for (int window = 1; window <= 4; window++) {
            StreamReceiver<String> receiver = new StreamReceiver<>(window, LEASE);
            long granted = window;
            for (int number = 0; number < 20; number++) {
                assertThat(receiver.on(new StreamFrame.Data<>(number, "b"), 0)).isTrue();
                receiver.poll();
                granted = receiver.takeCredit().orElse(granted);
                long left = granted - (number + 1);
                assertThat(left).isGreaterThan(window / 2 - 1).isPositive();
            }
        }
    }

    @Test
    void aFailureTakesThePlaceOfAnEndThatHasNotComeThrough() {
        StreamSender<String> sender = new StreamSender<>(1, LEASE, 0);
        sender.end();
        DataPrismException problem = World.problem();
        sender.fail(problem);

        assertThat(sender.heartbeat()).isEqualTo(new StreamFrame.Failed<>(problem));
    }
}
