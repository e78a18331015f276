package io.dataprism.load.pluginrow;

import io.dataprism.load.child.Child;
import io.dataprism.load.child.Jvm;
import io.dataprism.load.node.PluginNode;
import io.dataprism.load.peer.GrpcEchoClient;
import io.dataprism.load.peer.GrpcEchoServer;
import io.dataprism.load.plugin.Packages;
import io.dataprism.load.service.Service;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What rows share, each started when first asked for. One thread. */
public final class PluginLab implements AutoCloseable {

    private static final String CACHE = ".aot";

    private final int rounds;
    private final boolean quick;
    private final Jvm jvm;
    private final Path folder;
    private @Nullable Child node;
    private @Nullable Child server;
    private @Nullable Child client;
    private int services;

    private PluginLab(int rounds, boolean quick, Jvm jvm, Path folder) {
        this.rounds = rounds;
        this.quick = quick;
        this.jvm = jvm;
        this.folder = folder;
    }

    /** Begins. @param quick whether counts are tiny */
    public static PluginLab open(int rounds, boolean quick, Path root, @Nullable Path recordings) throws IOException {
        if (recordings != null) {
            Files.createDirectories(recordings);
        }
        return new PluginLab(
                rounds, quick, new Jvm(root, recordings), Files.createTempDirectory("dataprism-bench-plugins"));
    }

    int rounds() {
        return rounds;
    }

    /** A count, or the least that will do where it is only to be seen that the bench works. */
    int count(int usual, int least) {
        return quick ? least : usual;
    }

    Jvm jvm() {
        return jvm;
    }

    Path home() {
        return jvm.root().resolve("src/cli/target/dist");
    }

    /** A folder that is deleted in the end. */
    Path folder(String name) throws IOException {
        return Files.createDirectories(folder.resolve(name));
    }

    Packages packages() throws IOException {
        return new Packages(folder("packages"));
    }

    /** The node that is called from inside. */
    Child node() throws IOException {
        Child running = node;
        if (running == null) {
            running = Child.start(
                    "plugin-node",
                    jvm.command(
                            "plugin-node",
                            jvm.serviceClassPath(),
                            PluginNode.class,
                            List.of(),
                            folder("node").toString(),
                            home().toString()));
            node = running;
        }
        return running;
    }

    /** The client of gRPC; its server is started with it. */
    Child grpc() throws IOException {
        Child running = client;
        if (running == null) {
            String usual = folder("grpc").resolve("usual").toString();
            String direct = folder("grpc").resolve("direct").toString();
            server = Child.start(
                    "grpc-server",
                    jvm.command("grpc-server", jvm.peerClassPath(), GrpcEchoServer.class, List.of(), usual, direct));
            running = Child.start(
                    "grpc-client",
                    jvm.command("grpc-client", jvm.peerClassPath(), GrpcEchoClient.class, List.of(), usual, direct));
            client = running;
        }
        return running;
    }

    /** A service of the caller's own, who closes it, without bundled plugins. @param configuration YAML */
    Service newService(String name, String configuration) throws IOException {
        return newService(name, configuration, List.of("--no-plugins"), "");
    }

    /** The same with the bundled plugins. */
    Service newServiceWithPlugins(String name, String configuration) throws IOException {
        return newService(name, configuration, List.of(), "");
    }

    /** Whether the installation has a cache for the start of children. */
    boolean hasCache() throws IOException {
        try (Stream<Path> files = Files.list(home().resolve("sandbox"))) {
            return files.anyMatch(file -> file.toString().endsWith(CACHE));
        }
    }

    /** A service whose children start without a cache: its installation is a copy that has none. */
    Service newServiceWithoutCache(String name, String configuration) throws IOException {
        Path bare = folder("home-without-cache");
        Path sandbox = Files.createDirectories(bare.resolve("sandbox"));
        try (Stream<Path> files = Files.list(home().resolve("sandbox"))) {
            for (Path jar :
                    files.filter(file -> file.toString().endsWith(".jar")).toList()) {
                Files.copy(jar, sandbox.resolve(jar.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        return newService(name, configuration, List.of("--no-plugins"), "-Ddataprism.home=" + bare);
    }

    private Service newService(String name, String configuration, List<String> more, String javaOptions)
            throws IOException {
        services++;
        Path log = Files.createDirectories(jvm.root().resolve("load-tests/target/logs"))
                .resolve(name + "-" + services + ".log");
        Files.deleteIfExists(log);
        return Service.start(jvm, name, folder("data-" + services), log, configuration, more, javaOptions);
    }

    @Override
    public void close() throws Exception {
        for (Child child : new @Nullable Child[] {node, client, server}) {
            if (child != null) {
                child.close();
            }
        }
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(PluginLab::delete);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
