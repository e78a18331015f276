package io.dataprism.core.wasm;

/** What runs modules; the operator chooses. */
public enum WasmEngine {
    /** Instruction by instruction: slower by a factor of about a hundred, and no code is made of what a plugin says. */
    INTERPRETER,
    /** Compiled to this JVM's own bytecode when the plugin starts. */
    COMPILER
}
