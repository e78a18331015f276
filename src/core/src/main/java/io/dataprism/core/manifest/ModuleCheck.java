package io.dataprism.core.manifest;

import io.dataprism.core.wasm.module.ModuleDeclarations;
import io.dataprism.core.wasm.module.PluginInterface;
import java.io.IOException;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Checks that the entry point is a WebAssembly module that fits the plugin interface, by its declarations: nothing is run. */
final class ModuleCheck {

    private ModuleCheck() {}

    static void check(ZipFile zip, Manifest manifest) throws IOException {
        ZipEntry entry = zip.getEntry(manifest.entryPoint());
        if (entry == null) {
            throw PackageInspector.invalid(
                    "The entry point '" + manifest.entryPoint() + "' is not in the package.",
                    "Put the module into the package, or correct `entryPoint`.",
                    null);
        }
        byte[] module = PackageInspector.bytes(zip, entry, ModuleDeclarations.MOST_FILE_BYTES + 1);
        PluginInterface.check(
                ModuleDeclarations.read(module),
                manifest.operations().stream().map(OperationSpec::name).toList());
    }
}
