package io.dataprism.core.dataset;

import java.nio.file.Path;

/** Quoting for the statements that the host itself writes. */
final class SqlText {

    private SqlText() {}

    static String literal(String value) {
        return "'" + value.replace("'", "''") + "'";
    }

    static String literal(Path path) {
        return literal(path.toString());
    }

    static String identifier(String name) {
        return "\"" + name.replace("\"", "\"\"") + "\"";
    }
}
