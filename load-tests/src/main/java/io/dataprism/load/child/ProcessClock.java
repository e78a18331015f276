package io.dataprism.load.child;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the kernel knows of a process. Blocks for a moment; any thread. */
public final class ProcessClock {

    private static final long NANOS_OF_A_TICK = 10_000_000;
    private static final int USER_FIELD = 11;
    private static final int SYSTEM_FIELD = 12;

    private ProcessClock() {}

    /** How long it has computed so far, to 10 ms. */
    public static long cpuNanos(long pid) throws IOException {
        String line = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
        // the second field is the name in brackets, which may hold anything
        String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ");
        return NANOS_OF_A_TICK * (Long.parseLong(fields[USER_FIELD]) + Long.parseLong(fields[SYSTEM_FIELD]));
    }

    /** Its resident memory. */
    public static long residentBytes(long pid) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
            if (line.startsWith("VmRSS:")) {
                return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        throw new IOException("/proc/" + pid + "/status has no VmRSS");
    }
}
