package io.dataprism.plugins.drawing;

import io.dataprism.plugin.PluginException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads an operation's parameters, and names the one that is wrong. */
public final class Parameters {

    private Parameters() {}

    /** The name of a column, which must be given. */
    public static String column(Map<String, @Nullable Object> params, String name) {
        return optionalColumn(params, name)
                .orElseThrow(
                        () -> PluginException.invalidParameter(name, "is missing; it names a column of the input"));
    }

    /** The name of a column, which may be absent. */
    public static Optional<String> optionalColumn(Map<String, @Nullable Object> params, String name) {
        return text(params, name).filter(column -> !column.isEmpty());
    }

    /** A text, which may be absent. */
    public static Optional<String> text(Map<String, @Nullable Object> params, String name) {
        Object value = params.get(name);
        if (value != null && !(value instanceof String)) {
            throw PluginException.invalidParameter(name, "is " + value + ", and must be a text");
        }
        return Optional.ofNullable((String) value);
    }

    /**
     * An integer.
     *
     * @param otherwise where it is absent
     */
    public static int integer(Map<String, @Nullable Object> params, String name, int otherwise, int least, int most) {
        Object value = params.get(name);
        if (value == null) {
            return otherwise;
        }
        if (value instanceof Number number
                && number.doubleValue() == Math.rint(number.doubleValue())
                && number.doubleValue() >= least
                && number.doubleValue() <= most) {
            return number.intValue();
        }
        throw PluginException.invalidParameter(
                name, "is " + value + ", and must be an integer from " + least + " to " + most);
    }

    /** True or false; empty where it is absent. */
    public static Optional<Boolean> flag(Map<String, @Nullable Object> params, String name) {
        Object value = params.get(name);
        if (value != null && !(value instanceof Boolean)) {
            throw PluginException.invalidParameter(name, "is " + value + ", and must be true or false");
        }
        return Optional.ofNullable((Boolean) value);
    }

    /** A number over {@code least} and up to {@code most}; empty where it is absent. */
    public static Optional<Double> number(
            Map<String, @Nullable Object> params, String name, double least, double most) {
        Object value = params.get(name);
        if (value == null) {
            return Optional.empty();
        }
        if (value instanceof Number number && number.doubleValue() > least && number.doubleValue() <= most) {
            return Optional.of(number.doubleValue());
        }
        throw PluginException.invalidParameter(
                name, "is " + value + ", and must be a number over " + least + " and up to " + most);
    }
}
