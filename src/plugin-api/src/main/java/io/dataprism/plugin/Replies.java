package io.dataprism.plugin;

import java.util.Map;

/** Reads the host's replies. */
final class Replies {

    private Replies() {}

    static Map<?, ?> object(Object reply) {
        if (reply instanceof Map<?, ?> object) {
            return object;
        }
        throw new PluginException(
                "INTERNAL", "The host answered with a " + reply.getClass().getSimpleName() + " instead of an object.");
    }

    static String text(Map<?, ?> object, String name) {
        return object.get(name) instanceof String text ? text : "";
    }

    static long number(Map<?, ?> object, String name) {
        return object.get(name) instanceof Number number ? number.longValue() : 0;
    }
}
