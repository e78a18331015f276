package io.dataprism.host;

import io.dataprism.core.catalog.Catalog;
import io.dataprism.core.catalog.CatalogEntry;
import io.dataprism.core.catalog.Rollout;
import io.dataprism.core.catalog.Wish;
import io.dataprism.core.permission.Caller;
import io.dataprism.core.permission.Grant;
import io.dataprism.core.permission.Grants;
import io.dataprism.core.permission.Permission;
import io.dataprism.core.placement.Placement;
import io.dataprism.host.PluginService.Change;
import io.dataprism.host.VersionSwitch.Switched;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.semver4j.Semver;

/** Which version of a plugin runs, and where. Called on any context of Vert.x, on which it answers. */
final class PluginVersions {

    private static final String EVERYWHERE = "everywhere";
    private static final int MOST_REPLICAS = 1_000;

    private final HostParts parts;
    private final Catalog catalog;
    private final ReconcilerVerticle reconciler;
    private final PackageIntake intake;
    private final VersionSwitch versionSwitch;

    PluginVersions(HostParts parts, Catalog catalog, ReconcilerVerticle reconciler, PackageIntake intake) {
        this.parts = parts;
        this.catalog = catalog;
        this.reconciler = reconciler;
        this.intake = intake;
        this.versionSwitch = new VersionSwitch(
                parts.cluster(), catalog, reconciler, parts.node().version());
    }

    /** Takes a package and switches to it; a version that came with it and did not start is forgotten again. */
    Future<Change> reload(String name, Path file, Caller caller) {
        return intake.take(file, caller, name)
                .compose(registration -> switchOrDrop(name, registration.version(), registration.created(), caller));
    }

    private Future<Change> switchOrDrop(String name, String version, boolean created, Caller caller) {
        return switchTo(name, version, caller)
                .recover(failure -> created
                        ? reconciler
                                .on(() -> reconciler.changes().make(reconciler.instance(catalog.get(name)), () -> {
                                    catalog.drop(name, version);
                                    return true;
                                }))
                                .transform(CatalogChanges.takenBack(name, failure))
                        : Future.failedFuture(failure));
    }

    /** Takes a file that was found in a folder; one of a newer version takes over, or waits for its grants. */
    private Future<Void> found(Path file, Caller node) {
        return intake.copy(file, node).compose(registration -> {
            CatalogEntry entry = registration.entry();
            String version = registration.version();
            boolean newer = new Semver(version).isGreaterThan(new Semver(entry.version()));
            return registration.created() && newer
                    ? switchOrDrop(entry.name(), version, true, node).mapEmpty()
                    : Future.succeededFuture();
        });
    }

    /** What becomes of files in folders. */
    FolderVerticle.FolderIntake ofFolders(Caller node) {
        return new FolderVerticle.FolderIntake() {
            @Override
            public Future<?> take(Path file) {
                return found(file, node);
            }

            @Override
            public void rejected(JsonObject what) {
                parts.audit().record("plugin.rejected", node, what.getString("file"), "failed", what);
                parts.events().tell("plugin:rejected", what);
            }
        };
    }

    /** {@code {version, replicas, labels, nodes, missing?, target?}}. */
    JsonObject deployment(String name) {
        CatalogEntry entry = catalog.get(name);
        Rollout rollout = entry.rollout();
        List<String> nodes = reconciler.places().of(entry);
        JsonObject json = new JsonObject()
                .put("version", entry.version())
                .put("replicas", rollout.replicas() == Rollout.EVERYWHERE ? EVERYWHERE : rollout.replicas())
                .put("labels", new JsonObject(new LinkedHashMap<>(rollout.labels())))
                .put("nodes", new JsonArray(nodes.stream().sorted().toList()));
        int missing = Placement.missing(rollout, nodes);
        if (missing > 0) {
            json.put("missing", missing);
        }
        return rollout.target() == null ? json : json.put("target", rollout.target());
    }

    /** Replaces where and how often a plugin runs, and switches to the version; {@code request} was checked for its form. */
    Future<Change> deploy(String name, JsonObject request, Caller caller) {
        Map<String, String> labels = new LinkedHashMap<>();
        if (request.getValue("labels") instanceof JsonObject given) {
            given.forEach(label -> labels.put(label.getKey(), String.valueOf(label.getValue())));
        }
        String version = request.getString("version");
        return reconciler
                .on(() -> {
                    CatalogEntry before = catalog.get(name);
                    int replicas = replicas(request.getValue("replicas"));
                    VersionSwitch.check(before, version);
                    return reconciler
                            .changes()
                            .make(
                                    reconciler.instance(before),
                                    () -> catalog.change(name, entry -> {
                                        CatalogEntry placed = entry.placed(replicas, labels);
                                        return entry.version().equals(version) ? placed.choosing(version) : placed;
                                    }))
                            .compose(after -> untilPlaced(before, after).map(after));
                })
                .compose(entry -> {
                    parts.audit().record("plugin.deployed", caller, name, "ok", deployment(name));
                    if (version == null || version.equals(entry.version())) {
                        return Future.succeededFuture(new Change(deployment(name), false));
                    }
                    return switchTo(name, version, caller)
                            .map(change -> change.pending() ? change : new Change(deployment(name), false));
                });
    }

    /** Where an instance does not start on one of its new nodes, all is as it was. */
    private Future<Void> untilPlaced(CatalogEntry before, CatalogEntry after) {
        if (after.wish() == Wish.INACTIVE || before.rollout().equals(after.rollout())) {
            return Future.succeededFuture();
        }
        return new WishChange(parts, catalog, reconciler)
                .untilItHolds(after, reconciler.instance(after))
                .recover(failure -> {
                    Rollout rollout = before.rollout();
                    return changeAnyway(
                                    after.name(),
                                    entry -> entry.rollout().equals(after.rollout())
                                            ? entry.placed(rollout.replicas(), rollout.labels())
                                            : entry)
                            .transform(CatalogChanges.takenBack(after.name(), failure));
                });
    }

    private Future<CatalogEntry> changeAnyway(String name, UnaryOperator<CatalogEntry> change) {
        return reconciler.on(() -> reconciler
                .changes()
                .make(reconciler.instance(catalog.get(name)), () -> catalog.changeAnyway(name, change)));
    }

    private static int replicas(@Nullable Object wanted) {
        if (wanted == null) {
            return 1;
        }
        if (EVERYWHERE.equals(wanted)) {
            return Rollout.EVERYWHERE;
        }
        if (wanted instanceof Number number
                && number.doubleValue() == number.intValue()
                && number.intValue() >= 1
                && number.intValue() <= MOST_REPLICAS) {
            return number.intValue();
        }
        throw HostProblems.request(
                "`replicas` must be a whole number from 1 to " + MOST_REPLICAS + ", or \"everywhere\"; found '" + wanted
                        + "'.",
                "Send how many instances there are to be.");
    }

    /**
     * Replaces the grants with those that the current version, or the one that waits, asks for. What the version that serves
     * meanwhile has, and the other does not ask for, it keeps until the switch.
     */
    Future<JsonObject> grant(String name, Map<String, @Nullable Object> request, Caller caller) {
        // an operator may have registered it through another node a moment ago
        return reconciler.on(() -> reconciler
                .changes()
                .ask(() -> catalog.upToDate(name))
                .compose(seen -> reconciler
                        .changes()
                        .make(
                                reconciler.instance(seen),
                                () -> catalog.change(name, entry -> {
                                    Grants chosen = entry.asked().replacedBy(request);
                                    Stream<Grant> kept =
                                            entry.grants().granted().stream().filter(grant -> !chosen.counts(grant));
                                    return entry.withGranted(Stream.concat(chosen.granted().stream(), kept)
                                            .toList());
                                }))
                        .compose(changed -> granted(changed, caller))));
    }

    private Future<JsonObject> granted(CatalogEntry changed, Caller caller) {
        String name = changed.name();
        JsonObject answer = new JsonObject(changed.asked().toJson()).copy();
        parts.audit().record("plugin.granted", caller, name, "ok", answer.copy());
        String waiting = changed.rollout().target();
        return waiting == null || !changed.asked().pending().isEmpty()
                ? Future.succeededFuture(answer)
                : versionSwitch
                        .to(name, waiting)
                        .map(switched -> answer)
                        .recover(failure -> changeAnyway(name, entry -> entry.withTarget(null))
                                .transform(CatalogChanges.takenBack(name, failure)));
    }

    /** Takes this node's instance over, for another node that has none. */
    Future<JsonObject> switchFirst(String name, String version) {
        return reconciler.on(() -> versionSwitch.first(name, version)).map(Switched::toJson);
    }

    private Future<Change> switchTo(String name, String version, Caller caller) {
        return reconciler.on(() -> versionSwitch.to(name, version)).map(switched -> {
            parts.audit()
                    .record(
                            "plugin.switch",
                            caller,
                            name,
                            switched.pending().isEmpty() ? "ok" : "pending",
                            new JsonObject().put("from", switched.from()).put("to", switched.to()));
            return new Change(json(switched), !switched.pending().isEmpty());
        });
    }

    private static JsonObject json(Switched switched) {
        JsonObject json = new JsonObject().put("from", switched.from()).put("to", switched.to());
        if (switched.pending().isEmpty()) {
            return json.put("switchedInMs", switched.millis());
        }
        List<Object> pending = new ArrayList<>();
        for (Permission permission : switched.pending()) {
            pending.add(Grant.json(permission));
        }
        return json.put("pending", new JsonArray(pending));
    }
}
