/**
 * Plugins that are WebAssembly modules: {@link io.dataprism.core.wasm.WasmPluginProcesses} starts them, and each is a {@link
 * io.dataprism.core.confinement.PluginProcess} like a child JVM's. {@link io.dataprism.core.wasm.PluginProcessesByRuntime} picks
 * by the manifest's runtime.
 *
 * <p>An instance lives in this JVM's heap, on a platform thread of its own, and can reach nothing but its memory and the six
 * functions of {@link io.dataprism.core.wasm.module.PluginInterface}; what it asks for passes the same door as a child's
 * requests. Its memory is capped, its tables and its stacks are, and the thread is interrupted when a call is late; after that,
 * and after every trap, a fresh instance takes its place. What a module may be made of is bounded before the engine reads it.
 *
 * <p>Batches are Arrow IPC streams on both ways. {@link io.dataprism.core.wasm.ModuleInput} is asked for a batch when the module asks;
 * {@link io.dataprism.core.wasm.ModuleAnswer} checks what the module emits, as what a child sends is checked, and keeps it waiting until its
 * reader has room. Both end with the {@link io.dataprism.core.wasm.WasmOperation} that they belong to, however that ends.
 *
 * <p>{@link io.dataprism.core.wasm.CompiledModules} keeps what modules were compiled to, under a MAC.
 *
 * <p>Threads: per plugin one that runs it and one that asks the host for it and touches its batches; values come on the first of them,
 * batches and failures on virtual threads.
 */
@NullMarked
package io.dataprism.core.wasm;

import org.jspecify.annotations.NullMarked;
