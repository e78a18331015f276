package io.dataprism.plugin;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads the members of a caller's {@code options}, and names the one that is wrong. */
final class OptionReader {

    private final Map<String, @Nullable Object> json;

    OptionReader(Map<String, @Nullable Object> json, String... known) {
        this.json = json;
        List<String> names = List.of(known);
        for (String member : json.keySet()) {
            if (!names.contains(member)) {
                throw invalid(member, "is unknown; known are " + String.join(", ", names));
            }
        }
    }

    <E extends Enum<E>> E choice(String member, Class<E> type, E absent) {
        Object value = json.get(member);
        if (value == null) {
            return absent;
        }
        return Arrays.stream(type.getEnumConstants())
                .filter(each -> label(each).equals(value))
                .findFirst()
                .orElseThrow(() -> invalid(
                        member,
                        "must be one of "
                                + Arrays.stream(type.getEnumConstants())
                                        .map(OptionReader::label)
                                        .toList()
                                + ", and is " + value));
    }

    long integer(String member, long absent) {
        return typed(member, Number.class, () -> absent, "a number").longValue();
    }

    boolean flag(String member, boolean absent) {
        return typed(member, Boolean.class, () -> absent, "true or false");
    }

    private <T> T typed(String member, Class<T> type, Supplier<T> absent, String inWords) {
        Object value = json.get(member);
        if (value == null) {
            return absent.get();
        }
        if (!type.isInstance(value)) {
            throw invalid(member, "must be " + inWords + ", and is " + value);
        }
        return type.cast(value);
    }

    static PluginException invalid(String member, String problem) {
        return PluginException.invalidParameter("options." + member, problem);
    }

    private static String label(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
