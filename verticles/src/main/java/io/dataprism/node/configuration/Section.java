package io.dataprism.node.configuration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.dataprism.gateway.Quantity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One mapping of the file. Each question names a key, what it is when absent, and what is legal; problems are collected and the
 * default is answered. {@link #end()} finds the keys that nobody asked for. One thread.
 */
final class Section {

    private static final int SHOWN_CHARACTERS = 60;

    private final String path;
    private final JsonNode node;
    private final Path folder;
    private final List<String> problems;
    private final Set<String> known = new LinkedHashSet<>();

    /** @param folder what relative paths in the file are relative to */
    static Section root(JsonNode node, Path folder) {
        return new Section("", node, folder, new ArrayList<>());
    }

    private Section(String path, JsonNode node, Path folder, List<String> problems) {
        this.path = path;
        this.node = node;
        this.folder = folder;
        this.problems = problems;
        if (!node.isMissingNode() && !node.isObject()) {
            problem(path.isEmpty() ? "the file" : path.substring(0, path.length() - 1), node, "a mapping of keys");
        }
    }

    List<String> problems() {
        return problems;
    }

    /** The keys that are there, whatever they are called. */
    List<String> names() {
        List<String> names = new ArrayList<>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }

    boolean isPresent() {
        return node.isObject();
    }

    boolean isMapping(String key) {
        return get(key).isObject();
    }

    Section section(String key) {
        return new Section(path + key + ".", get(key), folder, problems);
    }

    @Nullable
    String text(String key) {
        JsonNode value = get(key);
        if (value.isMissingNode()) {
            return null;
        }
        if (!value.isTextual() || value.asText().isBlank()) {
            problem(path + key, value, "a text");
            return null;
        }
        return value.asText();
    }

    String text(String key, String absent) {
        String found = text(key);
        return found == null ? absent : found;
    }

    @Nullable
    Path file(String key) {
        String found = text(key);
        return found == null ? null : folder.resolve(found).normalize();
    }

    /** A file that is there. */
    @Nullable
    Path readable(String key) {
        Path file = file(key);
        if (file != null && !(Files.isRegularFile(file) && Files.isReadable(file))) {
            problemOf(key, "a file that this user may read");
        }
        return file;
    }

    String choice(String key, String absent, List<String> legal) {
        JsonNode value = get(key);
        if (value.isMissingNode()) {
            return absent;
        }
        if (!value.isTextual() || !legal.contains(value.asText())) {
            problem(path + key, value, String.join(" or ", legal));
            return absent;
        }
        return value.asText();
    }

    /** Different texts, in order. */
    List<String> texts(String key, List<String> absent, int most) {
        JsonNode value = get(key);
        if (value.isMissingNode()) {
            return absent;
        }
        Set<String> found = new LinkedHashSet<>();
        value.forEach(each -> found.add(each.isTextual() ? each.asText() : ""));
        if (!value.isArray() || found.size() > most || found.contains("")) {
            problem(path + key, value, "a list of at most " + most + " texts");
            return List.of();
        }
        return List.copyOf(found);
    }

    boolean flag(String key, boolean absent) {
        JsonNode value = get(key);
        if (!value.isMissingNode() && !value.isBoolean()) {
            problem(path + key, value, "true or false");
        }
        return value.isBoolean() ? value.asBoolean() : absent;
    }

    int count(String key, int absent, int least, int most) {
        JsonNode value = get(key);
        if (value.isMissingNode()) {
            return absent;
        }
        if (!value.canConvertToInt() || !value.isIntegralNumber() || value.asInt() < least || value.asInt() > most) {
            problem(path + key, value, "a whole number from " + least + " to " + most);
            return absent;
        }
        return value.asInt();
    }

    /** One whole number, or a list of different ones. */
    List<Integer> counts(String key, List<Integer> absent, int least, int most) {
        JsonNode value = get(key);
        if (value.isMissingNode()) {
            return absent;
        }
        Set<Integer> found = new LinkedHashSet<>();
        List<JsonNode> each = new ArrayList<>();
        if (value.isArray()) {
            value.forEach(each::add);
        } else {
            each.add(value);
        }
        for (JsonNode number : each) {
            if (number.isIntegralNumber()
                    && number.canConvertToInt()
                    && number.asInt() >= least
                    && number.asInt() <= most) {
                found.add(number.asInt());
            }
        }
        if (found.isEmpty() || found.size() < each.size()) {
            problem(
                    path + key,
                    value,
                    "a whole number from " + least + " to " + most + ", or a list of different ones");
            return absent;
        }
        return List.copyOf(found);
    }

    double decimal(String key, double absent, double least, double most) {
        JsonNode value = get(key);
        if (value.isMissingNode()) {
            return absent;
        }
        if (!value.isNumber() || value.asDouble() < least || value.asDouble() > most) {
            problem(path + key, value, "a number from " + least + " to " + most);
            return absent;
        }
        return value.asDouble();
    }

    long bytes(String key, long absent, long least, long most) {
        JsonNode value = get(key);
        if (value.isMissingNode()) {
            return absent;
        }
        Long found = value.isTextual() || value.isIntegralNumber() ? Quantity.bytes(value.asText()) : null;
        if (found == null || found < least || found > most) {
            problem(
                    path + key,
                    value,
                    "a size such as 128MiB, or a number of bytes, from " + Quantity.text(least) + " to "
                            + Quantity.text(most));
            return absent;
        }
        return found;
    }

    Duration duration(String key, Duration absent, Duration least, Duration most) {
        JsonNode value = get(key);
        if (value.isMissingNode()) {
            return absent;
        }
        Duration found = value.isTextual() ? Quantity.duration(value.asText()) : null;
        if (found == null || found.compareTo(least) < 0 || found.compareTo(most) > 0) {
            problem(
                    path + key,
                    value,
                    "a duration such as 30s or 500ms, from " + Quantity.text(least) + " to " + Quantity.text(most));
            return absent;
        }
        return found;
    }

    /** Says what is wrong with what a key holds. */
    void problem(String place, @Nullable JsonNode value, String legal) {
        String shown = value == null || value.isMissingNode() ? "nothing" : value.toString();
        String cut = shown.length() <= SHOWN_CHARACTERS ? shown : shown.substring(0, SHOWN_CHARACTERS) + "...";
        problems.add(place + " is " + cut.replaceAll("\\s+", " ") + ", legal is " + legal);
    }

    /** The same for a key of this mapping. */
    void problemOf(String key, String legal) {
        problem(path + key, get(key), legal);
    }

    /** No further questions: what is left over is not known. */
    void end() {
        if (!node.isObject()) {
            return;
        }
        node.fieldNames().forEachRemaining(key -> {
            if (!known.contains(key)) {
                problems.add(path + key + " is not known, legal are " + String.join(", ", known));
            }
        });
    }

    private JsonNode get(String key) {
        known.add(key);
        JsonNode value = node.path(key);
        return value.isNull() ? MissingNode.getInstance() : value;
    }
}
