package io.dataprism.service;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The vectors in the answer of an endpoint of language models, which may come in any order and of which nothing is believed. */
final class Vectors {

    private Vectors() {}

    /**
     * The vectors in the order of their texts.
     *
     * @param data what the answer has under {@code data}
     * @param wanted how many texts there were
     * @throws IllegalArgumentException says what is wrong with the answer
     */
    static JsonArray inOrder(@Nullable Object data, int wanted) {
        if (!(data instanceof JsonArray entries) || entries.size() != wanted) {
            throw new IllegalArgumentException(
                    "it answered " + (data instanceof JsonArray entries ? entries.size() : "no") + " vectors for "
                            + wanted + " texts");
        }
        JsonArray[] vectors = new JsonArray[wanted];
        for (Object each : entries) {
            JsonObject entry = each instanceof JsonObject object ? object : new JsonObject();
            Object index = entry.getValue("index");
            if (!(index instanceof Integer place) || place < 0 || place >= wanted || vectors[place] != null) {
                throw new IllegalArgumentException("it answered a vector with the index " + index
                        + ", where each from 0 to " + (wanted - 1) + " must be there once");
            }
            vectors[place] = checked(entry.getValue("embedding"), place);
        }
        return new JsonArray(Arrays.asList(vectors));
    }

    private static JsonArray checked(@Nullable Object vector, int place) {
        if (vector instanceof JsonArray numbers
                && !numbers.isEmpty()
                && numbers.stream()
                        .allMatch(each -> each instanceof Number number && Double.isFinite(number.doubleValue()))) {
            return numbers;
        }
        throw new IllegalArgumentException("what it answered for text " + place + " is no list of finite numbers");
    }
}
