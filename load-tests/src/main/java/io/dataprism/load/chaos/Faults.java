package io.dataprism.load.chaos;

import io.dataprism.load.cluster.Cluster;
import io.dataprism.load.cluster.Node;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Does to a cluster what a schedule says, and mends it again. One thread; each fault blocks until it is mended. */
public final class Faults {

    private final Trial trial;
    private final Cluster cluster;

    public Faults(Trial trial, Cluster cluster) {
        this.trial = trial;
        this.cluster = cluster;
    }

    /** Those that can be done there. */
    public static List<FaultKind> possible(Cluster cluster) {
        List<FaultKind> kinds =
                new ArrayList<>(List.of(FaultKind.KILL, FaultKind.RESTART, FaultKind.EMPTY_DISK, FaultKind.FREEZE));
        if (cluster.site().canCut()) {
            kinds.add(FaultKind.CUT);
        }
        return kinds;
    }

    /** One fault from its beginning until all nodes see each other again. */
    public void happen(FaultKind kind, int number, Duration hold) throws Exception {
        Node node = cluster.node(number);
        String what = kind + " of " + node.name() + " for " + hold.toMillis() + " ms";
        trial.during(what, kind, kind == FaultKind.FREEZE ? node.name() : "", () -> {
            switch (kind) {
                case KILL, MOST_KILLED -> {
                    node.kill();
                    trial.work(hold);
                    node.start();
                }
                case RESTART -> {
                    node.stop();
                    trial.work(hold);
                    node.start();
                }
                case EMPTY_DISK -> {
                    node.kill();
                    node.wipe();
                    trial.work(hold);
                    node.start();
                }
                case FREEZE -> {
                    node.freeze();
                    trial.work(hold);
                    node.thaw();
                }
                case CUT -> {
                    cluster.site().cut(List.of(Set.of(), Set.of(number)));
                    trial.work(hold);
                    cluster.site().heal();
                }
            }
            cluster.awaitMembers(FaultLab.CONVERGED);
        });
    }
}
