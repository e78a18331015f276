package io.dataprism.sandbox.kernel;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A processor architecture that confinement knows: its audit number and its system call numbers. */
enum Machine {
    X86_64(0xC000003E, SystemCallNumbers.X86_64),
    AARCH64(0xC00000B7, SystemCallNumbers.AARCH64);

    private final int auditArchitecture;
    private final Map<String, Integer> numbers;

    Machine(int auditArchitecture, Map<String, Integer> numbers) {
        this.auditArchitecture = auditArchitecture;
        this.numbers = numbers;
    }

    /** The machine this JVM runs on, or empty where it is none of these or not Linux. */
    static Optional<Machine> current() {
        if (!"Linux".equals(System.getProperty("os.name"))) {
            return Optional.empty();
        }
        return switch (System.getProperty("os.arch", "").toLowerCase(Locale.ROOT)) {
            case "amd64", "x86_64" -> Optional.of(X86_64);
            case "aarch64", "arm64" -> Optional.of(AARCH64);
            default -> Optional.empty();
        };
    }

    /** The value of {@code seccomp_data.arch}. */
    int auditArchitecture() {
        return auditArchitecture;
    }

    /** The number of a system call, or empty where this architecture has none of that name. */
    Optional<Integer> find(String name) {
        return Optional.ofNullable(numbers.get(name));
    }

    /** The number of a system call that every architecture has. */
    int number(String name) {
        return find(name)
                .orElseThrow(() -> new KernelException("The table of " + this + " has no system call '" + name + "'."));
    }
}
