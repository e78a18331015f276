package io.dataprism.core.confinement;

import io.dataprism.core.quota.IsolationLevel;
import java.util.List;

/**
 * What this machine can do to confine plugins, found by trying.
 *
 * @param level what a plugin's process reaches here
 * @param suffices whether that is as much as the operator demands, and a child could really be started
 */
public record Diagnosis(IsolationLevel level, boolean suffices, List<Check> checks) {

    public Diagnosis {
        checks = List.copyOf(checks);
    }

    /** How a check came out. */
    public enum State {
        OK,
        /** Something else stands in for it, less firmly. */
        WEAK,
        MISSING
    }

    /**
     * One of the things that confinement is made of.
     *
     * @param found what there is, for people
     * @param remedy how to get what is missing; empty where nothing is
     */
    public record Check(String name, State state, String found, String remedy) {}
}
