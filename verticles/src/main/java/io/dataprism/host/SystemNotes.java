package io.dataprism.host;

import io.dataprism.core.catalog.Catalog;
import io.dataprism.core.catalog.CatalogEntry;
import io.dataprism.core.cluster.SharedMap;
import io.dataprism.core.cluster.Sharing;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which system plugins have begun, on this node or on any of its cluster: an empty file for each. One that begins on a node whose disk is
 * empty, after an operator has ended it on another, would not be his any more. Blocks.
 */
final class SystemNotes {

    private static final Logger LOG = LoggerFactory.getLogger(SystemNotes.class);
    private static final String FOLDER = "system-begun";

    private final Path folder;
    private final @Nullable SharedNotes shared;

    private SystemNotes(Path folder, @Nullable SharedNotes shared) {
        this.folder = folder;
        this.shared = shared;
    }

    /** Opens those of a data folder; one without such notes gets one for each bundled plugin that its catalog has. */
    static SystemNotes open(Catalog catalog, Path dataDirectory, Sharing sharing) throws IOException {
        SharedMap map = sharing.map("notes");
        SystemNotes notes =
                new SystemNotes(dataDirectory.resolve(FOLDER), map == null ? null : new SharedNotes(map, "begun"));
        if (!Files.exists(notes.folder)) {
            notes.noteThoseOfBefore(catalog, dataDirectory);
        }
        notes.share();
        return notes;
    }

    /** What a catalog of an earlier version has, but for what came from a cluster just now. */
    private void noteThoseOfBefore(Catalog catalog, Path dataDirectory) throws IOException {
        Path notes = Files.createTempDirectory(dataDirectory, FOLDER);
        for (CatalogEntry entry : catalog.all()) {
            if (entry.bundled() && shared == null) {
                Files.createFile(notes.resolve(entry.name()));
                LOG.info(
                        "{} is of an earlier version: as a system plugin, too, it runs when granted by hand",
                        entry.name());
            }
        }
        // all of them or none: half of the notes would be taken for the whole
        Files.move(notes, folder, StandardCopyOption.ATOMIC_MOVE);
    }

    private void share() throws IOException {
        if (shared == null) {
            return;
        }
        for (String name : names()) {
            if (!shared.isKnown(name)) {
                shared.set(name, "");
            }
        }
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    boolean hasBegun(String name) {
        return Files.exists(folder.resolve(name)) || shared != null && shared.isKnown(name);
    }

    void note(String name) throws IOException {
        if (shared != null) {
            shared.set(name, "");
        }
        try {
            Files.createFile(Files.createDirectories(folder).resolve(name));
        } catch (FileAlreadyExistsException noted) {
            LOG.debug("That {} has begun was noted before", name, noted);
        }
    }
}
