package io.dataprism.cluster.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BackupWatchTest {

    @Test
    void aNodeIsNotSafeBeforeItWasOnceAndThenAtOnce() {
        AtomicBoolean safe = new AtomicBoolean();
        AtomicInteger looks = new AtomicInteger();
        try (BackupWatch watch = new BackupWatch(() -> {
            looks.incrementAndGet();
            return safe.get();
        })) {
            await().until(() -> looks.get() >= 2);
            assertThat(watch.isSafe()).isFalse();
            safe.set(true);
            await().until(watch::isSafe);
        }
    }

    @Test
    void whileItIsFoundOutNobodyWaitsAndWhatWasFoundHoldsForAWhile() throws Exception {
        AtomicInteger looks = new AtomicInteger();
        CountDownLatch blocked = new CountDownLatch(1);
        try (BackupWatch watch = new BackupWatch(
                () -> {
                    if (looks.incrementAndGet() == 1) {
                        return true;
                    }
                    try {
                        blocked.await();
                    } catch (InterruptedException closed) {
                        Thread.currentThread().interrupt();
                    }
                    return false;
                },
                Duration.ofSeconds(1))) {
            await().until(watch::isSafe);
            await().atMost(Duration.ofSeconds(10)).until(() -> looks.get() == 2);
            await().atMost(Duration.ofSeconds(10)).until(() -> !watch.isSafe());
            blocked.countDown();
            await().until(() -> looks.get() > 2);
            assertThat(watch.isSafe()).isFalse();
        }
    }

    @Test
    void whatCannotBeFoundOutIsNotSafe() {
        AtomicInteger looks = new AtomicInteger();
        try (BackupWatch watch = new BackupWatch(() -> {
            looks.incrementAndGet();
            throw new IllegalStateException("not active");
        })) {
            await().until(() -> looks.get() >= 2);
            assertThat(watch.isSafe()).isFalse();
        }
        await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("cluster-backups")));
    }
}
