package io.dataprism.host;

import io.dataprism.cluster.Member;
import io.dataprism.core.catalog.Catalog;
import io.dataprism.core.catalog.CatalogEntry;
import io.dataprism.core.catalog.Wish;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Sets a wish for an operator and waits until it holds on every node that it is for. Where it cannot be made to hold, the wish is what it
 * was, and the failure is the answer. Used on the reconciler's context.
 */
record WishChange(HostParts parts, Catalog catalog, ReconcilerVerticle reconciler) {

    /** The method by which a node that has failed with a plugin is told that an operator has acted. */
    static final String RELEASE = "plugins.release";

    private static final Duration RELEASE_LIMIT = Duration.ofSeconds(2);
    private static final Duration LIMIT = Duration.ofSeconds(30);

    Future<Void> to(String name, Wish wish) {
        CatalogEntry before = catalog.get(name);
        PluginInstance instance = reconciler.instance(before);
        instance.begin("become " + wish.name().toLowerCase(Locale.ROOT));
        instance.attended(true);
        reconciler.restarts().release(instance, wish);
        return releaseElsewhere(name, wish)
                .compose(released -> reconciler.on(() -> reconciler
                        .changes()
                        .make(instance, () -> catalog.wish(name, wish))
                        .compose(wished -> untilItHolds(wished, instance)
                                .recover(failure -> reconciler
                                        .on(() -> reconciler.changes().make(instance, () -> putBack(before, wished)))
                                        .transform(CatalogChanges.takenBack(name, failure))))))
                .onComplete(done -> {
                    instance.attended(false);
                    instance.end();
                });
    }

    /** Completes when all nodes that an entry is for have followed it, as far as it says; fails with what one of them fails with. */
    Future<Void> untilItHolds(CatalogEntry entry, PluginInstance instance) {
        return reconciler
                .converge(instance)
                .compose(here -> reconciler
                        .awaited()
                        .until(() -> holds(entry) ? true : null, LIMIT)
                        .mapEmpty());
    }

    /** Another node's instance that has failed, or is quarantined, gets another chance, as this node's has. */
    private Future<?> releaseElsewhere(String name, Wish wish) {
        List<Future<Boolean>> asked = reconciler.reports().of(name).entrySet().stream()
                .filter(other -> other.getValue().broken()
                        && !other.getKey().equals(parts.cluster().self()))
                .map(other -> release(other.getKey(), name, wish, other.getValue()))
                .toList();
        return asked.isEmpty() ? Future.succeededFuture() : Future.join(asked).otherwiseEmpty();
    }

    /** Until it says something else than that it has failed, so that the old failure is not taken for one of this change. */
    private Future<Boolean> release(String node, String name, Wish wish, InstanceReport before) {
        JsonObject asked = new JsonObject().put("name", name).put("wish", wish.name());
        return parts.cluster()
                .calls()
                .call(node, RELEASE, reconciler.node(), asked, RELEASE_LIMIT)
                .compose(released -> reconciler
                        .awaited()
                        .until(
                                () -> reconciler
                                                .reports()
                                                .of(node, name)
                                                .filter(before::equals)
                                                .isEmpty()
                                        ? true
                                        : null,
                                RELEASE_LIMIT));
    }

    /** Whether all nodes say that it is so; throws what one of them fails with. */
    private boolean holds(CatalogEntry wished) {
        CatalogEntry now = catalog.find(wished.name()).orElse(null);
        if (now == null || now.wish() != wished.wish()) {
            return true; // somebody has wished for something else since
        }
        return wished.wish() == Wish.INACTIVE ? ended(wished) : begun(now, wished);
    }

    private boolean ended(CatalogEntry wished) {
        return reconciler.reports().of(wished.name()).values().stream().noneMatch(InstanceReport::running);
    }

    private boolean begun(CatalogEntry now, CatalogEntry wished) {
        if (!parts.cluster().members().hasMajority()) {
            return false;
        }
        List<String> nodes = reconciler.places().of(now);
        if (nodes.isEmpty()) {
            throw nowhere(now);
        }
        Map<String, InstanceReport> reports = reconciler.reports().of(now.name());
        boolean all = true;
        for (String node : nodes) {
            InstanceReport report = reports.get(node);
            if (report == null) {
                all = false;
                continue;
            }
            boolean followed = report.generation() >= wished.generation();
            if (followed && report.broken()) {
                throw failure(now, node, report);
            }
            boolean own = node.equals(parts.cluster().self());
            all &= (followed || own) && Residence.satisfies(report, wished.wish());
        }
        // what has moved away goes on taking calls for a moment; what is to take none must take none
        return all && (wished.wish() == Wish.ACTIVE || reports.values().stream().noneMatch(InstanceReport::active));
    }

    private boolean putBack(CatalogEntry before, CatalogEntry wished) {
        Wish wish = before.wish().compareTo(wished.wish()) < 0 ? before.wish() : Wish.INACTIVE;
        Optional<CatalogEntry> now = catalog.find(before.name());
        boolean ours = now.isPresent() && now.get().wish() == wished.wish();
        if (ours) {
            catalog.wish(before.name(), wish);
        }
        return ours;
    }

    private DataPrismException nowhere(CatalogEntry entry) {
        return new DataPrismException(
                ErrorCode.PLUGIN_NOT_ACTIVE,
                "No node takes plugin " + entry.name() + ": of the nodes "
                        + parts.cluster().members().all().stream()
                                .map(Member::id)
                                .toList()
                        + " none has the role plugins, is not about to leave, and has the labels "
                        + entry.rollout().labels() + ".",
                "GET /v1/cluster shows the nodes; PUT /v1/plugins/" + entry.name() + "/deployment changes the labels.");
    }

    /** What a node says of its failure, as the failure that it was. */
    static DataPrismException failure(CatalogEntry entry, String node, InstanceReport report) {
        JsonObject said = report.failure();
        String detail = said == null ? "it has " + report.state() : said.getString("detail", "");
        return new DataPrismException(
                code(said == null ? null : said.getString("code")),
                "On node " + node + ": " + detail,
                "GET /v1/plugins/" + entry.name() + "/logs may say why.");
    }

    private static ErrorCode code(@Nullable String name) {
        try {
            return name == null ? ErrorCode.PLUGIN_FAILED : ErrorCode.valueOf(name);
        } catch (IllegalArgumentException ofAnotherVersion) {
            return ErrorCode.PLUGIN_FAILED;
        }
    }
}
