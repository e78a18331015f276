package io.dataprism.load.cluster.site;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The named network namespaces of this machine. Blocks for moments; any thread. */
public final class Namespaces {

    private static final Path NAMED = Path.of("/run/netns");
    private static final List<String> PROGRAMS = List.of("ip", "bridge", "nsenter");
    private static final Path STATUS = Path.of("/proc/self/status");
    /** CAP_NET_ADMIN and CAP_SYS_ADMIN. */
    private static final long NEEDED = 1L << 12 | 1L << 21;

    private Namespaces() {}

    /** Why they cannot be made here; empty: they can. */
    public static String missing() {
        for (String program : PROGRAMS) {
            boolean there = Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                    .anyMatch(place -> Files.isExecutable(Path.of(place, program)));
            if (!there) {
                return "the program " + program + " is not there; Debian has it in iproute2 or util-linux.";
            }
        }
        return mayMake() ? "" : "only root may make network namespaces.";
    }

    private static boolean mayMake() {
        try (Stream<String> lines = Files.lines(STATUS)) {
            return lines.filter(line -> line.startsWith("CapEff:"))
                    .mapToLong(line -> Long.parseUnsignedLong(
                            line.substring(line.indexOf(':') + 1).strip(), 16))
                    .anyMatch(capabilities -> (capabilities & NEEDED) == NEEDED);
        } catch (IOException notLinux) {
            return false;
        }
    }

    /** Takes away what dead owners have left. */
    public static void sweep() throws IOException {
        for (String name : all()) {
            Optional<Owner> owner = Owner.of(name);
            if (owner.isPresent() && !owner.get().isAlive()) {
                System.err.println("  the network namespace " + name + " of a dead owner is taken away");
                remove(name);
            }
        }
    }

    /** Those that belong to an owner. */
    public static List<String> of(Owner owner) throws IOException {
        return all().stream()
                .filter(name -> Owner.of(name).filter(owner::equals).isPresent())
                .toList();
    }

    /** Ends what still runs in one of ours, and takes it away. */
    static void remove(String name) throws IOException {
        for (String pid : Program.run("ip netns pids " + name).split("\\s+")) {
            if (!pid.isEmpty()) {
                ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
            }
        }
        Program.run("ip netns delete " + name);
    }

    private static List<String> all() throws IOException {
        if (!Files.isDirectory(NAMED)) {
            return List.of();
        }
        try (Stream<Path> names = Files.list(NAMED)) {
            return names.map(name -> name.getFileName().toString()).toList();
        }
    }
}
