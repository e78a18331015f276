/**
 * The plugins that are measured and their packages, which are made when they are asked for: classes of this module's own in a jar,
 * and a module of WebAssembly text, for which Debian's {@code wabt} must be there.
 */
@NullMarked
package io.dataprism.load.plugin;

import org.jspecify.annotations.NullMarked;
