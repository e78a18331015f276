package io.dataprism.core.confinement;

import static io.dataprism.core.confinement.Sandboxes.BOUND;
import static io.dataprism.core.confinement.Sandboxes.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dataprism.core.confinement.PluginProcesses.Launch;
import io.dataprism.core.quota.ProcessQuotas;
import io.dataprism.plugin.ResourceQuota;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.URL;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;
import java.util.stream.Stream;

/**
 * The ground that hostile plugins are let loose on: one host, a neighbour who behaves well, what they would like to have, and an
 * account of all that the host has.
 */
final class HostileGround implements AutoCloseable {

    private static final long MIB = 1L << 20;
    private static final String SECRET = "secret";

    /** What the host has, and what of it must not grow. */
    private record Account(
            long children,
            List<String> threads,
            long bufferBytes,
            long reservedBytes,
            List<Path> groups,
            String defaults) {}

    final Sandboxes sandboxes;
    final DenyingDoor door = new DenyingDoor();
    private final ProcessQuotas quotas;
    private final Path jar;
    private final Path treasure;
    private final Path outside;
    private final Path socket;
    private final ServerSocketChannel listener;
    private final PluginProcess neighbour;
    private final Account before;
    private final long descriptorsBefore;

    HostileGround(ProcessQuotas quotas) throws IOException {
        this.quotas = quotas;
        sandboxes = new Sandboxes(Restriction.KERNEL, quotas);
        jar = jar(sandboxes.folder);
        outside = Files.createDirectory(sandboxes.folder.resolve("outside"));
        treasure = Files.writeString(sandboxes.folder.resolve("treasure"), SECRET);
        socket = sandboxes.folder.resolve("socket");
        listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket));
        listener.configureBlocking(false);
        neighbour = sandboxes.processes.start(launch("NamesAGadget"), door).block(BOUND);
        neighbour.initialize().block(BOUND);
        end(sandboxes.processes.start(launch("NamesAGadget"), door).block(BOUND));
        await().atMost(BOUND).until(() -> Sandboxes.children() == 1);
        before = account();
        descriptorsBefore = Sandboxes.descriptors();
    }

    private static Path jar(Path folder) throws IOException {
        URL attack = HostileGround.class.getResource("/plugins/hostile/Attack.java");
        Path classes = Files.createTempDirectory(folder, "classes");
        try (Stream<Path> sources = Files.list(Path.of(attack.getPath()).getParent())) {
            PluginJars.compile(classes, sources.toList());
        }
        for (String shadow : List.of(
                "io/dataprism/plugin/PluginException",
                "io/dataprism/sandbox/child/ChildMain",
                "java/lang/Shadow",
                "reactor/core/publisher/Mono")) {
            Path file = classes.resolve(shadow + ".class");
            Files.createDirectories(file.getParent());
            Files.copy(classes.resolve("plugins/hostile/Attempts.class"), file);
        }
        return PluginJars.pack(classes, folder.resolve("hostile.jar"));
    }

    /** How a plugin of the corpus is started. */
    Launch launch(String attack) throws IOException {
        return new Launch(
                attack.toLowerCase(Locale.ROOT),
                "1.0.0",
                "0.1.0",
                "utility",
                jar,
                "plugins.hostile." + attack,
                Files.createTempDirectory(sandboxes.folder, "plugin"),
                new ResourceQuota(48 * MIB, 1, 16, Duration.ofSeconds(10), 4 * MIB),
                false,
                Map.of(),
                Map.of("author", "Mallory", "description", "A plugin that attacks."));
    }

    /** What an attacker may know. */
    Map<String, Object> target() {
        return Map.of(
                "host", ProcessHandle.current().pid(),
                "treasure", treasure.toString(),
                "outside", outside.toString(),
                "socket", socket.toString(),
                "jar", jar.toString(),
                "foreignCalls", List.of("1", "another-call", "00000000-0000-0000-0000-000000000000"));
    }

    /** Ends a process and waits until it is gone. */
    static void end(PluginProcess process) {
        process.close();
        process.exited()
                .toCompletableFuture()
                .orTimeout(BOUND.toSeconds(), java.util.concurrent.TimeUnit.SECONDS)
                .join();
    }

    /** Nothing is taken, changed or left, and the neighbour works. */
    void proveThatNothingHappened(Launch launch) throws Exception {
        remove(launch.directory());
        assertThat(treasure).hasContent(SECRET);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(treasure)))
                .startsWith("rw-")
                .doesNotContain("x");
        assertThat(outside).isEmptyDirectory();
        assertThat(listener.accept()).as("a connection to the host's socket").isNull();
        for (String folder : List.of("/tmp", "/dev/shm", "/var/tmp", "/etc")) {
            assertThat(Path.of(folder, "dataprism-was-here")).doesNotExist();
        }
        await().atMost(BOUND).untilAsserted(() -> {
            assertThat(account()).isEqualTo(before);
            assertThat(Sandboxes.descriptors()).isLessThanOrEqualTo(descriptorsBefore + 3);
        });
        assertThat(Sandboxes.value(neighbour, call("neighbour", Map.of()))).isEqualTo("neighbour");
    }

    private Account account() throws IOException {
        return new Account(
                Sandboxes.children(),
                Sandboxes.threads().stream().sorted().toList(),
                sandboxes.allocator.getAllocatedMemory(),
                quotas.reservedBytes(),
                Sandboxes.groups(),
                Locale.getDefault() + " " + TimeZone.getDefault().getID());
    }

    /** Also what is too deep or closed for this JVM. */
    private static void remove(Path folder) throws Exception {
        Process removal = new ProcessBuilder("/bin/sh", "-c", "chmod -R u+rwx \"$0\"; rm -rf \"$0\"", folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        removal.waitFor();
        assertThat(folder).doesNotExist();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        sandboxes.close();
    }
}
