package io.dataprism.host;

import io.dataprism.core.confinement.PluginProcess;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.lifecycle.PluginState;
import io.dataprism.core.lifecycle.RestartBackoff;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one plugin is on this node. The reconciler alone changes it, on its context; the volatile fields may be read by any
 * thread.
 */
final class PluginInstance {

    private final String name;
    private final PluginLog log = new PluginLog();
    private final RestartBackoff backoff = new RestartBackoff();

    private volatile PluginState state;
    private volatile @Nullable JsonObject lastFailure;
    private volatile int restarts;
    private volatile @Nullable PluginVerticle verticle;
    private volatile int replica = InstanceReport.NONE;
    private volatile long followed;
    private volatile @Nullable String refused;

    private final Runnable changed;
    private long following;
    private @Nullable Map<String, @Nullable Object> settings;

    private @Nullable String deploymentId;
    private @Nullable Future<Void> converging;
    private int shared;
    private boolean attended;
    private String change = "";
    private int changes;
    private long retryTimer = -1;

    /** @param changed told when there is something new to say of it; must not block */
    PluginInstance(String name, PluginState first, Runnable changed) {
        this.name = name;
        this.state = first;
        this.changed = changed;
    }

    String name() {
        return name;
    }

    PluginLog log() {
        return log;
    }

    RestartBackoff backoff() {
        return backoff;
    }

    PluginState state() {
        return state;
    }

    void state(PluginState next) {
        state = next;
        switch (next) {
            case PluginState.Unloaded gone -> leave();
            case PluginState.Quarantined gone -> leave();
            default -> {}
        }
        changed.run();
    }

    private void leave() {
        replica = InstanceReport.NONE;
        settings = null;
        refused = null;
    }

    /** Its number among the plugin's instances in the cluster; {@link InstanceReport#NONE} where it does not run. Any thread. */
    int replica() {
        return replica;
    }

    void replica(int number) {
        replica = number;
        changed.run();
    }

    /** As events and the audit log name it. Any thread. */
    String id() {
        int number = replica;
        return number == InstanceReport.NONE ? name : name + "#" + number;
    }

    /** The generation of the entry that it has followed, or failed to. Any thread. */
    long followed() {
        return followed;
    }

    /** It begins to follow that generation. */
    void follow(long generation) {
        following = generation;
    }

    /** It has followed the generation that it began to follow, or failed to. */
    void settle() {
        if (following > followed) {
            followed = following;
            changed.run();
        }
    }

    /** The settings that its process has; null: it has no process. */
    @Nullable
    Map<String, @Nullable Object> settings() {
        return settings;
    }

    void settings(Map<String, @Nullable Object> given) {
        settings = given;
    }

    /** The version that it could not go over to; null: none. Any thread. */
    @Nullable
    String refused() {
        return refused;
    }

    void refused(@Nullable String version) {
        refused = version;
        changed.run();
    }

    /** What this node says of it. Any thread. */
    InstanceReport report() {
        PluginProcess process = process();
        PluginState now = state;
        return new InstanceReport(
                now.label(),
                now.version(),
                followed,
                replica,
                lastFailure,
                refused,
                restarts,
                process == null ? null : process.level());
    }

    @Nullable
    JsonObject lastFailure() {
        return lastFailure;
    }

    void failed(DataPrismException failure) {
        lastFailure = new JsonObject()
                .put("time", Instant.now().toString())
                .put("code", failure.code().name())
                .put("detail", failure.detail());
        changed.run();
    }

    int restarts() {
        return restarts;
    }

    void restarted() {
        restarts = restarts + 1;
        changed.run();
    }

    @Nullable
    PluginVerticle verticle() {
        return verticle;
    }

    @Nullable
    String deploymentId() {
        return deploymentId;
    }

    void deployed(@Nullable PluginVerticle running, @Nullable String id) {
        verticle = running;
        deploymentId = id;
    }

    /** The steps under way, or null. */
    @Nullable
    Future<Void> converging() {
        return converging;
    }

    void converging(@Nullable Future<Void> steps) {
        converging = steps;
    }

    /** Whether a change of its entry is on its way to other nodes: then the reconciler's passes begin nothing. */
    boolean sharing() {
        return shared > 0;
    }

    void beginSharing() {
        shared++;
    }

    void endSharing() {
        shared--;
    }

    /** Whether an operator is waiting: then a failure is an answer, and nothing is retried behind it. */
    boolean attended() {
        return attended;
    }

    void attended(boolean waiting) {
        attended = waiting;
    }

    /**
     * An operator's change begins. Any context.
     *
     * @param what it is; the same twice is one change
     * @throws DataPrismException {@code STATE_CONFLICT} while another one is under way
     */
    synchronized void begin(String what) {
        if (changes > 0 && !what.equals(change)) {
            throw HostProblems.underWay(name, change, what);
        }
        change = what;
        changes++;
    }

    /** Whether an operator's change is under way. Any thread. */
    synchronized boolean changing() {
        return changes > 0;
    }

    /** One that has begun is over. */
    synchronized void end() {
        changes--;
    }

    long retryTimer() {
        return retryTimer;
    }

    void retryTimer(long timer) {
        retryTimer = timer;
    }

    /** The process, or null. Any thread. */
    @Nullable
    PluginProcess process() {
        PluginVerticle running = verticle;
        return running == null ? null : running.process();
    }

    boolean active() {
        return state instanceof PluginState.Active;
    }
}
