package io.dataprism.core.confinement;

import io.dataprism.plugin.ResourceQuota;
import io.dataprism.sandbox.child.ChildMain;
import io.dataprism.sandbox.kernel.FileRules;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How a child is started: its command line, and the files that it may reach.
 *
 * @param cache of classes, where there is one that fits
 * @param shared the file of the memory that it shares with the host, where there is one
 * @param reach what it may reach of the plugin's
 */
record ChildCommand(
        SandboxRuntime runtime,
        Optional<ClassCache> cache,
        Optional<Path> shared,
        ChildReach reach,
        ResourceQuota quota,
        Kind kind) {

    private static final long MIB = 1024 * 1024;
    /**
     * So that a cache lies where it was made for, and its pages are shared by all children: 12 MiB of each. What a random place
     * protects, a process from those who break into it, is not what a plugin is held by.
     */
    private static final List<String> CACHE_IN_ITS_PLACE =
            List.of("-XX:+UnlockDiagnosticVMOptions", "-XX:ArchiveRelocationMode=0");

    private static final long LEAST_HEAP_BYTES = 16 * MIB;
    private static final Path JAVA_HOME = Path.of(System.getProperty("java.home"));

    /** What is special about a child. */
    enum Kind {
        /** Nothing. */
        USUAL("-"),
        /** Its plugin is not known yet. */
        WAITING(ChildMain.WAITS),
        /** It runs with all the rights of its user. */
        UNCONFINED(ChildMain.UNCONFINED);

        private final String argument;

        Kind(String argument) {
            this.argument = argument;
        }
    }

    /** The child's processors, whole ones. */
    int processors() {
        return (int) Math.max(1, Math.ceil(quota.cpus()));
    }

    List<String> line() {
        long heapBytes = Math.max(LEAST_HEAP_BYTES, quota.memoryBytes());
        List<String> line = new ArrayList<>();
        line.add(JAVA_HOME.resolve("bin/java").toString());
        line.addAll(CACHE_IN_ITS_PLACE);
        line.addAll(List.of(
                "-Xms8m",
                "-Xmx" + heapBytes / 1024 + "k",
                "-Xss512k",
                "-XX:MaxMetaspaceSize=128m",
                "-XX:ReservedCodeCacheSize=64m",
                "-XX:MaxDirectMemorySize=" + heapBytes / 1024 + "k",
                "-XX:ActiveProcessorCount=" + processors(),
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:-UsePerfData",
                "-XX:+DisableAttachMechanism",
                "-XX:-UseContainerSupport",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=" + reach.folder().resolve("jvm-crash.log"),
                "-XX:+DisplayVMOutputToStderr",
                "-Djava.io.tmpdir=" + reach.folder(),
                "-Duser.home=" + reach.folder(),
                "-Duser.name=plugin",
                "-Duser.timezone=UTC",
                "-Dstdout.encoding=UTF-8",
                "-Dstderr.encoding=UTF-8",
                "-Djava.awt.headless=true",
                "-Dslf4j.internal.verbosity=ERROR",
                "-cp",
                classPath()));
        cache.ifPresent(known -> line.add("-XX:AOTCache=" + known.file()));
        line.addAll(ChildCache.options(runtime));
        line.addAll(List.of(
                "-m",
                ChildCache.MODULE + "/" + ChildCache.MODULE + ".child.ChildMain",
                String.valueOf(ProcessHandle.current().pid()),
                Path.of(System.getProperty("java.io.tmpdir"), "dataprism-canary-" + UUID.randomUUID())
                        .toString(),
                String.valueOf(heapBytes),
                shared.map(Path::toString).orElse("-"),
                kind.argument));
        return line;
    }

    /** What the child may reach; every other file is refused. */
    FileRules files() throws IOException {
        Path javaHome = JAVA_HOME.toRealPath();
        FileRules rules = new FileRules()
                .readAndExecute(javaHome)
                .readAndExecute(Path.of("/lib"))
                .readAndExecute(Path.of("/lib64"))
                .readAndExecute(Path.of("/usr/lib"))
                .read(Path.of("/etc/ld.so.cache"))
                .read(configurationOf(javaHome))
                .writeInto(Path.of("/dev/null"))
                .read(Path.of("/dev/random"))
                .read(Path.of("/dev/urandom"))
                .read(runtime.module())
                .read(reach.code())
                .readAndWrite(reach.folder());
        runtime.classPath().forEach(rules::read);
        cache.ifPresent(known -> rules.read(known.file()));
        shared.ifPresent(rules::writeInto);
        for (PluginProcesses.Mount mount : reach.mounts()) {
            if (mount.writable()) {
                rules.readAndWrite(mount.folder());
            } else {
                rules.read(mount.folder());
            }
        }
        if (reach.fonts()) {
            fontFolders().forEach(rules::read);
        }
        return rules;
    }

    /** Where machines keep their fonts and what they know about them. */
    static List<Path> fontFolders() {
        return Stream.of(
                        "/usr/share/fonts",
                        "/usr/share/fontconfig",
                        "/usr/local/share/fonts",
                        "/etc/fonts",
                        "/var/cache/fontconfig")
                .map(Path::of)
                .toList();
    }

    /** Where the JDK's settings really are: some distributions link them to elsewhere. */
    private static Path configurationOf(Path javaHome) throws IOException {
        return javaHome.resolve("conf/security/java.security")
                .toRealPath()
                .resolve("../..")
                .normalize();
    }

    /**
     * Without the plugin, which comes to it when the canary has found everything refused; a cache of the plugin's classes is good only
     * where the plugin is there from the beginning. Nothing of it runs sooner then either.
     */
    private String classPath() {
        return Stream.concat(runtime.classPath().stream(), cache.flatMap(ClassCache::packageFile).stream())
                .map(Path::toString)
                .collect(Collectors.joining(File.pathSeparator));
    }
}
