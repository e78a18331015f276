package io.dataprism.core.quota;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The control group of one process. Any thread; files are read and written. */
final class ControlGroup implements AutoCloseable {

    private final List<Path> folders;
    private final Counter outOfMemoryKills;
    private final Counter throttled;
    private final ProcessorLimit processor;

    /** Writes how much of the processor the group gets. */
    @FunctionalInterface
    interface ProcessorLimit {
        void write() throws IOException;
    }

    /** A counter of the kernel's: the number behind a key in a file. */
    record Counter(Path folder, String file, String key) {

        long read() {
            return GroupFiles.counter(folder, file, key);
        }
    }

    ControlGroup(List<Path> folders, Counter outOfMemoryKills, Counter throttled, ProcessorLimit processor) {
        this.folders = List.copyOf(folders);
        this.outOfMemoryKills = outOfMemoryKills;
        this.throttled = throttled;
        this.processor = processor;
    }

    /** Puts a process into the group, all its threads with it. */
    void add(long processId) throws IOException {
        for (Path folder : folders) {
            GroupFiles.write(folder, "cgroup.procs", processId);
        }
    }

    /** Holds the processor as well. */
    void limitProcessor() throws IOException {
        processor.write();
    }

    /** How often the kernel has ended something here for its memory. */
    long outOfMemoryKills() {
        return outOfMemoryKills.read();
    }

    /** In how many periods of 100 ms the processor was taken away. */
    long throttledPeriods() {
        return throttled.read();
    }

    /** Removes the group, whose process has ended. Again: nothing. */
    @Override
    public void close() {
        folders.forEach(GroupFiles::remove);
    }
}
