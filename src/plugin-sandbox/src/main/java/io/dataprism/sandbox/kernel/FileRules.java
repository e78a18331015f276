package io.dataprism.sandbox.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A Landlock rule set: which files the calling thread, and what it starts, may still reach. Everything that no rule names is
 * refused, and so are TCP, abstract Unix sockets and signals to outside where the kernel's Landlock knows them.
 *
 * <p>Not thread-safe. Add rules, then {@link #restrictCallingThread()} once.
 */
public final class FileRules {

    private static final long EXECUTE = 1;
    private static final long WRITE_FILE = 1 << 1;
    private static final long READ_FILE = 1 << 2;
    private static final long READ_FOLDER = 1 << 3;
    private static final long FIRST_ABI_RIGHTS = (1 << 13) - 1;
    private static final long REFER = 1 << 13;
    private static final long TRUNCATE = 1 << 14;
    private static final long IOCTL_DEVICE = 1 << 15;
    private static final long ONLY_ON_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEVICE;
    private static final long MAKE_SPECIAL_FILES = (1 << 6) | (1 << 9) | (1 << 10) | (1 << 11);

    private static final long READ_AND_EXECUTE = EXECUTE | READ_FILE | READ_FOLDER;
    private static final long READ = READ_FILE | READ_FOLDER;

    private static final int QUERY_VERSION = 1;
    private static final int PATH_BENEATH = 1;
    private static final int OPEN_PATH_CLOSE_ON_EXEC = 0x200000 | 0x80000;
    private static final int AT_WORKING_FOLDER = -100;
    private static final int SET_NO_NEW_PRIVILEGES = 38;

    private final Map<Path, Long> rights = new LinkedHashMap<>();

    /** The version of Landlock's interface; 0 where the kernel has none. */
    public static int abi() {
        return (int) Math.max(
                0, SystemCalls.call(SystemCalls.machine().number("landlock_create_ruleset"), 0, 0, QUERY_VERSION));
    }

    /** Lets a file, or all beneath a folder, be read and run as a program. Ignored where it does not exist. */
    public FileRules readAndExecute(Path path) {
        return add(path, READ_AND_EXECUTE);
    }

    /** Lets a file, or all beneath a folder, be read. Ignored where it does not exist. */
    public FileRules read(Path path) {
        return add(path, READ);
    }

    /** Lets a device, or a file, be read and written, and not be shortened. */
    public FileRules writeInto(Path path) {
        return add(path, READ_FILE | WRITE_FILE);
    }

    /** Lets all beneath a folder be read, written, made and removed; no devices, sockets, named pipes or programs. */
    public FileRules readAndWrite(Path folder) {
        return add(folder, (FIRST_ABI_RIGHTS | REFER | TRUNCATE) & ~EXECUTE & ~MAKE_SPECIAL_FILES);
    }

    /** Applies the rules to the calling thread, for good. */
    public void restrictCallingThread() {
        int abi = abi();
        if (abi == 0) {
            throw new KernelException("This kernel has no Landlock. It needs Linux 5.13 with 'landlock' in lsm=.");
        }
        long handled = handledRights(abi);
        try (Arena arena = Arena.ofConfined()) {
            long ruleSet = create(arena, abi, handled);
            try {
                rights.forEach((path, wanted) -> addRule(arena, ruleSet, path, wanted & handled));
                SystemCalls.require("prctl", SET_NO_NEW_PRIVILEGES, 1);
                SystemCalls.require("landlock_restrict_self", ruleSet, 0);
            } finally {
                SystemCalls.require("close", ruleSet);
            }
        }
    }

    static long handledRights(int abi) {
        return FIRST_ABI_RIGHTS | (abi >= 2 ? REFER : 0) | (abi >= 3 ? TRUNCATE : 0) | (abi >= 5 ? IOCTL_DEVICE : 0);
    }

    private FileRules add(Path path, long wanted) {
        if (Files.exists(path)) {
            rights.merge(path, Files.isDirectory(path) ? wanted : wanted & ONLY_ON_FILES, (one, other) -> one | other);
        }
        return this;
    }

    private static long create(Arena arena, int abi, long handled) {
        MemorySegment attributes = arena.allocate(24, 8);
        attributes.set(ValueLayout.JAVA_LONG, 0, handled);
        attributes.set(ValueLayout.JAVA_LONG, 8, 1 | 2); // bind and connect of TCP
        attributes.set(ValueLayout.JAVA_LONG, 16, 1 | 2); // abstract Unix sockets, signals
        int sizeBytes = abi >= 6 ? 24 : abi >= 4 ? 16 : 8;
        return SystemCalls.require("landlock_create_ruleset", attributes.address(), sizeBytes, 0);
    }

    private static void addRule(Arena arena, long ruleSet, Path path, long allowed) {
        MemorySegment name = arena.allocateFrom(path.toString());
        long descriptor = SystemCalls.require("openat", AT_WORKING_FOLDER, name.address(), OPEN_PATH_CLOSE_ON_EXEC, 0);
        try {
            MemorySegment rule = arena.allocate(16, 8);
            rule.set(ValueLayout.JAVA_LONG, 0, allowed);
            rule.set(ValueLayout.JAVA_INT, 8, (int) descriptor);
            SystemCalls.require("landlock_add_rule", ruleSet, PATH_BENEATH, rule.address(), 0);
        } finally {
            SystemCalls.require("close", descriptor);
        }
    }
}
