package io.dataprism.gateway.jwt;

import io.vertx.core.Future;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A source of keys and what it held when it was last read with success. Asked by one at a time; the others wait along. Any thread. */
final class WatchedSource {

    private static final Logger LOG = LoggerFactory.getLogger(WatchedSource.class);

    private final KeySource source;
    private final WorkerExecutor workers;
    private final InstantSource clock;
    private final Runnable changed;
    private Instant asked = Instant.MIN;
    private Instant read = Instant.MIN;
    private @Nullable Buffer content;
    private @Nullable Future<Void> underWay;
    private String complaint = "";
    private volatile List<VerificationKey> keys = List.of();

    /** @param changed called after other keys are there, on any thread; must not block */
    WatchedSource(KeySource source, WorkerExecutor workers, InstantSource clock, Runnable changed) {
        this.source = source;
        this.workers = workers;
        this.clock = clock;
        this.changed = changed;
    }

    List<VerificationKey> keys() {
        return keys;
    }

    KeySource source() {
        return source;
    }

    /** Reads it where what is known is old. */
    void refreshWhereOld() {
        Instant now = clock.instant();
        boolean old;
        synchronized (this) {
            old = !now.isBefore(plus(read, source.lasts()));
        }
        if (old) {
            refresh();
        }
    }

    /** Reads it, unless it was asked just now. Completes in any case; fails where nothing new could be had. */
    synchronized Future<Void> refresh() {
        Instant now = clock.instant();
        if (underWay != null && !underWay.isComplete()) {
            return underWay;
        }
        if (now.isBefore(plus(asked, source.rests()))) {
            return Future.succeededFuture();
        }
        asked = now;
        underWay = source.read().compose(this::take).onFailure(this::complain);
        return underWay;
    }

    private static Instant plus(Instant instant, Duration duration) {
        return instant.equals(Instant.MIN) ? instant : instant.plus(duration);
    }

    private Future<Void> take(Buffer found) {
        synchronized (this) {
            if (found.equals(content)) {
                read = clock.instant();
                complaint = "";
                return Future.succeededFuture();
            }
        }
        return workers.executeBlocking(() -> source.keys(found), false).map(fresh -> {
            synchronized (this) {
                content = found;
                read = clock.instant();
                keys = fresh;
                complaint = "";
            }
            LOG.info("{} keys for tokens from {}", fresh.size(), source.name());
            changed.run();
            return null;
        });
    }

    /** Said once for each reason, however often it is tried. */
    private void complain(Throwable failure) {
        String why = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        boolean known;
        synchronized (this) {
            known = why.equals(complaint);
            complaint = why;
        }
        if (!known) {
            LOG.warn(
                    "No keys for tokens could be had from {}: {}; {} from before stay",
                    source.name(),
                    why,
                    keys.size());
        }
    }
}
