package io.dataprism.core.wasm;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/** Counts how often a module breaks off: one that does so over and over is ended, and then its crash policy decides. One thread. */
final class Traps {

    static final int MOST = 20;
    static final Duration WINDOW = Duration.ofMinutes(1);

    private final Deque<Long> recent = new ArrayDeque<>();

    /** One more. @return whether that is too many */
    boolean add(long nanoTime) {
        recent.add(nanoTime);
        while (nanoTime - recent.element() > WINDOW.toNanos()) {
            recent.remove();
        }
        return recent.size() > MOST;
    }
}
