package io.dataprism.load.cluster.site;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The process that something in the kernel belongs to, as its name tells it: {@code dp-<pid>-<start>-...}. A process id comes again, the
 * moment of its start does not.
 *
 * @param start of the process, in ticks since the machine began
 */
public record Owner(long pid, long start) {

    private static final Pattern NAMED = Pattern.compile("dp-(\\d{1,10})-(\\d{1,20})-.*");
    private static final int START_FIELD = 19;
    private static final long NEVER = -1;

    /** This process. */
    public static Owner self() {
        long pid = ProcessHandle.current().pid();
        return new Owner(pid, startOf(pid));
    }

    /** Whose something is; empty where the name is none of ours. */
    public static Optional<Owner> of(String name) {
        Matcher parts = NAMED.matcher(name);
        return parts.matches()
                ? Optional.of(new Owner(Long.parseLong(parts.group(1)), Long.parseLong(parts.group(2))))
                : Optional.empty();
    }

    /** The name of something of its. */
    public String name(String what) {
        return "dp-" + pid + "-" + start + "-" + what;
    }

    /** Whether it is still there. */
    public boolean isAlive() {
        return startOf(pid) == start;
    }

    /** When a process began; -1 where there is none. */
    public static long startOf(long pid) {
        try {
            String line = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            // the second field is the name in brackets, which may hold anything
            return Long.parseLong(line.substring(line.lastIndexOf(')') + 2).split(" ")[START_FIELD]);
        } catch (IOException gone) {
            return NEVER;
        }
    }
}
