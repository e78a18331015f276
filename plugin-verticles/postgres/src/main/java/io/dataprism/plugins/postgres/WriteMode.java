package io.dataprism.plugins.postgres;

import io.dataprism.plugin.PluginException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How a write treats the table. */
enum WriteMode {
    /** Adds rows to one that is there. */
    APPEND,
    /** Puts the rows in the place of those that are there; makes the table where there is none. */
    REPLACE,
    /** Makes the table, where there is none. */
    CREATE;

    /** @param value of the parameter; null: {@link #APPEND} */
    static WriteMode of(@Nullable Object value) {
        if (value == null) {
            return APPEND;
        }
        try {
            return valueOf(String.valueOf(value).toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException unknown) {
            throw PluginException.invalidParameter("mode", "is '" + value + "'; it is append, replace or create");
        }
    }
}
