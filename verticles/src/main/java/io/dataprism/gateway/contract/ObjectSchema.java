package io.dataprism.gateway.contract;

import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An object.
 *
 * @param members that are described, in their order
 * @param others what members are that are not described; null: there are none
 * @param least members, and {@code most}
 * @param nameLength the longest name of one that is not described
 * @param secret whether a member is {@code writeOnly}, so that no value of it is shown
 * @param words instead of the usual, or null
 */
record ObjectSchema(
        Map<String, ValueSchema> members,
        Set<String> required,
        @Nullable ValueSchema others,
        int least,
        int most,
        int nameLength,
        boolean secret,
        @Nullable String words)
        implements ValueSchema {

    /** Checks a document as a whole. */
    void check(JsonObject document, Problems problems) {
        check(document.getMap(), Place.ROOT, problems);
    }

    @Override
    public void check(@Nullable Object value, Place place, Problems problems) {
        if (!(Tree.plain(value) instanceof Map<?, ?> map)) {
            problems.add(place, must(), value);
            return;
        }
        if (secret) {
            problems.secrets();
        }
        members(map, place, problems);
        if (map.size() < least || map.size() > most) {
            problems.add(place, must(), value);
        }
        if (secret) {
            problems.endOfSecrets();
        }
    }

    private void members(Map<?, ?> map, Place place, Problems problems) {
        for (Map.Entry<String, ValueSchema> member : members.entrySet()) {
            String name = member.getKey();
            Object value = map.get(name);
            if (value == null && !map.containsKey(name)) {
                if (required.contains(name)) {
                    problems.add(
                            place.member(name),
                            "is missing: it " + member.getValue().must(),
                            null);
                }
            } else if (!(member.getValue() instanceof AnyValue)) {
                member.getValue().check(value, place.member(name), problems);
            }
        }
        if (!(others instanceof AnyValue)) {
            others(map, place, problems);
        }
    }

    private void others(Map<?, ?> map, Place place, Problems problems) {
        for (Map.Entry<?, ?> member : map.entrySet()) {
            String name = String.valueOf(member.getKey());
            if (members.containsKey(name)) {
                continue;
            }
            if (problems.isFull()) {
                return;
            }
            if (others == null) {
                problems.add(place.member(name), unknown(), member.getValue());
            } else if (!WholeText.isWhole(name)) {
                problems.add(place.member(name), WholeText.PROBLEM, null);
            } else if (name.codePointCount(0, name.length()) > nameLength) {
                problems.add(place.member(name), "must have a name of at most " + nameLength + " characters", null);
            } else {
                others.check(member.getValue(), place.member(name), problems);
            }
        }
    }

    private String unknown() {
        return "is not known here; "
                + (members.isEmpty() ? "there are none" : "known are " + String.join(", ", members.keySet()));
    }

    @Override
    public String must() {
        if (words != null) {
            return words;
        }
        if (least == 1 && most == 1) {
            return "must have exactly one of the members " + String.join(", ", members.keySet());
        }
        return "must be an object" + (most == Integer.MAX_VALUE ? "" : " with at most " + most + " members");
    }
}
