package io.dataprism.core.quota;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The kernel's control groups of this node's plugins: one group for all of them and one beneath it for each process. Which version
 * there is, is found by making the group of all; a version that refuses is passed over. Any thread; files are written.
 */
final class ControlGroups implements AutoCloseable {

    private final Hierarchy hierarchy;

    private ControlGroups(Hierarchy hierarchy) {
        this.hierarchy = hierarchy;
    }

    /** One version of the control groups. */
    sealed interface Hierarchy permits UnifiedHierarchy, SplitHierarchy {

        /** {@code cgroup v2} or {@code cgroup v1}. */
        String version();

        /** Makes the group of all plugins, and removes those of nodes that have ended. */
        void open(ResourcePolicy.Group group) throws IOException;

        /** Makes the group of a process. */
        ControlGroup make(String name, ProcessLimits limits) throws IOException;

        /** Removes the group of all. */
        void close();
    }

    /**
     * The firmest version that this process may use.
     *
     * @param proc where the kernel tells about processes, {@code /proc}
     * @param refusals gets why each version was passed over, a sentence each
     */
    static Optional<ControlGroups> find(Path proc, ResourcePolicy.Group group, List<String> refusals) {
        for (Hierarchy hierarchy : candidates(proc, refusals)) {
            try {
                hierarchy.open(group);
                return Optional.of(new ControlGroups(hierarchy));
            } catch (IOException refused) {
                hierarchy.close();
                refusals.add(hierarchy.version() + " cannot be used: " + refused.getMessage() + ".");
            }
        }
        return Optional.empty();
    }

    private static List<Hierarchy> candidates(Path proc, List<String> refusals) {
        List<Hierarchy> candidates = new ArrayList<>();
        try {
            GroupMounts mounts = GroupMounts.read(proc);
            UnifiedHierarchy.in(mounts).ifPresentOrElse(candidates::add, () -> refusals.add(UnifiedHierarchy.MISSING));
            SplitHierarchy.in(mounts).ifPresentOrElse(candidates::add, () -> refusals.add(SplitHierarchy.MISSING));
        } catch (IOException hidden) {
            refusals.add("Control groups cannot be found: " + hidden.getMessage() + ".");
        }
        return candidates;
    }

    String version() {
        return hierarchy.version();
    }

    /** Makes the group of a process; the caller closes it after the process has ended. */
    ControlGroup make(String name, ProcessLimits limits) throws IOException {
        return hierarchy.make(name, limits);
    }

    @Override
    public void close() {
        hierarchy.close();
    }
}
