package io.dataprism.sandbox.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** A file that host and child map to share memory: the child's end. */
public final class SharedFile {

    private static final int AT_WORKING_FOLDER = -100;
    private static final int READ_AND_WRITE_CLOSE_ON_EXEC = 2 | 524_288;
    private static final int PROTECTION_READ_AND_WRITE = 1 | 2;
    private static final int MAP_SHARED = 1;

    private SharedFile() {}

    /**
     * Maps it for as long as the process lives. No descriptor of it stays: nothing can make it longer or shorter, whatever gets hold of
     * this process. Before the second filter.
     *
     * @return empty where it cannot be opened or mapped
     */
    public static Optional<MemorySegment> map(String path, long sizeBytes) {
        long descriptor;
        try (Arena arena = Arena.ofConfined()) {
            descriptor = SystemCalls.call(
                    SystemCalls.machine().number("openat"),
                    AT_WORKING_FOLDER,
                    arena.allocateFrom(path).address(),
                    READ_AND_WRITE_CLOSE_ON_EXEC,
                    0);
        }
        if (descriptor < 0) {
            return Optional.empty();
        }
        long address = SystemCalls.call(
                SystemCalls.machine().number("mmap"),
                0,
                sizeBytes,
                PROTECTION_READ_AND_WRITE,
                MAP_SHARED,
                descriptor,
                0);
        SystemCalls.require("close", descriptor);
        return address < 0
                ? Optional.empty()
                : Optional.of(MemorySegment.ofAddress(address).reinterpret(sizeBytes));
    }
}
