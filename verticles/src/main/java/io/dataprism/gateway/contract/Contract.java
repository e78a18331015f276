package io.dataprism.gateway.contract;

import io.dataprism.core.error.DataPrismException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The service's contract. Immutable; any thread. */
public final class Contract {

    private static volatile @Nullable Contract current;

    private final Map<String, Object> openApi;
    private final Map<String, Object> asyncApi;
    private final Map<String, Operation> operations;
    private final Map<String, ObjectSchema> frames = new HashMap<>();
    private final Map<String, ValueSchema> named = new ConcurrentHashMap<>();
    private final SchemaCompiler compiler;

    /** @throws IllegalStateException where the documents cannot be used */
    Contract(ContractFiles files) {
        Map<String, Object> bare = new LinkedHashMap<>(files.openApi());
        bare.put("paths", OperationText.paths(files.paths()));
        openApi = References.withSchemas(bare, files.schemas());
        asyncApi = References.withSchemas(files.asyncApi(), files.schemas());
        compiler = new SchemaCompiler(schema ->
                References.resolved(Map.of("components", Map.of("schemas", files.schemas())), schema));
        operations = new OperationReader(openApi, compiler).operations();
        readFrames();
    }

    /**
     * The contract of this version of the service. The first call reads files.
     *
     * @throws IllegalStateException where the documents cannot be used
     */
    public static Contract current() {
        Contract ready = current;
        return ready == null ? read() : ready;
    }

    private static synchronized Contract read() {
        Contract ready = current == null ? new Contract(ContractFiles.read()) : current;
        current = ready;
        return ready;
    }

    /** The frames that the server receives, by their operation. */
    private void readFrames() {
        Map<String, Object> received =
                Tree.map(Tree.map(asyncApi.get("operations"), "operations").get("receiveFrame"), "receiveFrame");
        for (Object each : Tree.list(received.get("messages"), "receiveFrame/messages")) {
            Map<String, Object> message = References.resolved(asyncApi, Tree.map(each, "a message"));
            String name = String.valueOf(message.get("name"));
            Object payload = message.getOrDefault("payload", Map.of());
            if (compiler.compile(payload, "the frame " + name) instanceof ObjectSchema schema) {
                frames.put(name, schema);
            } else {
                throw new IllegalStateException("The frame " + name + " is no object.");
            }
        }
    }

    /**
     * The operation of a route.
     *
     * @param route a router's path, such as {@code /v1/tables/:name}
     * @throws IllegalStateException where the documents have none
     */
    Operation operation(String method, String route) {
        Operation found = operations.get(method + " " + route);
        if (found == null) {
            throw new IllegalStateException("The contract has no " + method + " " + route);
        }
        return found;
    }

    /** The operations of frames from clients, sorted. */
    public Set<String> frameOperations() {
        return new TreeSet<>(frames.keySet());
    }

    /**
     * Checks a frame from a client.
     *
     * @param operation one of {@link #frameOperations()}
     * @throws DataPrismException {@code REQUEST_INVALID} with every problem; nothing of a secret is in it
     */
    public void checkFrame(String operation, JsonObject frame) {
        ObjectSchema schema = frames.get(operation);
        if (schema == null) {
            throw new IllegalArgumentException("There is no frame " + operation);
        }
        Problems problems = new Problems("The frame '" + operation + "'");
        schema.check(frame, problems);
        problems.check();
    }

    /** Whether there is such a frame from clients. */
    public boolean hasFrame(String operation) {
        return frames.containsKey(operation);
    }

    /**
     * Notes what does not fit a schema, where no request has it for a body, such as the rights in a token of another issuer.
     *
     * @param name under {@code components/schemas}
     */
    public void check(String name, JsonObject document, Problems problems) {
        schema(name).check(document.getMap(), Place.ROOT, problems);
    }

    /** The same for one member of a document; null: it is missing. */
    public void check(String name, String member, @Nullable Object value, Problems problems) {
        Place place = Place.ROOT.member(member);
        if (value == null) {
            problems.add(place, "is missing: it " + schema(name).must(), null);
        } else {
            schema(name).check(value, place, problems);
        }
    }

    private ValueSchema schema(String name) {
        return named.computeIfAbsent(
                name, each -> compiler.compile(Map.of("$ref", "#/components/schemas/" + each), each));
    }

    /** The document of HTTP, in JSON. @param version of the service */
    public Buffer openApi(String version) {
        return encoded(openApi, version);
    }

    /** The document of what stays open, in JSON. @param version of the service */
    public Buffer asyncApi(String version) {
        return encoded(asyncApi, version);
    }

    private static Buffer encoded(Map<String, Object> document, String version) {
        Map<String, Object> published = new LinkedHashMap<>(document);
        Map<String, Object> info = new LinkedHashMap<>(Tree.map(document.get("info"), "info"));
        info.put("version", version);
        published.put("info", info);
        return Json.encodeToBuffer(new JsonObject(published));
    }
}
