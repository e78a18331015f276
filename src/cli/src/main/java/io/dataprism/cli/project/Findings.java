package io.dataprism.cli.project;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.DataPrismException.Violation;
import io.dataprism.core.manifest.Manifest;
import io.dataprism.core.manifest.ManifestParser;
import io.dataprism.core.manifest.PackageInspector;
import io.dataprism.core.manifest.PluginPackage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** All that is wrong with a package, a manifest or a project, each with its file and line. Used by one thread; blocks. */
final class Findings {

    private static final String JAR_ENTRY = "!/";

    private final List<String> problems = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    /** What keeps a node from taking it. */
    List<String> problems() {
        return problems;
    }

    /** What an operator will be told before granting anything. */
    List<String> notes() {
        return notes;
    }

    /** A project: its manifest, the source of its entry point, and its package where one was built. */
    void lookAtProject(Project project) throws IOException {
        Path manifest = project.manifest();
        if (!Files.isRegularFile(manifest)) {
            problems.add(manifest + ":1: The project has no manifest: write one.");
            return;
        }
        byte[] document = Files.readAllBytes(manifest);
        Optional<Manifest> valid = lookAtManifest(manifest.toString(), document);
        if (valid.isPresent() && !Files.isRegularFile(project.source(valid.get().entryPoint()))) {
            problems.add(manifest + ":" + MemberLines.of(document).of("#/entryPoint")
                    + ": The entry point has no source "
                    + project.source(valid.get().entryPoint()) + ": write it, or correct 'entryPoint'. (#/entryPoint)");
        }
        Optional<Path> built = project.built();
        if (built.isPresent() && problems.isEmpty()) {
            lookAtPackage(built.get());
        }
    }

    /** A manifest by itself; empty where it is not valid. */
    Optional<Manifest> lookAtManifest(String file, byte[] document) {
        try {
            return Optional.of(ManifestParser.parse(document));
        } catch (DataPrismException invalid) {
            MemberLines lines = MemberLines.of(document);
            for (Violation violation : invalid.violations()) {
                problems.add(file + ":" + lines.of(violation.pointer()) + ": " + violation.detail() + " ("
                        + violation.pointer() + ")");
            }
            if (invalid.violations().isEmpty()) {
                problems.add(file + ":1: " + invalid.detail() + " " + invalid.hint());
            }
            return Optional.empty();
        }
    }

    /** A package: what a node would say to it, and all that is wrong with the manifest in it. */
    void lookAtPackage(Path file) throws IOException {
        try {
            PluginPackage found = PackageInspector.inspect(file);
            found.findings().forEach(finding -> notes.add(file + ": " + finding));
        } catch (UncheckedIOException unreadable) {
            throw unreadable.getCause();
        } catch (DataPrismException refused) {
            if (refused.violations().isEmpty()) {
                problems.add(file + ": " + refused.detail() + " " + refused.hint());
            }
            lookAtManifestOf(file);
        }
    }

    private void lookAtManifestOf(Path file) {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            ZipEntry entry = zip.getEntry(PackageInspector.MANIFEST);
            if (entry != null) {
                try (InputStream in = zip.getInputStream(entry)) {
                    lookAtManifest(
                            file + JAR_ENTRY + PackageInspector.MANIFEST,
                            in.readNBytes(ManifestParser.LIMIT_BYTES + 1));
                }
            }
        } catch (IOException noZip) {
            // said already: the package as a whole cannot be read
            return;
        }
    }
}
