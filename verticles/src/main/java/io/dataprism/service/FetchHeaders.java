package io.dataprism.service;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Headers on their way through: what belongs to one connection does not travel, and what the host says itself is not taken. */
final class FetchHeaders {

    private static final Set<String> OF_ONE_HOP = Set.of(
            "connection",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");
    private static final Set<String> THE_HOSTS_OWN = Set.of("host", "content-length", "expect");
    private static final Set<String> OF_ONE_ORIGIN = Set.of("authorization", "cookie");
    private static final int LIMIT = 64;
    private static final int LONGEST_CHARACTERS = 8_192;

    private FetchHeaders() {}

    /** Those that a plugin wants sent. */
    static MultiMap of(ServiceRequest request) {
        MultiMap headers = HttpHeaders.headers();
        for (Map.Entry<String, Object> header : request.object("headers")) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            if (headers.size() >= LIMIT || !(header.getValue() instanceof String value) || !isLegal(name, value)) {
                throw request.invalid(
                        "headers",
                        "have '" + header.getKey() + "'; legal are " + LIMIT
                                + " texts at most, none of one connection (" + String.join(", ", OF_ONE_HOP)
                                + ") and none that the host writes (" + String.join(", ", THE_HOSTS_OWN) + ")");
            }
            headers.add(name, value);
        }
        return headers;
    }

    private static boolean isLegal(String name, String value) {
        return name.matches("[!#$%&'*+.^_`|~0-9a-z-]{1,128}")
                && value.length() <= LONGEST_CHARACTERS
                && value.chars().allMatch(c -> c == '\t' || c >= ' ' && c != 0x7f && c <= 0xff)
                && !OF_ONE_HOP.contains(name)
                && !THE_HOSTS_OWN.contains(name);
    }

    /** What may go on to another origin. */
    static MultiMap withoutCredentials(MultiMap headers) {
        MultiMap rest = HttpHeaders.headers().addAll(headers);
        OF_ONE_ORIGIN.forEach(rest::remove);
        return rest;
    }

    /** Those of an answer. */
    static JsonObject answered(MultiMap headers) {
        JsonObject answered = new JsonObject();
        for (String name : headers.names()) {
            String lower = name.toLowerCase(Locale.ROOT);
            if (!OF_ONE_HOP.contains(lower)) {
                answered.put(lower, new JsonArray(headers.getAll(name)));
            }
        }
        return answered;
    }
}
