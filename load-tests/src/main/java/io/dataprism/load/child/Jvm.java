package io.dataprism.load.child;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a JVM of the bench is started: with the flags of the launcher, so that what is compared runs alike.
 *
 * @param root of the project
 * @param recordings folder for flight recordings; null: none are made
 * @param before words before each command, such as those that keep it to one processor
 */
public record Jvm(Path root, @Nullable Path recordings, List<String> before) {

    /** What the grid needs of the JDK, so that nothing warns. */
    public static final List<String> GRID_FLAGS = List.of(
            "--add-modules=java.se",
            "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
            "--add-opens=java.management/sun.management=ALL-UNNAMED",
            "--add-opens=jdk.management/com.sun.management.internal=ALL-UNNAMED");

    private static final List<String> FLAGS = List.of(
            "--enable-native-access=ALL-UNNAMED",
            "--add-opens=java.base/java.nio=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:+UseG1GC",
            "-XX:+UseCompactObjectHeaders",
            "-XX:G1PeriodicGCInterval=5000",
            "-XX:MinHeapFreeRatio=15",
            "-XX:MaxHeapFreeRatio=30",
            "-XX:+ExitOnOutOfMemoryError",
            "-Dlogback.configurationFile=logback-bench.xml");

    public Jvm {
        before = List.copyOf(before);
    }

    /** On all processors. */
    public Jvm(Path root, @Nullable Path recordings) {
        this(root, recordings, List.of());
    }

    /** The class path of the distribution, as the service has it. */
    public String serviceClassPath() {
        return root.resolve("src/cli/target/dist/lib/*") + ":" + own();
    }

    /** The same with what a cluster needs. */
    public String clusterClassPath() {
        return serviceClassPath() + ":" + root.resolve("load-tests/target/cluster-lib/*");
    }

    /** That of the peers. */
    public String peerClassPath() {
        return root.resolve("load-tests/target/peers-lib/*") + ":" + own();
    }

    private Path own() {
        return root.resolve("load-tests/target/load-tests-0.1.0.jar");
    }

    /** The command that runs a class. */
    public List<String> command(String name, String classPath, Class<?> main, List<String> flags, String... arguments) {
        List<String> command = new ArrayList<>(before);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(FLAGS);
        command.addAll(recording(name));
        command.addAll(flags);
        command.addAll(List.of("-cp", classPath, main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** The flags that record a profile, where one is wanted. */
    public List<String> recording(String name) {
        return recordings == null
                ? List.of()
                : List.of(
                        "-XX:StartFlightRecording:settings=profile,dumponexit=true,jdk.CPUTimeSample#enabled=true,filename="
                                + recordings.resolve(name + ".jfr"));
    }
}
