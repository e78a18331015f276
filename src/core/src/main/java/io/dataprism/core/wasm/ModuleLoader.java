package io.dataprism.core.wasm;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.wasm.module.ModuleDeclarations;
import io.dataprism.core.wasm.module.PluginInterface;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Collection;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;
import run.endive.compiler.InterpreterFallback;
import run.endive.compiler.MachineFactoryCompiler;
import run.endive.wasm.Parser;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.AnnotatedInstruction;
import run.endive.wasm.types.FunctionBody;

/** Makes modules of packages ready to run. Any thread; blocks, for seconds where a large module is compiled. */
final class ModuleLoader {

    /**
     * Instructions that make objects on this JVM's heap, wait, or are run by no engine here; and tail calls, at which the engine
     * does not look whether its thread is interrupted. The declarations that most of them need are refused before.
     */
    private static final Pattern REFUSED = Pattern.compile(
            "(STRUCT|ARRAY|RETURN_CALL|CALL_REF).*|.*(ATOMIC|I31|THROW|TRY|CAST|CONVERT_ANY|CONVERT_EXTERN).*|(I8x16|I16x8|I32x4|I64x2|F32x4|F64x2|V128)_.*",
            Pattern.CASE_INSENSITIVE);

    private final WasmEngine engine;
    private final @Nullable CompiledModules compiled;

    /** @param compiled what was compiled before; null: nothing is kept */
    ModuleLoader(WasmEngine engine, @Nullable CompiledModules compiled) {
        this.engine = engine;
        this.compiled = compiled;
    }

    /** What a package's module declares, checked against the plugin interface; {@code PACKAGE_INVALID}. */
    static ModuleDeclarations declarations(Path packageFile, String entryPoint, Collection<String> operations)
            throws IOException {
        try (ZipFile zip = new ZipFile(packageFile.toFile())) {
            ZipEntry entry = zip.getEntry(entryPoint);
            if (entry == null) {
                throw invalid("The entry point '" + entryPoint + "' is not in the package.", null);
            }
            try (InputStream in = zip.getInputStream(entry)) {
                ModuleDeclarations found =
                        ModuleDeclarations.read(in.readNBytes(ModuleDeclarations.MOST_FILE_BYTES + 1));
                PluginInterface.check(found, operations);
                return found;
            }
        }
    }

    /** Reads and, where the operator wants that, compiles; {@code PACKAGE_INVALID}. */
    LoadedModule load(ModuleDeclarations declarations) {
        try {
            WasmModule module = Parser.parse(declarations.engineBytes());
            requireKnownInstructions(module);
            return new LoadedModule(
                    module,
                    engine == WasmEngine.COMPILER
                            ? MachineFactoryCompiler.builder(module)
                                    .withInterpreterFallback(InterpreterFallback.SILENT)
                                    .withCache(compiled)
                                    .compile()
                            : null,
                    declarations.functions().keySet());
        } catch (DataPrismException refused) {
            throw refused;
        } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError notValid) {
            // the engine says so in many ways, not all of them meant
            throw invalid("The WebAssembly module is not valid: " + WasmFailures.reason(notValid) + ".", notValid);
        }
    }

    private static void requireKnownInstructions(WasmModule module) {
        for (FunctionBody body : module.codeSection().functionBodies()) {
            for (AnnotatedInstruction instruction : body.instructions()) {
                String name = instruction.opcode().name();
                if (REFUSED.matcher(name).matches()) {
                    throw invalid(
                            "The WebAssembly module uses the instruction " + name + ", which this node does not run.",
                            null);
                }
            }
        }
    }

    private static DataPrismException invalid(String detail, @Nullable Throwable cause) {
        return new DataPrismException(
                ErrorCode.PACKAGE_INVALID,
                detail,
                "Build it for WebAssembly as of 2019 with bulk memory, and check it with `wasm-validate`.",
                cause);
    }
}
