package io.dataprism.gateway.logs;

import io.dataprism.core.permission.Caller;
import io.dataprism.host.PluginLog;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * One reader's way through a plugin's logs on all nodes: what is kept by time, then what comes as it comes. On the context that began it.
 */
public final class LogReading {

    private final ClusterLogs logs;
    private final Caller caller;
    private final String plugin;
    private final PluginLog own;
    private final List<LogSource> sources = new ArrayList<>();
    private Consumer<byte[]> out = line -> {};
    private BooleanSupplier full = () -> false;
    private Runnable caughtUp = () -> {};
    private boolean live;
    private boolean pumping;
    private boolean ended;

    LogReading(ClusterLogs logs, Caller caller, String plugin, PluginLog own) {
        this.logs = logs;
        this.caller = caller;
        this.plugin = plugin;
        this.own = own;
        sources.add(new LogSource(logs.self(), (log, after) -> Future.succeededFuture(LogPage.of("own", own, after))));
        joinOthers();
    }

    /** This node's log, which tells of its lines as they are written. */
    public PluginLog own() {
        return own;
    }

    /**
     * Begins to write.
     *
     * @param out takes a line, a JSON object in UTF-8
     * @param full whether it takes no more now; who empties it calls {@link #write}
     * @param caughtUp called whenever everything that there was has been written
     */
    public void begin(Consumer<byte[]> out, BooleanSupplier full, Runnable caughtUp) {
        this.out = out;
        this.full = full;
        this.caughtUp = caughtUp;
        write();
    }

    /** This node has written a line. */
    public void wakeOwn() {
        sources.getFirst().wake();
        write();
    }

    /** Other nodes may have: to be called every now and then. */
    public void wakeOthers() {
        joinOthers();
        sources.stream().skip(1).forEach(LogSource::wake);
        write();
    }

    /** Nodes that have joined are read too, and of those that have left there is no more to come. */
    private void joinOthers() {
        Set<String> there = new HashSet<>(logs.others());
        sources.removeIf(source -> source != sources.getFirst() && source.isEmpty() && !there.contains(source.node()));
        sources.forEach(source -> there.remove(source.node()));
        there.stream()
                .sorted()
                .forEach(node ->
                        sources.add(new LogSource(node, (log, after) -> logs.page(node, caller, plugin, log, after))));
    }

    /** Nothing is written any more. */
    public void end() {
        ended = true;
    }

    /** Writes what is at hand, and asks for more. */
    public void write() {
        if (pumping) {
            return;
        }
        pumping = true;
        try {
            while (!ended && !full.getAsBoolean() && step()) {
                continue;
            }
        } finally {
            pumping = false;
        }
    }

    /** False: there is nothing to do until a page comes, or somebody wakes it. */
    private boolean step() {
        sources.stream().filter(LogSource::isHungry).toList().forEach(source -> source.fetch(this::write));
        // at first lines are in the order of time, for which all must be known; then none waits for a slow node's
        if (!live && sources.stream().anyMatch(LogSource::isAwaited)) {
            return false;
        }
        LogSource oldest = sources.stream()
                .filter(source -> !source.isEmpty())
                .min(Comparator.comparing(LogSource::firstTime))
                .orElse(null);
        if (oldest != null) {
            out.accept(oldest.next());
            return true;
        }
        if (sources.stream().anyMatch(LogSource::isHungry)) {
            return true;
        }
        if (sources.stream().noneMatch(LogSource::isAwaited)) {
            live = true;
            caughtUp.run();
        }
        return false;
    }
}
