/**
 * What a plugin says about itself. {@link io.dataprism.core.manifest.ManifestParser} reads a {@code plugin.json} and reports
 * every problem at once; {@link io.dataprism.core.manifest.PackageInspector} looks a whole package over without running
 * anything of it.
 *
 * <p>All values are immutable and may be used on any thread. Parsing does not block; inspecting reads a file and does.
 * Failures are {@code MANIFEST_INVALID}, {@code PACKAGE_INVALID}, {@code SANDBOX_UNAVAILABLE} (a runtime that this version does
 * not have) and {@code PAYLOAD_TOO_LARGE}; nothing in a package is trusted.
 */
@NullMarked
package io.dataprism.core.manifest;

import org.jspecify.annotations.NullMarked;
