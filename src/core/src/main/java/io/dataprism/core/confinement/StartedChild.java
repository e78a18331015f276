package io.dataprism.core.confinement;

import io.dataprism.core.quota.HeldProcess;
import io.dataprism.sandbox.kernel.ChildInput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A child that was started and is held to its quota, and boots by itself up to its hello: then it waits for whoever tells it which plugin
 * it is.
 *
 * @param handle taken when it was started, so that it kills this process and never another of the same number. {@link Process} has one
 *     of its own, made by the restricted thread, which could not read when the child began, and so refuses to kill it, without a word
 * @param input its standard input, opened again so that writing need not wait; empty where what the JDK has must do
 * @param confined false: the operator allows that, and this machine has no confinement
 * @param packageFile where the plugin's jar will lie, for the child
 * @param shared memory that it shares with the host, where there is some
 * @param waited whether it was started before anybody knew for which plugin
 * @param whenEnded gives back what else it has, after it has ended
 */
record StartedChild(
        Process process,
        Optional<ProcessHandle> handle,
        Optional<ChildInput> input,
        boolean confined,
        HeldProcess held,
        Path packageFile,
        Optional<SharedMemory> shared,
        boolean waited,
        Runnable whenEnded) {

    private static final Logger LOG = LoggerFactory.getLogger(StartedChild.class);
    private static final long END_WAIT_SECONDS = 5;

    /** Whether it has not ended yet, as far as anybody knows. */
    boolean isAlive() {
        return process.isAlive() && handle.map(ProcessHandle::isAlive).orElse(true);
    }

    /** Kills it. Again, and after its end: nothing. */
    void kill() {
        handle.ifPresent(ProcessHandle::destroyForcibly);
    }

    /** The same, which has waited for a plugin and does something more when it is released. */
    StartedChild thatWaited(Runnable more) {
        return new StartedChild(process, handle, input, confined, held, packageFile, shared, true, () -> {
            whenEnded.run();
            more.run();
        });
    }

    /** Gives back what it has, after it has ended. */
    void release() {
        held.close();
        input.ifPresent(ChildInput::close);
        shared.ifPresent(SharedMemory::close);
        whenEnded.run();
    }

    /** Ends one that nobody has begun to talk to, waits for it, bounded, and gives back what it has. */
    void end() {
        kill();
        try {
            if (!process.waitFor(END_WAIT_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("The process {}, which was to be no plugin's, does not end", process.pid());
            }
            process.getOutputStream().close();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (IOException broken) {
            LOG.debug("The pipe of a child that nobody has talked to is broken", broken);
        } finally {
            release();
        }
    }
}
