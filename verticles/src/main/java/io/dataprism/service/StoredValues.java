package io.dataprism.service;

import io.dataprism.bus.Addresses;
import io.dataprism.core.permission.Permission;
import io.dataprism.core.permission.Permission.Access;
import io.dataprism.core.permission.Permission.Resource;
import io.dataprism.core.permission.ScopePattern;
import io.dataprism.core.storage.PluginStorage;
import io.dataprism.host.PluginHost;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * {@code storage}: a plugin's own values. Every key is checked against the scopes; a listing shows those inside. A change waits for other
 * nodes, and for seconds when one of them is lost just then: so it is made on threads of its own, {@code value-changes}.
 */
final class StoredValues implements Service {

    private static final int FORMAT = 1;
    private static final int LARGEST_PAGE = 1_000;
    private static final int PAGE = 100;
    private static final int CHANGES_AT_ONCE = 8;

    private final Vertx vertx;
    private final WorkerExecutor changes;
    private final PluginHost plugins;
    private final PluginStorage storage;
    private final ScopeGuard guard;

    StoredValues(Vertx vertx, PluginHost plugins, PluginStorage storage, ScopeGuard guard) {
        this.vertx = vertx;
        this.changes = vertx.createSharedWorkerExecutor("value-changes", CHANGES_AT_ONCE);
        this.plugins = plugins;
        this.storage = storage;
        this.guard = guard;
    }

    @Override
    public Map<String, Function<ServiceRequest, Future<?>>> addresses() {
        return Map.of(
                Addresses.STORAGE_PREFIX + "get", this::get,
                Addresses.STORAGE_PREFIX + "set", this::set,
                Addresses.STORAGE_PREFIX + "delete", this::delete,
                Addresses.STORAGE_PREFIX + "list", this::list);
    }

    private Future<JsonObject> get(ServiceRequest request) {
        String key = key(request, Access.READ);
        return vertx.executeBlocking(
                () -> {
                    Optional<byte[]> file = storage.get(request.plugin(), key);
                    JsonObject reply = new JsonObject().put("found", file.isPresent());
                    file.ifPresent(bytes -> reply.put("value", new JsonObject(Buffer.buffer(bytes)).getValue("value")));
                    return reply;
                },
                false);
    }

    private Future<?> set(ServiceRequest request) {
        String key = key(request, Access.WRITE);
        if (!request.body().containsKey("value")) {
            throw request.invalid("value", "must be there, if as null");
        }
        byte[] file = new JsonObject()
                .put("format", FORMAT)
                .put("value", request.body().getValue("value"))
                .toBuffer()
                .getBytes();
        long quotaBytes = plugins.quota(request.plugin()).storageBytes();
        return changes.executeBlocking(
                () -> {
                    storage.set(request.plugin(), key, file, quotaBytes);
                    return new JsonObject();
                },
                false);
    }

    private Future<?> delete(ServiceRequest request) {
        String key = key(request, Access.WRITE);
        return changes.executeBlocking(
                () -> new JsonObject().put("deleted", storage.delete(request.plugin(), key)), false);
    }

    private Future<?> list(ServiceRequest request) {
        String prefix = Optional.ofNullable(request.optionalText("prefix")).orElse("");
        String after = request.optionalText("after");
        int limit = request.number("limit", PAGE, 1, LARGEST_PAGE);
        return vertx.executeBlocking(
                () -> {
                    PluginStorage.Page page = storage.list(
                            request.plugin(),
                            key -> key.startsWith(prefix) && ScopeGuard.allows(request, key),
                            after,
                            limit);
                    return new JsonObject()
                            .put("keys", new JsonArray(page.keys()))
                            .put("next", page.next());
                },
                false);
    }

    private String key(ServiceRequest request, Access access) {
        String key = request.text("key");
        guard.require(
                request, new Permission(Resource.STORAGE, access, key), pattern -> ScopePattern.matches(pattern, key));
        return key;
    }
}
