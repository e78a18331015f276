package io.dataprism.plugin;

/** Kinds of column values, coarser than the engine's types: what a plugin can work with. */
public enum DataType {
    BOOLEAN,
    INTEGER,
    DECIMAL,
    FLOAT,
    TEXT,
    BINARY,
    DATE,
    TIME,
    TIMESTAMP,
    INTERVAL,
    LIST,
    STRUCT,
    MAP
}
