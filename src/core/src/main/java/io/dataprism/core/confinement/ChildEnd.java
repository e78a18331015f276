package io.dataprism.core.confinement;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.quota.HeldProcess;
import io.dataprism.sandbox.frame.ProtocolException;
import java.util.concurrent.TimeUnit;

/** Finds out why a child ended. Waits for it, but never long. */
record ChildEnd(Process process, HeldProcess held, Thread standardError, ChildLog log, ChildFailures failures) {

    private static final long EXIT_WAIT_MILLIS = 1000;
    private static final int OUT_OF_MEMORY_EXIT_CODE = 3;
    private static final int SIGNAL_EXIT_CODES = 128;

    /** What everything under way fails with. */
    DataPrismException explain(Throwable reason, boolean booted, boolean closing) {
        if (reason instanceof DataPrismException known) {
            return known;
        }
        if (reason instanceof ProtocolException broken) {
            return failures.crashed("broke the protocol and was ended: " + broken.getMessage());
        }
        String sentence = sentence(reason, closing);
        return booted
                ? failures.crashed(sentence)
                : failures.unavailable(
                        "its process " + sentence + " before it was confined. " + log.lastLines(), reason);
    }

    private String sentence(Throwable reason, boolean closing) {
        try {
            if (!process.waitFor(EXIT_WAIT_MILLIS, TimeUnit.MILLISECONDS)) {
                return "lost its connection and was ended: " + reason.getMessage();
            }
            standardError.join(EXIT_WAIT_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return "was left by an interrupted thread";
        }
        return closing ? "was ended by the host" : held.outOfMemory().orElseGet(() -> ofExitCode(process.exitValue()));
    }

    private String ofExitCode(int code) {
        if (code == OUT_OF_MEMORY_EXIT_CODE && log.lastLines().contains("OutOfMemoryError")) {
            return "ran out of memory";
        }
        return code > SIGNAL_EXIT_CODES
                ? "was killed by signal " + (code - SIGNAL_EXIT_CODES)
                : "ended with exit code " + code;
    }
}
