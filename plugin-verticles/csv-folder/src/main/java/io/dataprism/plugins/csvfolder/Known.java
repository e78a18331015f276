package io.dataprism.plugins.csvfolder;

import io.dataprism.plugin.StorageService;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** What was loaded of each file: size, time and digest, in the host's keeping, over reloads and restarts. */
record Known(StorageService storage) {

    private static final String PREFIX = "file:";
    private static final int KEY_BYTES = 120;

    /** As {@link FileState#toJson}; empty: the file was not loaded yet. */
    Mono<Optional<Object>> of(CsvFile file) {
        return storage.get(key(file)).map(Optional::of).defaultIfEmpty(Optional.empty());
    }

    Mono<Void> keep(CsvFile file, FileState state, String digest) {
        Map<String, @Nullable Object> value = state.toJson(digest);
        return storage.set(key(file), value);
    }

    private static String key(CsvFile file) {
        byte[] name = file.name().getBytes(StandardCharsets.UTF_8);
        return PREFIX
                + (name.length <= KEY_BYTES
                        ? file.name()
                        : HexFormat.of().formatHex(CsvSource.sha256().digest(name)));
    }
}
