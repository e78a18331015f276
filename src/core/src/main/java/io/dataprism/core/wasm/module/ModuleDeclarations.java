package io.dataprism.core.wasm.module;

import java.util.List;
import java.util.Map;

/**
 * What a module declares, found within bounds.
 *
 * @param engineBytes the module without custom sections: names and notes, which no engine needs
 * @param imports the functions that it imports, in order; it imports nothing else
 * @param functions its exported functions, by name
 * @param exportsMemory whether its memory is exported as {@code memory}
 * @param initialPages of its memory, 64 KiB each
 * @param mostPages that it lets its memory have
 */
public record ModuleDeclarations(
        byte[] engineBytes,
        List<FunctionImport> imports,
        Map<String, String> functions,
        boolean exportsMemory,
        long initialPages,
        long mostPages) {

    /** Of a table, as it grows. */
    public static final int MOST_TABLE_ELEMENTS = ModuleLimits.TABLE_ELEMENTS;

    /** Of a module's file. */
    public static final int MOST_FILE_BYTES = ModuleLimits.FILE_BYTES;

    public ModuleDeclarations {
        imports = List.copyOf(imports);
        functions = Map.copyOf(functions);
    }

    /** A function that the module wants to be given. @param signature such as {@code (i32, i32) -> i64} */
    public record FunctionImport(String module, String name, String signature) {}

    /**
     * Reads a module.
     *
     * @throws io.dataprism.core.error.DataPrismException {@code PACKAGE_INVALID} with what is wrong with it, or what there is
     *     too much of
     */
    public static ModuleDeclarations read(byte[] file) {
        return new ModuleScan(file).scan();
    }
}
