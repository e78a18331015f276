package io.dataprism.core.confinement;

import io.dataprism.sandbox.kernel.FileRules;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Starts a child from a thread that restricts itself first. The thread lives as long as the child, since the kernel ends the
 * child when the thread that started it ends, and does nothing else: a thread pool that it woke would grow by restricted
 * threads. So whoever waits for it must be a platform thread.
 */
final class ConfinedStart {

    private final ProcessBuilder builder;
    private final FileRules files;
    private final Restriction restriction;
    private final CountDownLatch started = new CountDownLatch(1);
    private volatile @Nullable Process process;
    private volatile @Nullable Throwable failure;

    private ConfinedStart(List<String> command, Path directory, FileRules files, Restriction restriction) {
        this.builder = new ProcessBuilder(command).directory(directory.toFile());
        this.builder.environment().clear();
        this.files = files;
        this.restriction = restriction;
    }

    /** Starts; waits until it is started. */
    static Process start(String name, List<String> command, Path directory, FileRules files, Restriction restriction)
            throws IOException, InterruptedException {
        ConfinedStart start = new ConfinedStart(command, directory, files, restriction);
        Thread.ofPlatform().daemon().name("dataprism-child-" + name).start(start::run);
        try {
            start.started.await();
        } catch (InterruptedException interrupted) {
            start.endWhenStarted();
            throw interrupted;
        }
        Process process = start.process;
        if (process == null) {
            throw new IOException("The child could not be started.", start.failure);
        }
        return process;
    }

    /** Which takes a moment; nobody else would know of the process. */
    private void endWhenStarted() {
        while (started.getCount() > 0) {
            try {
                started.await();
            } catch (InterruptedException again) {
                // the caller is told of the first one
                continue;
            }
        }
        Process made = process;
        if (made != null) {
            ProcessHandle.of(made.pid()).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    private void run() {
        try {
            restriction.apply(files);
            process = builder.start();
        } catch (IOException | RuntimeException | LinkageError refused) {
            failure = refused;
        }
        started.countDown();
        Process child = process;
        while (child != null && child.isAlive()) {
            try {
                child.waitFor();
            } catch (InterruptedException ignored) {
                // the thread may not end before the child does
            }
        }
    }
}
