package io.dataprism.load.eventrow;

import io.dataprism.load.child.Child;
import io.dataprism.load.child.Jvm;
import io.dataprism.load.fan.FanMain;
import io.dataprism.load.peer.EventPeer;
import io.dataprism.load.peer.EventPeers;
import io.dataprism.load.service.Service;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What rows share, each started when first asked for. One thread. */
public final class EventLab implements AutoCloseable {

    /** What one process may have of connections: subscribers, publishers and some more. */
    private static final int SPARE_FILES = 500;

    private static final int CONNECTIONS_MOST = 12_000;
    private static final int GENERATOR_HEAP_MIB = 512;

    /** Of an event as ours puts it on the wire, about; less than this its envelope does not take. */
    private static final int WIRE_BYTES = 300;

    private final int rounds;
    private final boolean quick;
    private final Processors processors;
    private final Jvm servers;
    private final Jvm generators;
    private final EventPeers peers;
    private final Path folder;
    private final Map<String, EventPeer> running = new HashMap<>();
    private final Map<String, Integer> sizes = new HashMap<>();
    private @Nullable Service service;
    private @Nullable Child generator;
    private @Nullable Child second;
    private int services;

    private EventLab(int rounds, boolean quick, Path root, @Nullable Path recordings) throws Exception {
        this.rounds = rounds;
        this.quick = quick;
        this.processors = Processors.look();
        this.servers = new Jvm(root, recordings, processors.ofServers());
        this.generators = new Jvm(root, recordings, processors.ofGenerators());
        this.peers = EventPeers.look(root);
        this.folder = Files.createTempDirectory("dataprism-bench-events");
    }

    /** Begins. @param quick whether counts are tiny */
    public static EventLab open(int rounds, boolean quick, Path root, @Nullable Path recordings) throws Exception {
        if (recordings != null) {
            Files.createDirectories(recordings);
        }
        return new EventLab(rounds, quick, root, recordings);
    }

    int rounds() {
        return rounds;
    }

    /** A count, or the least that will do where it is only to be seen that the bench works. */
    int count(int usual, int least) {
        return quick ? least : usual;
    }

    /** Whether servers and generators have a processor each. */
    public boolean isPinned() {
        return processors.pinned();
    }

    /** Why a peer is not there, of each that is not. */
    public Map<String, String> absentPeers() {
        return peers.absent();
    }

    /** Of each peer that is there. */
    public Map<String, String> versionsOfPeers() {
        return peers.versions();
    }

    boolean has(String peer) {
        return peers.has(peer);
    }

    /** What a process lacks for so many connections; empty: nothing. */
    String missingFor(int connections) {
        return processors.files() >= connections + SPARE_FILES
                ? ""
                : "a process may have " + processors.files() + " descriptors here, and " + connections
                        + " connections need more (ulimit -Hn).";
    }

    /** The generator of our subscribers. */
    Child generator() throws IOException {
        Child started = generator;
        if (started == null) {
            started = newGenerator("events-generator");
            generator = started;
        }
        return started;
    }

    /** That of the peers': as many connections again. */
    Child generatorOfPeers() throws IOException {
        Child started = second;
        if (started == null) {
            started = newGenerator("events-generator-of-peers");
            second = started;
        }
        return started;
    }

    private Child newGenerator(String name) throws IOException {
        List<String> flags = List.of("-Xmx" + GENERATOR_HEAP_MIB + "m", "-Xms" + GENERATOR_HEAP_MIB + "m");
        return Child.start(name, generators.command(name, generators.peerClassPath(), FanMain.class, flags));
    }

    /** The service that rows share. */
    Service service() throws IOException {
        Service started = service;
        if (started == null) {
            started = newService();
            service = started;
        }
        return started;
    }

    /** One of the caller's own, who closes it. */
    Service newService() throws IOException {
        return newService("");
    }

    /** The same. @param settings its configuration file's text */
    Service newService(String settings) throws IOException {
        services++;
        Path log = Files.createDirectories(servers.root().resolve("load-tests/target/logs"))
                .resolve("events-" + services + ".log");
        Files.deleteIfExists(log);
        Path data = Files.createDirectories(folder.resolve("data-" + services));
        return Service.start(servers, "events", data, log, settings, List.of("--no-plugins"), "");
    }

    /** Ours. @param transport of its subscribers */
    Side ours(String transport) throws IOException {
        return Side.of(service(), transport);
    }

    /** A peer, which must be there. */
    Side peer(String name, String transport) throws IOException {
        EventPeer started = running.get(name);
        if (started == null) {
            started = newPeer(name);
            running.put(name, started);
        }
        return Side.of(name, started, transport);
    }

    /** One of the caller's own, who closes it. */
    EventPeer newPeer(String name) throws IOException {
        services++;
        Path place = Files.createDirectories(folder.resolve(name + "-" + services));
        int connections = Math.min(processors.files(), CONNECTIONS_MOST);
        return peers.start(name, new EventPeer.Place(processors.ofServers(), place, connections));
    }

    /** Nobody yet, with events that are as long on the wire as ours are. */
    Crowd crowd(Side side, int topics) throws IOException {
        return Crowd.of(side.isOurs() ? generator() : generatorOfPeers(), side, topics, sizeBytes(side));
    }

    /** Nobody, for publishers only, whose events are as long as those of the others. */
    Crowd logCrowd(Side side) throws IOException {
        Side followed = side.isOurs() ? ours(Side.WEB_SOCKET) : peer(side.name(), Side.WEB_SOCKET);
        return Crowd.of(side.isOurs() ? generator() : generatorOfPeers(), side, 1, sizeBytes(followed));
    }

    /** How many bytes of data make events of one size, whatever a server writes around them. */
    private int sizeBytes(Side side) throws IOException {
        String way = side.dialect() + side.posting();
        Integer known = sizes.get(way);
        if (known == null) {
            Child from = side.isOurs() ? generator() : generatorOfPeers();
            try (Crowd one = Crowd.of(from, side, 1, 0)) {
                known = Math.max(0, wireBytes(side) - one.subscribe(1, 0, 0)) + Crowd.LEAST_DATA_BYTES;
            }
            sizes.put(way, known);
        }
        return known;
    }

    private int wireBytes(Side side) throws IOException {
        if (side.isOurs()) {
            return WIRE_BYTES;
        }
        Side ours = ours(side.dialect().endsWith(Side.SSE) ? Side.SSE : Side.WEB_SOCKET);
        try (Crowd one = Crowd.of(generator(), ours, 1, sizeBytes(ours))) {
            return one.subscribe(1, 0, 0);
        }
    }

    @Override
    public void close() throws Exception {
        for (AutoCloseable each : new @Nullable AutoCloseable[] {generator, second, service}) {
            if (each != null) {
                each.close();
            }
        }
        running.values().forEach(EventPeer::close);
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(EventLab::delete);
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
