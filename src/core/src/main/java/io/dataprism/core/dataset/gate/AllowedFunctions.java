package io.dataprism.core.dataset.gate;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** The functions that a statement may call, and those that are known and refused. Immutable. */
final class AllowedFunctions {

    /** Table functions make rows; nearly all of the engine's read files, settings or catalogs. */
    static final Set<String> TABLE_FUNCTIONS =
            Set.of("range", "generate_series", "unnest", "repeat", "repeat_row", "json_each", "json_tree");

    /** Functions that the engine binds by itself, so that its own list leaves them out. */
    private static final Set<String> EXPANDING = Set.of("unnest", "unlist");

    private final Set<String> allowed = read("allowed-functions.txt");
    private final Set<String> refused = read("refused-functions.txt");

    boolean allows(String function) {
        String name = function.toLowerCase(Locale.ROOT);
        return allowed.contains(name) || EXPANDING.contains(name);
    }

    boolean allowsTableFunction(String function) {
        return TABLE_FUNCTIONS.contains(function.toLowerCase(Locale.ROOT));
    }

    /** Whether a name that is not allowed is one of the engine's: else it is a slip of the pen. */
    boolean knows(String function) {
        String name = function.toLowerCase(Locale.ROOT);
        return refused.contains(name)
                || name.startsWith("read_")
                || name.startsWith("duckdb_")
                || name.startsWith("pragma_")
                || name.startsWith("pg_")
                || name.startsWith("parquet_")
                || name.startsWith("sniff_")
                || name.endsWith("_scan")
                || Set.of("query", "query_table", "glob", "json_execute_serialized_sql", "which_secret")
                        .contains(name);
    }

    private static Set<String> read(String resource) {
        try (InputStream in =
                AllowedFunctions.class.getResourceAsStream("/io/dataprism/core/dataset/gate/" + resource)) {
            if (in == null) {
                throw new IllegalStateException("The resource " + resource + " of the gate is not in this build.");
            }
            return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("# "))
                    .collect(Collectors.toUnmodifiableSet());
        } catch (IOException e) {
            throw new UncheckedIOException("The resource " + resource + " of the gate cannot be read.", e);
        }
    }
}
