package io.dataprism.testkit;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Packs a folder of classes as Maven's jar plugin would. Blocks. */
final class PluginPackage {

    static final String MANIFEST = "META-INF/dataprism/plugin.json";

    private PluginPackage() {}

    /**
     * The package itself, or one made of the folder.
     *
     * @param plugin a jar, or a folder of classes and resources
     * @param scratch where a package may be written
     */
    static Path of(Path plugin, Path scratch) throws IOException {
        if (!Files.isDirectory(plugin)) {
            return plugin;
        }
        if (!Files.isRegularFile(plugin.resolve(MANIFEST))) {
            throw new IOException("The folder " + plugin.toAbsolutePath() + " has no " + MANIFEST
                    + ": name target/classes after Maven has copied the resources, or a jar.");
        }
        Path jar = scratch.resolve("plugin.jar");
        List<Path> files;
        try (Stream<Path> all = Files.walk(plugin)) {
            files = all.filter(Files::isRegularFile).sorted().toList();
        }
        try (OutputStream out = Files.newOutputStream(jar);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Path file : files) {
                zip.putNextEntry(new ZipEntry(plugin.relativize(file).toString()));
                Files.copy(file, zip);
                zip.closeEntry();
            }
        }
        return jar;
    }
}
