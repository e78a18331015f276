package io.dataprism.core.confinement;

import io.dataprism.core.confinement.PluginProcess.Usage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a process uses, as the kernel tells it. Memory comes in pages of 4 KiB, time in hundredths of a second. */
final class ProcessUsage {

    private static final int PAGE_BYTES = 4096;
    private static final int TICK_MILLIS = 10;
    private static final int USER_TICKS = 11;
    private static final int SYSTEM_TICKS = 12;
    private static final int RESIDENT_PAGES = 21;

    private ProcessUsage() {}

    /** @param heapBytes what the process itself said last, or -1 */
    static Usage of(long processId, long heapBytes) {
        try {
            String stat = Files.readString(Path.of("/proc", String.valueOf(processId), "stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            long ticks = Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[SYSTEM_TICKS]);
            return new Usage(heapBytes, Long.parseLong(fields[RESIDENT_PAGES]) * PAGE_BYTES, ticks * TICK_MILLIS);
        } catch (IOException gone) {
            return new Usage(heapBytes, -1, -1);
        }
    }
}
