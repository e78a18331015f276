package io.dataprism.load.row;

import io.dataprism.load.child.Child;
import io.dataprism.load.child.Jvm;
import io.dataprism.load.data.Table;
import io.dataprism.load.data.Tables;
import io.dataprism.load.peer.FlightPeer;
import io.dataprism.load.peer.FlightReader;
import io.dataprism.load.service.Service;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;

/** What rows share: the tables, a temporary folder, the service and its peer, each started when first asked for. One thread. */
public final class Bench implements AutoCloseable {

    static final int WARM_UPS = 2;

    private final int rounds;
    private final Jvm jvm;
    private final Path folder;
    private final List<Table> tables;
    private final BufferAllocator allocator = new RootAllocator();
    private @Nullable Service service;
    private @Nullable Child peer;
    private @Nullable FlightReader flight;
    private int services;

    private Bench(int rounds, Jvm jvm, Path folder, List<Table> tables) {
        this.rounds = rounds;
        this.jvm = jvm;
        this.folder = folder;
        this.tables = tables;
    }

    /** Prepares the data; blocks for a minute where it has to be generated. */
    public static Bench open(int rounds, Path root, @Nullable Path data, @Nullable Path recordings) throws IOException {
        List<Table> tables = List.of(Tables.flights(root, data), Tables.lineitem(root));
        if (recordings != null) {
            Files.createDirectories(recordings);
        }
        return new Bench(rounds, new Jvm(root, recordings), Files.createTempDirectory("dataprism-bench"), tables);
    }

    int rounds() {
        return rounds;
    }

    Jvm jvm() {
        return jvm;
    }

    List<Table> tables() {
        return tables;
    }

    Table flights() {
        return tables.getFirst();
    }

    BufferAllocator allocator() {
        return allocator;
    }

    /** A folder that is deleted in the end. */
    Path folder(String name) throws IOException {
        return Files.createDirectories(folder.resolve(name));
    }

    /** The service that rows share. */
    Service service() throws IOException {
        Service running = service;
        if (running == null) {
            running = newService("service");
            service = running;
        }
        return running;
    }

    /** A service of the caller's own, who closes it. */
    Service newService(String name) throws IOException {
        services++;
        Path log = Files.createDirectories(jvm.root().resolve("load-tests/target/logs"))
                .resolve(name + "-" + services + ".log");
        Files.deleteIfExists(log);
        Service started = Service.start(jvm, name, folder("data-" + services), log);
        for (Table table : tables) {
            started.load(table.name(), table.parquet());
        }
        return started;
    }

    /** The process of the peers, which reads the very files of the shared service. */
    Child peer() throws IOException {
        Child running = peer;
        if (running == null) {
            running = Child.start(
                    "flight",
                    jvm.command(
                            "flight",
                            jvm.peerClassPath(),
                            FlightPeer.class,
                            List.of(
                                    "-Darrow.allocation.manager.type=Netty",
                                    "-Darrow.flight.enable_zero_copy_write=true")));
            peer = running;
            for (Table table : tables) {
                String files = service().filesOf(table.name()).stream()
                        .map(Path::toString)
                        .collect(Collectors.joining("\n"));
                running.ask(Map.of("view", table.name(), "files", files));
            }
        }
        return running;
    }

    /** A client of the peer. */
    FlightReader flight() throws IOException {
        FlightReader open = flight;
        if (open == null) {
            open = new FlightReader(peer().ask(Map.of("port", "")).path("port").asInt(), allocator);
            flight = open;
        }
        return open;
    }

    @Override
    public void close() throws Exception {
        if (flight != null) {
            flight.close();
        }
        if (peer != null) {
            peer.close();
        }
        if (service != null) {
            service.close();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(Bench::delete);
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
