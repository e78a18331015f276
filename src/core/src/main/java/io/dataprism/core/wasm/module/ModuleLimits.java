package io.dataprism.core.wasm.module;

/** What a module may have at most: enough for large programs, and little enough that reading and compiling one stays bounded. */
final class ModuleLimits {

    /** Of the whole file; names and notes for debuggers count, though no engine is shown them. */
    static final int FILE_BYTES = 16 << 20;

    /** Of all functions' code: an engine keeps about a hundred bytes for each instruction, which may be one byte. */
    static final int CODE_BYTES = 4 << 20;

    static final int TYPES = 10_000;
    static final int PARAMETERS = 100;
    static final int RESULTS = 16;
    static final int IMPORTS = 1_000;
    static final int FUNCTIONS = 20_000;
    static final int GLOBALS = 10_000;
    static final int EXPORTS = 10_000;

    /** Of one function: each call that is open keeps them all. */
    static final int LOCALS = 1_000;

    /** Of all functions together: they are declared in groups, so a few bytes can stand for thousands. */
    static final int LOCALS_OF_ALL = 1_000_000;

    static final int TABLES = 16;

    /** Of all tables together, and of each as it grows. */
    static final int TABLE_ELEMENTS = 1 << 16;

    static final int ELEMENT_BYTES = 512 << 10;
    static final int NAME_BYTES = 1_024;

    private ModuleLimits() {}
}
