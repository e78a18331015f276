package io.dataprism.core.event.journal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Opens the files of segments for writing; tests pass one whose disk fills up. */
@FunctionalInterface
public interface SegmentOpener {

    /** The real ones: readable by their owner alone. */
    SegmentOpener FILES = (file, fresh) -> FileChannel.open(
            file,
            fresh ? Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE) : Set.of(StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));

    /** Opens a file that is there, or, {@code fresh}, makes one that is not. */
    FileChannel open(Path file, boolean fresh) throws IOException;
}
