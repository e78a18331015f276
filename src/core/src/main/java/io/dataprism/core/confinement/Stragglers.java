package io.dataprism.core.confinement;

import io.dataprism.sandbox.frame.Exchange;
import io.dataprism.sandbox.frame.Frame;
import io.dataprism.sandbox.frame.FrameType;
import io.dataprism.sandbox.frame.Link;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Operations that the host has given up and whose threads may still run: the child says when such a thread has ended. Where
 * too many have not within {@value #PATIENCE_MILLIS} ms the child is ended, so that no plugin keeps a processor for nothing.
 * Any thread.
 */
final class Stragglers {

    static final int MOST_STUCK = 2;
    static final long PATIENCE_MILLIS = 2000;

    private final Link link;
    private final ScheduledExecutorService timer;
    private final Runnable tooMany;
    private final AtomicInteger stuck = new AtomicInteger();

    /** @param tooMany ends the child */
    Stragglers(Link link, ScheduledExecutorService timer, Runnable tooMany) {
        this.link = link;
        this.timer = timer;
        this.tooMany = tooMany;
    }

    /** Takes the place of an operation in its exchange and asks the child to end it. */
    void giveUp(long id) {
        link.accept(id, new Straggler(id));
        link.send(Frame.of(FrameType.CANCEL, id));
    }

    /** One of them. What it still answers is nobody's. */
    private final class Straggler implements Exchange {

        private final long id;
        private final AtomicBoolean late = new AtomicBoolean();
        private final AtomicBoolean gone = new AtomicBoolean();

        Straggler(long id) {
            this.id = id;
            timer.schedule(this::judge, PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        }

        @Override
        public void onFrame(Frame frame) {
            switch (frame.type()) {
                case GONE, RESULT, DOCUMENT, END, FAILED -> ended();
                default -> {} // what was on its way when the operation was given up
            }
        }

        @Override
        public void onLinkEnded(Throwable reason) {
            gone.set(true);
        }

        private void judge() {
            if (!gone.get() && late.compareAndSet(false, true)) {
                boolean many = stuck.incrementAndGet() >= MOST_STUCK;
                if (gone.get()) {
                    stuck.decrementAndGet();
                } else if (many) {
                    tooMany.run();
                }
            }
        }

        private void ended() {
            link.forget(id);
            if (gone.compareAndSet(false, true) && late.get()) {
                stuck.decrementAndGet();
            }
        }
    }
}
