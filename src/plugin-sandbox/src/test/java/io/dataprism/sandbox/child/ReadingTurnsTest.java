package io.dataprism.sandbox.child;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dataprism.sandbox.frame.Exchange;
import io.dataprism.sandbox.frame.Frame;
import io.dataprism.sandbox.frame.FrameType;
import io.dataprism.sandbox.frame.Link;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls of any length over a link whose threads read in turn: each is answered, one thread reads at a time, and none is left. */
class ReadingTurnsTest {

    /** What a call does. */
    enum Work {
        NOTHING,
        /** Longer than what counts as quick, shorter than the watch. */
        A_LITTLE,
        /** Longer than the watch. */
        MUCH,
        /** Waits for an answer that only a reader can bring. */
        ASK
    }

    @Provide
    Arbitrary<List<Work>> works() {
        return Arbitraries.of(Work.class).list().ofMinSize(1).ofMaxSize(120);
    }

    @Property(tries = 60)
    void eachCallIsAnsweredWhateverTheyDo(@ForAll("works") List<Work> works, @ForAll boolean oneAfterTheOther)
            throws Exception {
        try (Ends ends = new Ends()) {
            Semaphore free = new Semaphore(oneAfterTheOther ? 1 : 16);
            for (Work work : works) {
                assertThat(free.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
                ends.call(work).whenComplete((answer, failure) -> free.release());
            }
            await().atMost(Duration.ofSeconds(10)).until(() -> ends.answered.get() == works.size());
            assertThat(ends.mostReaders.get()).isEqualTo(1);
        }
    }

    @Test
    @Timeout(30)
    void aCallThatNeverComesBackKeepsNobodyFromReading() throws Exception {
        try (Ends ends = new Ends()) {
            for (int round = 0; round < 3; round++) {
                for (int call = 0; call < 50; call++) {
                    ends.call(Work.NOTHING).get(5, TimeUnit.SECONDS);
                }
                ends.callForEver();
                ends.call(Work.NOTHING).get(5, TimeUnit.SECONDS);
            }
        }
    }

    /** Two ends over one pair of streams. */
    private static final class Ends implements AutoCloseable, Link.Owner {

        private final Loop toChild = new Loop();
        private final Loop fromChild = new Loop();
        private final ExecutorService threads = Executors.newCachedThreadPool(Ends::daemon);
        private final Link host = new Link(Link.Side.HOST, fromChild.in(), toChild.out(), new Host());
        private final Link child = new Link(Link.Side.CHILD, toChild.in(), fromChild.out(), this);
        private final ReadingTurns turns = new ReadingTurns(child, threads);
        private final AtomicInteger readers = new AtomicInteger();
        private final AtomicInteger mostReaders = new AtomicInteger();
        private final AtomicInteger answered = new AtomicInteger();
        private final CountDownLatch end = new CountDownLatch(1);
        private final Set<Thread> forEver = ConcurrentHashMap.newKeySet();

        Ends() {
            for (Runnable loop : List.<Runnable>of(host::read, host::write, child::write)) {
                daemon(loop).start();
            }
            turns.begin();
        }

        private static Thread daemon(Runnable body) {
            return Thread.ofPlatform().daemon().name("turns").unstarted(body);
        }

        CompletableFuture<Frame> call(Work work) {
            return send(work.ordinal());
        }

        void callForEver() {
            int before = forEver.size();
            send(Work.values().length);
            await().until(() -> forEver.size() > before);
        }

        private CompletableFuture<Frame> send(int work) {
            Answer answer = new Answer();
            long id = host.open(answer);
            host.send(new Frame(FrameType.CALL, id, new byte[] {(byte) work}));
            return answer.frame.whenComplete((frame, failure) -> answered.incrementAndGet());
        }

        @Override
        public void onLinkFrame(Frame frame) {}

        /** Of the child. */
        @Override
        public void onCall(Frame call) {
            mostReaders.accumulateAndGet(readers.incrementAndGet(), Math::max);
            readers.decrementAndGet();
            turns.pass();
            perform(call.payload()[0]);
            child.send(new Frame(FrameType.RESULT, call.id(), new byte[0]));
        }

        private void perform(int work) {
            if (work == Work.values().length) {
                forEver.add(Thread.currentThread());
                awaitEnd();
                return;
            }
            switch (Work.values()[work]) {
                case NOTHING -> {}
                case A_LITTLE -> LockSupport.parkNanos(200_000);
                case MUCH -> LockSupport.parkNanos(3_000_000);
                case ASK -> {
                    Answer answer = new Answer();
                    child.send(new Frame(FrameType.CALL, child.open(answer), new byte[0]));
                    answer.frame.join();
                }
            }
        }

        private void awaitEnd() {
            try {
                end.await();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        /** Of the child. */
        @Override
        public void onEnded(Throwable reason) {
            turns.end();
        }

        @Override
        public void close() throws Exception {
            end.countDown();
            toChild.close();
            threads.shutdown();
            assertThat(threads.awaitTermination(5, TimeUnit.SECONDS))
                    .as("no thread is left")
                    .isTrue();
            host.end(new IOException("over"));
            fromChild.close();
        }

        private final class Host implements Link.Owner {

            @Override
            public void onLinkFrame(Frame frame) {}

            @Override
            public void onCall(Frame call) {
                host.send(new Frame(FrameType.RESULT, call.id(), new byte[0]));
            }

            @Override
            public void onEnded(Throwable reason) {}
        }
    }

    private static final class Answer implements Exchange {

        private final CompletableFuture<Frame> frame = new CompletableFuture<>();

        @Override
        public void onFrame(Frame answer) {
            frame.complete(answer);
        }

        @Override
        public void onLinkEnded(Throwable reason) {
            frame.completeExceptionally(reason);
        }
    }
}
