package io.dataprism.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FairWorkersTest {

    private static final long LONG = TimeUnit.MILLISECONDS.toNanos(FairWorkers.LONG_MILLIS);

    private final FairWorkers workers = new FairWorkers("test-worker", 1, 8);
    private final List<String> order = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void end() {
        release.countDown();
        workers.close();
        await().until(() -> workers.busy() == 0 && workers.waiting() == 0);
    }

    private void occupy(Executor lane) {
        CountDownLatch inside = new CountDownLatch(1);
        lane.execute(() -> {
            inside.countDown();
            awaitQuietly(release);
        });
        awaitQuietly(inside);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aStepThatTakesLongNoLongerTakesThePlaceOfOthers() {
        long before = System.nanoTime();
        occupy(workers.lane("large"));
        workers.lane("small").execute(() -> order.add("small"));
        workers.tick(before + LONG);
        assertThat(workers.waiting()).isOne();
        workers.tick(System.nanoTime() + 2 * LONG);
        await().until(() -> order.equals(List.of("small")));
        assertThat(workers.busy()).isOne();
    }

    @Test
    void longStepsAreReplacedUpToTheNumberOfThreads() {
        for (int i = 0; i < 8; i++) {
            occupy(workers.lane("large"));
            workers.tick(System.nanoTime() + 2 * LONG);
            if (i < 7) {
                // the next one has to wait until the tick finds this one long
                Executor lane = workers.lane("probe");
                CountDownLatch ran = new CountDownLatch(1);
                lane.execute(ran::countDown);
                workers.tick(System.nanoTime() + 2 * LONG);
                awaitQuietly(ran);
            }
        }
        workers.lane("late").execute(() -> order.add("late"));
        workers.tick(System.nanoTime() + 2 * LONG);
        assertThat(workers.busy()).isEqualTo(8);
        assertThat(workers.waiting()).isOne();
        release.countDown();
        await().until(() -> order.equals(List.of("late")));
    }

    @Test
    void usersTakeTurns() {
        occupy(workers.lane("first"));
        for (int i = 0; i < 3; i++) {
            String name = "many " + i;
            workers.lane("many").execute(() -> order.add(name));
        }
        workers.lane("few").execute(() -> order.add("few"));
        release.countDown();
        await().until(() -> order.equals(List.of("many 0", "few", "many 1", "many 2")));
    }

    @Test
    void ofOneUsersQueriesTheOneThatHasUsedLessGoesFirst() {
        Executor used = workers.lane("user");
        CountDownLatch spent = new CountDownLatch(1);
        used.execute(() -> {
            long begin = System.nanoTime();
            while (System.nanoTime() - begin < TimeUnit.MILLISECONDS.toNanos(50)) {
                Thread.onSpinWait();
            }
            spent.countDown();
        });
        awaitQuietly(spent);
        await().until(() -> workers.busy() == 0);
        occupy(workers.lane("user"));
        used.execute(() -> order.add("used"));
        workers.lane("user").execute(() -> order.add("fresh"));
        release.countDown();
        await().until(() -> order.equals(List.of("fresh", "used")));
    }

    @Test
    void aFailureInAStepTakesNothingFromTheOthers() {
        workers.lane("user").execute(() -> {
            throw new IllegalStateException("on purpose");
        });
        workers.lane("user").execute(() -> order.add("next"));
        await().until(() -> order.equals(List.of("next")) && workers.busy() == 0);
    }

    @Test
    void afterCloseNothingIsTakenAndWhatWaitsIsRun() {
        occupy(workers.lane("user"));
        workers.lane("user").execute(() -> order.add("waited"));
        workers.close();
        assertThatThrownBy(() -> workers.lane("user").execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
        release.countDown();
        await().until(() -> order.equals(List.of("waited")));
    }
}
