package io.dataprism.node.configuration;

import io.dataprism.gateway.connection.TlsFiles;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The keys of {@code tls}. Whether the files belong together is found out when they are used. */
final class TlsKeys {

    private TlsKeys() {}

    static @Nullable TlsFiles files(Section section) {
        if (!section.isPresent()) {
            return null;
        }
        Path certificate = needed(section, "certificate");
        Path key = needed(section, "key");
        section.end();
        return certificate == null || key == null ? null : new TlsFiles(certificate, key);
    }

    private static @Nullable Path needed(Section section, String name) {
        if (section.text(name) == null) {
            section.problemOf(name, "a file in PEM");
            return null;
        }
        return section.readable(name);
    }
}
