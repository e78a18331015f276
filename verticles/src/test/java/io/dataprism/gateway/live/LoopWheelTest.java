package io.dataprism.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LoopWheelTest {

    private MultiThreadIoEventLoopGroup group;
    private EventLoop loop;
    private LoopWheel wheel;

    @BeforeEach
    void start() {
        group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        loop = group.next();
        wheel = new LoopWheel(loop);
    }

    @AfterEach
    void stop() throws Exception {
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).await();
    }

    @Test
    void eachIsLookedAtWhenItAskedForAndNoMoreWhenItSaysSoOrWasRemoved() throws Exception {
        List<Long> looks = new CopyOnWriteArrayList<>();
        AtomicInteger removed = new AtomicInteger();
        long began = System.nanoTime();
        loop.submit(() -> {
                    wheel.add(
                            now -> {
                                looks.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
                                return looks.size() < 3 ? 600 : 0;
                            },
                            300);
                    LoopWheel.Entry entry = wheel.add(now -> removed.incrementAndGet(), 300);
                    entry.remove();
                    entry.remove();
                })
                .get();

        await().until(() -> looks.size() == 3);
        assertThat(looks.get(0)).isGreaterThanOrEqualTo(300);
        assertThat(looks.get(1) - looks.get(0)).isGreaterThanOrEqualTo(500);
        assertThat(removed).hasValue(0);
    }

    @Test
    void manyAreLookedAtByOneTimerAndOneMayAddAndRemoveOthers() throws Exception {
        AtomicInteger looked = new AtomicInteger();
        AtomicInteger late = new AtomicInteger();
        List<LoopWheel.Entry> entries = new ArrayList<>();
        loop.submit(() -> {
                    for (int i = 0; i < 1000; i++) {
                        entries.add(wheel.add(
                                now -> {
                                    if (looked.incrementAndGet() == 1) {
                                        entries.get(999).remove();
                                        wheel.add(again -> late.incrementAndGet() - 1, 1);
                                    }
                                    return 0;
                                },
                                i < 999 ? 1 : 2_000));
                    }
                })
                .get();

        await().until(() -> looked.get() == 999 && late.get() == 1);
        loop.submit(() -> wheel.add(now -> late.incrementAndGet() * 0L, 3_000)).get();
        await().until(() -> late.get() == 2);
        assertThat(looked).hasValue(999);
    }
}
