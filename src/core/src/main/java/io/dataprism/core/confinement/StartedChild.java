package io.dataprism.core.confinement;

import io.dataprism.core.quota.HeldProcess;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A child that was started and is held to its quota, and boots by itself up to its hello: then it waits for whoever tells it which plugin
 * it is.
 *
 * @param confined false: the operator allows that, and this machine has no confinement
 * @param packageFile where the plugin's jar will lie, for the child
 * @param shared memory that it shares with the host, where there is some
 * @param whenEnded gives back what else it has, after it has ended
 */
record StartedChild(
        Process process,
        boolean confined,
        HeldProcess held,
        Path packageFile,
        Optional<SharedMemory> shared,
        Runnable whenEnded) {

    /**
     * Ends the process. By a handle of our own: the one that {@link Process} has was made by the restricted thread, which could not
     * read when the child began, and so refuses to kill it, without a word.
     */
    static void kill(Process process) {
        ProcessHandle.of(process.pid()).ifPresent(ProcessHandle::destroyForcibly);
    }

    /** The same, which does something more when it is released. */
    StartedChild whenReleased(Runnable more) {
        return new StartedChild(process, confined, held, packageFile, shared, () -> {
            whenEnded.run();
            more.run();
        });
    }

    /** Gives back what it has, after it has ended. */
    void release() {
        held.close();
        shared.ifPresent(SharedMemory::close);
        whenEnded.run();
    }
}
