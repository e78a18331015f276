package io.dataprism.gateway.jwt;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The keys of all sources, kept up to date. Any thread. */
final class JwtKeys {

    private static final long CHECK_MILLIS = 1_000;

    private final Vertx vertx;
    private final List<WatchedSource> sources = new ArrayList<>();
    private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();
    private volatile KeySet current = KeySet.of(List.of());
    private long timer = -1;

    JwtKeys(Vertx vertx, List<KeySource> sources, WorkerExecutor workers, InstantSource clock) {
        this.vertx = vertx;
        sources.forEach(source -> this.sources.add(new WatchedSource(source, workers, clock, this::join)));
    }

    /** Reads all sources once, and from then on again and again. Fails where a file cannot be used. */
    Future<Void> start() {
        List<Future<Void>> needed = new ArrayList<>();
        for (WatchedSource each : sources) {
            Future<Void> first = each.refresh();
            needed.add(
                    each.source() instanceof KeyFile file
                            ? first.recover(failure -> Future.failedFuture(new IllegalStateException(
                                    "the file " + file.file() + " of " + file.key() + " cannot be used: "
                                            + failure.getMessage(),
                                    failure)))
                            : first.otherwiseEmpty()); // what is elsewhere may come later
        }
        timer = vertx.setPeriodic(CHECK_MILLIS, tick -> sources.forEach(WatchedSource::refreshWhereOld));
        return Future.all(needed).mapEmpty();
    }

    KeySet current() {
        return current;
    }

    /** A token names a key that is not there: asks those sources again that may have it by now, each not too often. */
    Future<Void> lookFurther() {
        return Future.join(sources.stream().map(WatchedSource::refresh).toList())
                .<Void>mapEmpty()
                .otherwiseEmpty();
    }

    /** Whether the key of that credential is taken. */
    boolean knows(String credential) {
        return current.keys().stream().anyMatch(key -> key.credential().equals(credential));
    }

    /** Hears the credential of each key that is gone. */
    void onGone(Consumer<String> listener) {
        listeners.add(listener);
    }

    private void join() {
        Set<String> gone;
        synchronized (this) {
            KeySet before = current;
            current = KeySet.joined(sources.stream().map(WatchedSource::keys).toList());
            gone = before.credentialsMissingIn(current);
        }
        gone.forEach(credential -> listeners.forEach(listener -> listener.accept(credential)));
    }

    Future<Void> close() {
        vertx.cancelTimer(timer);
        return Future.join(sources.stream().map(each -> each.source().close()).toList())
                .mapEmpty();
    }
}
