package io.dataprism.service;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A good body with one thing wrong, in every place where something can be wrong. */
final class BadBodies {

    private static final int DEEP = 150;

    private final JsonObject good;
    private final Set<String> required;
    private final Set<String> words;
    private final Set<String> free;
    private final List<BadBody> all = new ArrayList<>();

    /** @param member what is wrong with it */
    record BadBody(String member, JsonObject body) {}

    private BadBodies(JsonObject good, Set<String> required, Set<String> words, Set<String> free) {
        this.good = good;
        this.required = required;
        this.words = words;
        this.free = free;
    }

    /**
     * @param required members that must be there, at any depth
     * @param words members that only take some words
     * @param free members that may be any JSON, and stay as they are
     */
    static List<BadBody> of(JsonObject good, Set<String> required, Set<String> words, Set<String> free) {
        BadBodies bodies = new BadBodies(good, required, words, free);
        bodies.spoil(List.of(), good);
        return bodies.all;
    }

    private void spoil(List<Object> path, JsonObject object) {
        for (Map.Entry<String, Object> member : object) {
            String name = member.getKey();
            List<Object> at = new ArrayList<>(path);
            at.add(name);
            if (required.contains(name)) {
                add(name, at, parent -> parent.remove(name));
                add(name, at, parent -> parent.putNull(name));
            }
            if (words.contains(name)) {
                add(name, at, parent -> parent.put(name, "no such word"));
            }
            if (!free.contains(name)) {
                wrong(member.getValue()).forEach(bad -> add(name, at, parent -> parent.put(name, bad)));
            }
            if (member.getValue() instanceof JsonObject inner) {
                spoil(at, inner);
            } else if (member.getValue() instanceof JsonArray array
                    && !array.isEmpty()
                    && array.getValue(0) instanceof JsonObject inner) {
                at.add(0);
                spoil(at, inner);
            }
        }
    }

    private void add(String name, List<Object> path, Consumer<JsonObject> change) {
        JsonObject body = good.copy();
        Object parent = body;
        for (Object step : path.subList(0, path.size() - 1)) {
            parent = step instanceof Integer index
                    ? ((JsonArray) parent).getValue(index)
                    : ((JsonObject) parent).getValue((String) step);
        }
        change.accept((JsonObject) parent);
        all.add(new BadBody(name, body));
    }

    /** Values of other types than this one. */
    private static List<Object> wrong(@Nullable Object value) {
        JsonObject object = new JsonObject().put("x", 1);
        return switch (value) {
            case Number number -> List.of("x", 1.5, -1, 1e300, BigInteger.TEN.pow(200), new JsonArray().add(1), object);
            case Boolean flag -> List.of("true", 1, object);
            case JsonObject inner -> List.of("x", 5, new JsonArray().add("x"), deep());
            case JsonArray array -> List.of("x", 5, object, new JsonArray(Arrays.asList(null, deep())));
            case null, default -> List.of(5, 1e300, true, new JsonArray().add("x"), object, deep());
        };
    }

    private static JsonArray deep() {
        List<Object> nested = new ArrayList<>(List.of(1));
        for (int level = 0; level < DEEP; level++) {
            nested = new ArrayList<>(Collections.singletonList(nested));
        }
        return new JsonArray(nested);
    }
}
