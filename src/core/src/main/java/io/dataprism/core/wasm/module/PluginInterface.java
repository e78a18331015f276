package io.dataprism.core.wasm.module;

import io.dataprism.core.wasm.module.ModuleDeclarations.FunctionImport;
import java.util.Collection;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The functions that pass between a plugin's module and its host. Authors find their meaning in {@code WASM.md} beside the
 * plugin API.
 */
public final class PluginInterface {

    /** What a module imports from. */
    public static final String HOST = "dataprism";

    public static final String LOG = "log";
    public static final String REQUEST = "request";
    public static final String TAKE = "take";
    public static final String FAIL = "fail";
    public static final String NEXT = "next";
    public static final String EMIT = "emit";

    public static final String ALLOCATE = "dataprism_alloc";
    public static final String FREE = "dataprism_free";
    public static final String INITIALIZE = "dataprism_initialize";
    public static final String CONFIGURE = "dataprism_configure";
    public static final String ACTIVATE = "dataprism_activate";
    public static final String DEACTIVATE = "dataprism_deactivate";
    public static final String CLEANUP = "dataprism_cleanup";

    /** Before an operation's name: the function that performs it. */
    public static final String OPERATION = "operation.";

    private static final String TAKES_BYTES = "(i32, i32) -> ()";
    private static final String ANSWERS_LENGTH = "(i32, i32) -> i32";
    private static final String ANSWERS_BYTES = "(i32, i32) -> i64";
    private static final String SIGNAL = "() -> ()";

    /** What the host offers, by name. */
    private static final Map<String, String> OFFERED = Map.of(
            LOG,
            "(i32, i32, i32) -> ()",
            REQUEST,
            ANSWERS_LENGTH,
            TAKE,
            TAKES_BYTES,
            FAIL,
            "(i32, i32, i32) -> ()",
            NEXT,
            "() -> i32",
            EMIT,
            ANSWERS_LENGTH);

    private static final Map<String, String> MAY_EXPORT = Map.of(
            FREE, TAKES_BYTES,
            INITIALIZE, TAKES_BYTES,
            CONFIGURE, TAKES_BYTES,
            ACTIVATE, SIGNAL,
            DEACTIVATE, SIGNAL,
            CLEANUP, SIGNAL);

    private PluginInterface() {}

    /**
     * Checks that a module fits.
     *
     * @param operations the names of the manifest's operations
     * @throws io.dataprism.core.error.DataPrismException {@code PACKAGE_INVALID} with the name of the function that does not
     */
    public static void check(ModuleDeclarations module, Collection<String> operations) {
        module.imports().forEach(PluginInterface::checkImport);
        if (!module.exportsMemory()) {
            throw refused("it does not export its memory as 'memory'");
        }
        require(module, ALLOCATE, "(i32) -> i32");
        operations.forEach(operation -> require(module, OPERATION + operation, ANSWERS_BYTES));
        MAY_EXPORT.forEach((name, signature) ->
                checkExport(name, signature, module.functions().get(name)));
    }

    private static void checkImport(FunctionImport wanted) {
        String offered = wanted.module().equals(HOST) ? OFFERED.get(wanted.name()) : null;
        if (offered == null) {
            throw ModuleBytes.refused(
                    "it imports '" + wanted.module() + "." + wanted.name() + "', which the host does not offer",
                    "The host offers " + new TreeSet<>(OFFERED.keySet()) + " of '" + HOST
                            + "' and nothing else: no WASI. Build for `wasm32-unknown-unknown`, without what imports it.",
                    null);
        }
        if (!offered.equals(wanted.signature())) {
            throw refused(
                    "it imports '" + HOST + "." + wanted.name() + "' as " + wanted.signature() + "; it is " + offered);
        }
    }

    private static void require(ModuleDeclarations module, String name, String signature) {
        String found = module.functions().get(name);
        if (found == null) {
            throw refused("it does not export the function '" + name + "' " + signature);
        }
        checkExport(name, signature, found);
    }

    private static void checkExport(String name, String signature, @Nullable String found) {
        if (found != null && !found.equals(signature)) {
            throw refused("it exports '" + name + "' as " + found + "; it must be " + signature);
        }
    }

    private static RuntimeException refused(String problem) {
        return ModuleBytes.refused(
                problem, "See WASM.md for the functions that pass between a module and its host.", null);
    }
}
