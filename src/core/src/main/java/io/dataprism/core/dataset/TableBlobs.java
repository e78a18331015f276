package io.dataprism.core.dataset;

import io.dataprism.core.cluster.LocalBlobs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** The blobs of tables, as other nodes ask for them. */
record TableBlobs(BlobStore blobs, BlobKeeping keeping, Duration kept) implements LocalBlobs {

    @Override
    public Optional<Held> hold(String digest) {
        Runnable release = keeping.hold(digest); // first, so that it is not deleted between the two
        try {
            Path file = blobs.path(digest);
            return Optional.of(new Held(file, Files.size(file), release));
        } catch (IOException absent) {
            release.run();
            return Optional.empty();
        }
    }

    @Override
    public Path place(String digest) {
        return blobs.place(digest);
    }

    @Override
    public void keep(String digest) {
        keeping.keep(digest, kept.toNanos());
    }
}
