package io.dataprism.cli.plugins;

import io.dataprism.cli.CannotBegin;
import java.nio.file.Files;
import java.nio.file.Path;

/** Packages on this machine. */
final class Packages {

    private Packages() {}

    /** Before anything is sent. */
    static void requireReadable(Path file) throws CannotBegin {
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw new CannotBegin("there is no package " + file + " that can be read: name a jar.");
        }
    }
}
