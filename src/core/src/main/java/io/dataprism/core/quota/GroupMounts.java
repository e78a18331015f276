package io.dataprism.core.quota;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where control groups are mounted, and in which of them this process is; from {@code /proc/self/mountinfo} and
 * {@code /proc/self/cgroup}, whose forms proc(5) and cgroups(7) describe.
 */
record GroupMounts(Path proc, List<Mounted> mounted, Map<String, String> groups) {

    private static final String UNIFIED = "";

    /**
     * A mounted hierarchy.
     *
     * @param root what of the hierarchy is mounted
     * @param controllers of version 1; empty: version 2
     */
    record Mounted(String root, Path point, List<String> controllers) {}

    static GroupMounts read(Path proc) throws IOException {
        List<Mounted> mounted = new ArrayList<>();
        for (String line : Files.readAllLines(proc.resolve("self/mountinfo"))) {
            int dash = line.indexOf(" - ");
            String[] place = line.split(" ", -1);
            String[] kind = dash < 0 ? new String[0] : line.substring(dash + 3).split(" ", -1);
            if (kind.length >= 3 && kind[0].equals("cgroup2")) {
                mounted.add(new Mounted(place[3], Path.of(place[4]), List.of()));
            } else if (kind.length >= 3 && kind[0].equals("cgroup")) {
                mounted.add(new Mounted(place[3], Path.of(place[4]), List.of(kind[2].split(",", -1))));
            }
        }
        return new GroupMounts(proc, List.copyOf(mounted), groups(proc));
    }

    private static Map<String, String> groups(Path proc) throws IOException {
        Map<String, String> groups = new HashMap<>();
        for (String line : Files.readAllLines(proc.resolve("self/cgroup"))) {
            String[] parts = line.split(":", 3);
            if (parts.length == 3) {
                for (String controller : parts[1].split(",", -1)) {
                    groups.put(controller, parts[2]);
                }
            }
        }
        return Map.copyOf(groups);
    }

    /** The folder of this process's own group of version 2. */
    Optional<Path> unified() {
        return mounted.stream()
                .filter(each -> each.controllers().isEmpty())
                .findFirst()
                .flatMap(mount -> own(mount, groups.get(UNIFIED)));
    }

    /** The folder of this process's own group of a controller of version 1. */
    Optional<Path> split(String controller) {
        return mounted.stream()
                .filter(each -> each.controllers().contains(controller))
                .findFirst()
                .flatMap(mount -> own(mount, groups.get(controller)));
    }

    /** A container may see its own group as the root of what is mounted, and by its name outside. */
    private static Optional<Path> own(Mounted mount, @Nullable String group) {
        if (group == null) {
            return Optional.empty();
        }
        String beneath = mount.root().length() > 1 && group.startsWith(mount.root())
                ? group.substring(mount.root().length())
                : group;
        Path own = mount.point().resolve(beneath.replaceFirst("^/+", "")).normalize();
        return own.startsWith(mount.point()) && Files.isDirectory(own)
                ? Optional.of(own)
                : Optional.of(mount.point()).filter(Files::isDirectory);
    }
}
