package io.dataprism.core.audit;

import java.nio.file.Path;

/** Where a data folder keeps its audit log. */
record AuditFiles(Path directory, Path lines, Path checkpoint, Path heads) {

    static AuditFiles of(Path dataDirectory) {
        Path directory = dataDirectory.resolve("audit");
        return new AuditFiles(
                directory,
                directory.resolve("audit.jsonl"),
                directory.resolve("checkpoint.json"),
                directory.resolve("heads.json"));
    }
}
