package io.dataprism.host;

import io.dataprism.core.catalog.Catalog;
import io.dataprism.core.catalog.CatalogEntry;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.permission.Caller;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes packages into the catalog, on a worker, and tells of each new one. Answers on the current context. */
final class PackageIntake {

    private static final Logger LOG = LoggerFactory.getLogger(PackageIntake.class);

    private final HostParts parts;
    private final Catalog catalog;
    private final ReconcilerVerticle reconciler;

    PackageIntake(HostParts parts, Catalog catalog, ReconcilerVerticle reconciler) {
        this.parts = parts;
        this.catalog = catalog;
        this.reconciler = reconciler;
    }

    /**
     * Takes an upload, which is deleted in any case. Fails with {@code PERMISSION_DENIED}, and nothing is kept of it, where its
     * plugin is outside those that the caller's token is narrowed to.
     */
    Future<Catalog.Registration> take(Path file, Caller caller) {
        return take(file, caller, () -> catalog.register(file, false, name -> admit(caller, name)));
    }

    /** The same for a package that must be of that plugin, to which the caller was admitted. */
    Future<Catalog.Registration> take(Path file, Caller caller, String expected) {
        return take(file, caller, () -> catalog.register(file, false, expected));
    }

    private Future<Catalog.Registration> take(Path file, Caller caller, Supplier<Catalog.Registration> registering) {
        return parts.vertx()
                .executeBlocking(
                        () -> {
                            try {
                                return registering.get();
                            } finally {
                                Files.deleteIfExists(file);
                            }
                        },
                        false)
                .onSuccess(registration -> tell(registration, caller));
    }

    /** No path names the plugin of a package that is new, so what narrows a token is held against the manifest. */
    private void admit(Caller caller, String name) {
        if (!NarrowedUser.reaches(caller, name)) {
            throw NarrowedUser.refusal(
                    parts.audit(),
                    caller,
                    name,
                    "The package is of the plugin '" + name + "'",
                    "Use a token whose plugins include it.");
        }
    }

    /** Takes a copy of a file, which stays. */
    Future<Catalog.Registration> copy(Path file, Caller caller) {
        return parts.vertx()
                .executeBlocking(() -> catalog.register(file, false), false)
                .onSuccess(registration -> tell(registration, caller));
    }

    /** Takes every jar of a folder as bundled. One that cannot be taken is logged and left out. */
    Future<Void> takeBundled(Path folder, Caller node) {
        return parts.vertx()
                .executeBlocking(
                        () -> {
                            try (Stream<Path> files = Files.list(folder)) {
                                files.filter(file -> file.toString().endsWith(".jar"))
                                        .sorted()
                                        .forEach(file -> takeOneBundled(file, node));
                            }
                            return null;
                        },
                        false);
    }

    private void takeOneBundled(Path file, Caller node) {
        try {
            tell(catalog.register(file, true), node);
        } catch (DataPrismException | UncheckedIOException broken) {
            LOG.error("The bundled package {} cannot be used: {}", file, broken.getMessage(), broken);
        }
    }

    private void tell(Catalog.Registration registration, Caller caller) {
        if (!registration.created()) {
            return;
        }
        CatalogEntry entry = registration.entry();
        parts.audit()
                .record(
                        "plugin.registered",
                        caller,
                        entry.name(),
                        "ok",
                        new JsonObject()
                                .put("version", registration.version())
                                .put("digest", registration.added().digest()));
        reconciler
                .news()
                .tell(
                        "registered",
                        entry.name(),
                        registration.version(),
                        null,
                        new JsonObject()
                                .put(
                                        "findings",
                                        new JsonArray(registration.added().findings())));
    }
}
