package io.dataprism.core.wasm;

import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.Instance;
import run.endive.runtime.Machine;
import run.endive.wasm.WasmModule;

/**
 * A module that was checked and made ready; instances share it.
 *
 * @param machines of compiled code; null: it is interpreted
 * @param exported the names of its functions
 */
record LoadedModule(WasmModule module, @Nullable Function<Instance, Machine> machines, Set<String> exported) {}
