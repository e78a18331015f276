package io.dataprism.host;

import io.dataprism.core.catalog.Catalog;
import io.dataprism.core.catalog.CatalogEntry;
import io.dataprism.core.catalog.Wish;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.permission.Caller;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.BiFunction;

/** What operators wish of plugins: raised and lowered until it holds. Called on any context of Vert.x, on which it answers. */
record PluginWishes(HostParts parts, Catalog catalog, ReconcilerVerticle reconciler) {

    /** At least loaded; what it needs stays as it is. {@code GRANTS_PENDING}, {@code DEPENDENCY_*} */
    Future<Void> load(String name, Caller caller) {
        return raise(name, "load", caller, (entry, needed) -> {
            entry.grants().checkComplete(name);
            return needed.equals(name) ? entry.wish().atLeast(Wish.LOADED) : entry.wish();
        });
    }

    /**
     * Active, with all that it needs. {@code GRANTS_PENDING}, {@code DEPENDENCY_*}; {@code PERMISSION_DENIED} where that would start
     * what is outside of the caller's plugins.
     */
    Future<Void> activate(String name, Caller caller) {
        return raise(name, "activate", caller, (entry, needed) -> {
            if (!needed.equals(name) && !NarrowedUser.reaches(caller, needed)) {
                requireActive(name, entry, caller);
                return entry.wish();
            }
            entry.grants().checkComplete(needed);
            return Wish.ACTIVE;
        });
    }

    /** No more than that; {@code HAS_DEPENDENTS} where one that is wished active needs it. */
    Future<Void> lower(String name, String what, Wish most, Caller caller) {
        return reconciler.on(() -> {
            Wish now = catalog.get(name).wish();
            if (now.compareTo(most) > 0) {
                checkNobodyNeedsIt(name, what, caller);
            }
            audit(what, caller, name);
            return reconciler.wish(name, now.compareTo(most) < 0 ? now : most);
        });
    }

    /** Dependencies first, each until it holds. */
    private Future<Void> raise(String name, String what, Caller caller, BiFunction<CatalogEntry, String, Wish> wishOf) {
        return reconciler.on(() -> {
            catalog.get(name)
                    .manifest()
                    .compatibility()
                    .check(name, parts.node().version());
            List<String> order = catalog.startOrder(name);
            List<Wish> wishes = order.stream()
                    .map(needed -> wishOf.apply(catalog.get(needed), needed))
                    .toList();
            Future<Void> chain = Future.succeededFuture();
            for (int index = 0; index < order.size(); index++) {
                String needed = order.get(index);
                Wish wish = wishes.get(index);
                chain = chain.compose(done -> reconciler.on(() -> reconciler.wish(needed, wish)));
            }
            audit(what, caller, name);
            return chain;
        });
    }

    private void requireActive(String name, CatalogEntry needed, Caller caller) {
        if (!reconciler.reports().anyActive(needed.name())) {
            throw NarrowedUser.refusal(
                    parts.audit(),
                    caller,
                    needed.name(),
                    "Activating plugin " + name + " would start plugin " + needed.name(),
                    "Ask an operator who may activate " + needed.name() + " to do so first.");
        }
    }

    private void checkNobodyNeedsIt(String name, String what, Caller caller) {
        List<String> active = catalog.dependents(name).stream()
                .filter(other -> catalog.get(other).wish() == Wish.ACTIVE)
                .toList();
        if (!active.isEmpty()) {
            throw new DataPrismException(
                    ErrorCode.HAS_DEPENDENTS,
                    "Cannot " + what + " plugin " + name + ": it is needed by " + NarrowedUser.shown(caller, active)
                            + ", which " + (active.size() == 1 ? "is" : "are") + " active.",
                    NarrowedUser.reaches(caller, active.getFirst())
                            ? "POST /v1/plugins/" + active.getFirst() + "/deactivate first."
                            : "Ask an operator who may deactivate what needs it to do so first.");
        }
    }

    /** As of {@link Catalog#checkUnregister}, without the names of plugins that the caller may not hear of. */
    void checkUnregister(String name, Caller caller) {
        try {
            catalog.checkUnregister(name);
        } catch (DataPrismException needed) {
            List<String> dependents = catalog.dependents(name);
            if (needed.code() != ErrorCode.HAS_DEPENDENTS
                    || dependents.stream().allMatch(other -> NarrowedUser.reaches(caller, other))) {
                throw needed;
            }
            throw new DataPrismException(
                    ErrorCode.HAS_DEPENDENTS,
                    "Plugin " + name + " is needed by " + NarrowedUser.shown(caller, dependents) + ".",
                    "Ask an operator who may unregister those to do so first.");
        }
    }

    private void audit(String what, Caller caller, String name) {
        parts.audit().record("plugin." + what, caller, name, "ok", new JsonObject());
    }
}
