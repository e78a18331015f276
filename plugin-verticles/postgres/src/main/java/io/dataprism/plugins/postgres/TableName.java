package io.dataprism.plugins.postgres;

/**
 * A table as callers name it.
 *
 * @param schema empty: where the server's search path finds it
 */
record TableName(String schema, String name) {

    /** {@code schema.table}, or {@code table} alone. */
    static TableName of(String text) {
        int dot = text.indexOf('.');
        return dot < 0 ? new TableName("", text) : new TableName(text.substring(0, dot), text.substring(dot + 1));
    }

    /** For a statement. */
    String quoted() {
        return schema.isEmpty() ? quote(name) : quote(schema) + "." + quote(name);
    }

    /** An identifier for a statement, whatever is in it. */
    static String quote(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    @Override
    public String toString() {
        return schema.isEmpty() ? name : schema + "." + name;
    }
}
