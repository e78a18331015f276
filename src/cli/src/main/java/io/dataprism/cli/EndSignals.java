package io.dataprism.cli;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import sun.misc.Signal;

/**
 * Ctrl-C and SIGTERM, as a wish that this process ends in good order. Heard from the first line on: reading the command line and
 * loading what a node is made of take their time, and who is sent away meanwhile leaves as quietly.
 */
final class EndSignals {

    private static final CompletableFuture<Void> TOLD = new CompletableFuture<>();

    private EndSignals() {}

    /** Completes when the process is told to end, on a thread of the JVM's. From the first call on, signals do nothing else. */
    static CompletableFuture<Void> heard() {
        for (String signal : List.of("INT", "TERM")) {
            Signal.handle(new Signal(signal), ignored -> TOLD.complete(null));
        }
        return TOLD;
    }
}
