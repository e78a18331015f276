package io.dataprism.host;

import io.dataprism.core.confinement.PluginProcess;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.lifecycle.PluginState;
import io.dataprism.core.lifecycle.RestartBackoff;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
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

    private @Nullable String deploymentId;
    private @Nullable Future<Void> converging;
    private boolean attended;
    private String change = "";
    private int changes;
    private long retryTimer = -1;

    PluginInstance(String name, PluginState first) {
        this.name = name;
        this.state = first;
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
    }

    int restarts() {
        return restarts;
    }

    void restarted() {
        restarts = restarts + 1;
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
