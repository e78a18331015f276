package io.dataprism.load.eventrow;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which words a command begins with, so that servers have one processor and generators another, and as many descriptors as there may be.
 *
 * @param pinned whether processors could be told apart
 * @param files that a process may have
 */
record Processors(boolean pinned, int files) {

    private static final Pattern FILES = Pattern.compile("(?m)^Max open files +\\d+ +(\\d+)");
    private static final int FILES_ASSUMED = 1024;
    private static final String RAISED = "ulimit -n $(ulimit -Hn) && exec \"$@\"";

    static Processors look() throws IOException {
        boolean two = Runtime.getRuntime().availableProcessors() > 1 && Files.isExecutable(Path.of("/usr/bin/taskset"));
        Path limits = Path.of("/proc/self/limits");
        Matcher told = FILES.matcher(Files.isReadable(limits) ? Files.readString(limits) : "");
        return new Processors(two, told.find() ? Integer.parseInt(told.group(1)) : FILES_ASSUMED);
    }

    List<String> ofServers() {
        return words("0");
    }

    List<String> ofGenerators() {
        return words("1");
    }

    private List<String> words(String processor) {
        List<String> raised = List.of("/bin/sh", "-c", RAISED, "sh");
        return pinned
                ? List.of(
                        "/usr/bin/taskset", "-c", processor, raised.get(0), raised.get(1), raised.get(2), raised.get(3))
                : raised;
    }
}
