package io.dataprism.core.quota;

import java.util.Optional;
import java.util.stream.Stream;

/** How firmly a plugin's process is held, from the weakest to the firmest; as status and configuration name it. */
public enum IsolationLevel {
    /** By nothing but the JVM's own bounds. */
    JVM_ONLY("jvm-only"),
    /** Landlock and seccomp; memory and processor by the JVM, limits of the process, and a watch. */
    NO_CGROUP("no-cgroup"),
    /** The same, with memory, processor and threads held by the kernel's control groups. */
    FULL("full");

    private final String text;

    IsolationLevel(String text) {
        this.text = text;
    }

    /** The level of that name, or empty. */
    public static Optional<IsolationLevel> of(String text) {
        return Stream.of(values()).filter(level -> level.text.equals(text)).findFirst();
    }

    /** {@code full}, {@code no-cgroup} or {@code jvm-only}. */
    public String text() {
        return text;
    }
}
