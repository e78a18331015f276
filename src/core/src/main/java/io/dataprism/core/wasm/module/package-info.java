/**
 * What a WebAssembly module says of itself, read from its bytes before any engine sees it: {@link
 * io.dataprism.core.wasm.module.ModuleDeclarations}. Everything that would cost an engine memory or time out of proportion to
 * the bytes is bounded here, and a module that the plugin interface does not fit is refused with the name of what does not.
 *
 * <p>Any thread; nothing blocks; knows no engine.
 */
@NullMarked
package io.dataprism.core.wasm.module;

import org.jspecify.annotations.NullMarked;
