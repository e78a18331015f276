package io.dataprism.client;

import java.time.Duration;
import java.util.function.Consumer;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;

/**
 * Whether there is somebody at the other end: one that has been silent for a while is asked, and one that does not answer as
 * long again is given up. So a connection that is half open is found within three such times. On the loop, but for {@link
 * #heard}.
 */
final class Pulse {

    private final Scheduler.Worker loop;
    private final Duration every;
    private volatile boolean heard = true;
    private boolean asked;
    private boolean ended;
    private Disposable timer = Disposables.disposed();

    Pulse(Scheduler.Worker loop, Duration every) {
        this.loop = loop;
        this.every = every;
    }

    /** Something came. On any thread. */
    void heard() {
        heard = true;
    }

    /** @param silent told once, where nothing is heard any more */
    void begin(Outbox outbox, Consumer<Throwable> silent) {
        timer = Loops.runAfter(loop, every, () -> check(outbox, silent));
    }

    private void check(Outbox outbox, Consumer<Throwable> silent) {
        if (ended) {
            return;
        }
        if (asked && !heard) {
            silent.accept(ConnectionException.lost("The node is silent.", null));
            return;
        }
        asked = !heard;
        heard = false;
        if (asked) {
            outbox.send("{\"op\":\"ping\"}");
        }
        if (!ended) {
            begin(outbox, silent);
        }
    }

    void end() {
        ended = true;
        timer.dispose();
    }
}
