package io.dataprism.core.quota;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a process uses, as {@code /proc/<id>/stat} tells it (proc(5)). Memory comes in pages of 4 KiB, time in hundredths of a
 * second.
 *
 * @param residentBytes -1: the process is gone, as with the others
 */
record ProcessSample(long residentBytes, long cpuMillis, int threads) {

    private static final ProcessSample GONE = new ProcessSample(-1, -1, -1);
    private static final int PAGE_BYTES = 4096;
    private static final int TICK_MILLIS = 10;
    private static final int USER_TICKS = 11;
    private static final int SYSTEM_TICKS = 12;
    private static final int THREADS = 17;
    private static final int RESIDENT_PAGES = 21;

    static ProcessSample of(long processId) {
        try {
            String stat = Files.readString(Path.of("/proc", String.valueOf(processId), "stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            long ticks = Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[SYSTEM_TICKS]);
            return new ProcessSample(
                    Long.parseLong(fields[RESIDENT_PAGES]) * PAGE_BYTES,
                    ticks * TICK_MILLIS,
                    Integer.parseInt(fields[THREADS]));
        } catch (IOException gone) {
            return GONE;
        }
    }

    boolean isGone() {
        return residentBytes < 0;
    }
}
