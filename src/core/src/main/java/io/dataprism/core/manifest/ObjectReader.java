package io.dataprism.core.manifest;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads one JSON object of a document member by member, notes each problem with its pointer, and goes on with a default.
 * Ask for every known member, then call {@link #refuseUnknown()}.
 */
final class ObjectReader {

    private static final int TEXT_CHARACTERS = 10_000;

    private final Map<String, @Nullable Object> members;
    private final String pointer;
    private final Problems problems;
    private final Set<String> known = new TreeSet<>();

    ObjectReader(Map<String, @Nullable Object> members, String pointer, Problems problems) {
        this.members = members;
        this.pointer = pointer;
        this.problems = problems;
    }

    /** Where a member is. */
    String at(String name) {
        return pointer + "/" + name.replace("~", "~0").replace("/", "~1");
    }

    boolean has(String name) {
        known.add(name);
        return members.containsKey(name);
    }

    void problem(String name, String detail) {
        problems.add(at(name), detail, members.get(name));
    }

    /** A text, or the default where it is absent or wrong. */
    String text(String name, String absent) {
        return has(name) ? texts(name).orElse(absent) : absent;
    }

    /** A text that must be there and match. */
    String required(String name, Pattern legal, String legalInWords) {
        if (!has(name)) {
            problems.add(at(name), "'" + name + "' is missing; it must be " + legalInWords + ".", null);
            return "";
        }
        Optional<String> text = texts(name);
        if (text.isPresent() && !legal.matcher(text.get()).matches()) {
            problem(name, "'" + name + "' must be " + legalInWords + ".");
        }
        return text.orElse("");
    }

    /** One of some constants; absent: the default, or a problem where that is null. */
    <E extends Enum<E>> Optional<E> choice(String name, Class<E> type, @Nullable E absent) {
        String legal = "'" + name + "' must be one of " + Label.all(type) + ".";
        if (!has(name)) {
            if (absent == null) {
                problems.add(at(name), "'" + name + "' is missing. " + legal, null);
            }
            return Optional.ofNullable(absent);
        }
        Optional<E> found = members.get(name) instanceof String text ? Label.parse(type, text) : Optional.<E>empty();
        if (found.isEmpty()) {
            problem(name, legal);
        }
        return found;
    }

    /** A text, or a number as text; empty where it is neither. */
    Optional<String> scalar(String name) {
        known.add(name);
        return switch (members.get(name)) {
            case String text -> Optional.of(text);
            case Number number -> Optional.of(number.toString());
            case null, default -> Optional.empty();
        };
    }

    boolean flag(String name, boolean absent) {
        if (!has(name)) {
            return absent;
        }
        if (members.get(name) instanceof Boolean flag) {
            return flag;
        }
        problem(name, "'" + name + "' must be true or false.");
        return absent;
    }

    int integer(String name, int absent, int least, int most) {
        if (!has(name)) {
            return absent;
        }
        if (members.get(name) instanceof Integer number && number >= least && number <= most) {
            return number;
        }
        problem(name, "'" + name + "' must be a whole number from " + least + " to " + most + ".");
        return absent;
    }

    /** An object with members of its own; absent or wrong: empty. */
    @SuppressWarnings("unchecked")
    Map<String, @Nullable Object> object(String name) {
        if (!has(name)) {
            return Map.of();
        }
        if (members.get(name) instanceof Map<?, ?> object) {
            return (Map<String, @Nullable Object>) object;
        }
        problem(name, "'" + name + "' must be a JSON object.");
        return new LinkedHashMap<>();
    }

    /** A JSON Schema, checked; absent: one that takes anything. */
    Map<String, @Nullable Object> schema(String name) {
        Map<String, @Nullable Object> schema = object(name);
        SchemaReader.check(schema, at(name), problems);
        return schema;
    }

    /** A reader of an object that may be absent. */
    ObjectReader child(String name) {
        return new ObjectReader(object(name), at(name), problems);
    }

    /** A text that was checked before; anything else is empty. */
    String quietText(String name) {
        return members.get(name) instanceof String text ? text : "";
    }

    /** Texts; absent or wrong: none. */
    List<String> texts(String name, int most) {
        List<String> texts = new ArrayList<>();
        elements(name, most, (element, at) -> {
            if (element instanceof String text && !text.isBlank() && text.length() <= TEXT_CHARACTERS) {
                texts.add(text);
            } else {
                problems.add(at, "Each of '" + name + "' must be a text that is not empty.", element);
            }
        });
        return texts;
    }

    /** Objects; each is read by the consumer and then checked for unknown members. */
    void objects(String name, int most, BiConsumer<ObjectReader, String> read) {
        Set<String> names = new HashSet<>();
        elements(name, most, (element, at) -> {
            if (!(element instanceof Map<?, ?> object)) {
                problems.add(at, "Each of '" + name + "' must be a JSON object.", element);
                return;
            }
            @SuppressWarnings("unchecked")
            ObjectReader reader = new ObjectReader((Map<String, @Nullable Object>) object, at, problems);
            if (object.get("name") instanceof String own && !names.add(own)) {
                reader.problem("name", "'" + own + "' is there twice in '" + name + "'; names must differ.");
            }
            read.accept(reader, at);
            reader.refuseUnknown();
        });
    }

    private void elements(String name, int most, BiConsumer<@Nullable Object, String> each) {
        if (!has(name)) {
            return;
        }
        if (!(members.get(name) instanceof List<?> list)) {
            problem(name, "'" + name + "' must be a JSON array.");
            return;
        }
        if (list.size() > most) {
            problems.add(
                    at(name),
                    "'" + name + "' has " + list.size() + " elements; at most " + most + " are allowed.",
                    null);
            return;
        }
        for (int index = 0; index < list.size(); index++) {
            each.accept(list.get(index), at(name) + "/" + index);
        }
    }

    /** Every member that nobody asked for is a problem. */
    void refuseUnknown() {
        for (Map.Entry<String, @Nullable Object> member : members.entrySet()) {
            if (!known.contains(member.getKey())) {
                problem(member.getKey(), "Unknown key '" + member.getKey() + "'; known here: " + known + ".");
            }
        }
    }

    private Optional<String> texts(String name) {
        if (members.get(name) instanceof String text && text.length() <= TEXT_CHARACTERS) {
            return Optional.of(text);
        }
        problem(name, "'" + name + "' must be a text of at most " + TEXT_CHARACTERS + " characters.");
        return Optional.empty();
    }
}
