package io.dataprism.plugins.csvfolder;

import io.dataprism.plugin.StorageService;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * What was loaded of each file: size, time and digest; and which tables were made. In the host's keeping, over reloads and restarts.
 */
record Known(StorageService storage) {

    private static final String PREFIX = "file:";
    /** No file has such a name. */
    private static final String MADE = PREFIX + "/made/";

    private static final int KEY_BYTES = 120;
    private static final int PAGE_KEYS = 1_000;

    /** As {@link FileState#toJson}; empty: the file was not loaded yet. */
    Mono<Optional<Object>> of(CsvFile file) {
        return storage.get(key(file)).map(Optional::of).defaultIfEmpty(Optional.empty());
    }

    Mono<Void> keep(CsvFile file, FileState state, String digest) {
        Map<String, @Nullable Object> value = state.toJson(digest);
        return storage.set(key(file), value);
    }

    /** What is known of files that are not there any more is so no longer: one that comes back counts as new. */
    Mono<Void> forgetAllBut(Collection<CsvFile> files) {
        Set<String> keys = files.stream().map(Known::key).collect(Collectors.toSet());
        return storage.list(PREFIX, null, PAGE_KEYS)
                .expand(page -> page.next() == null ? Mono.empty() : storage.list(PREFIX, page.next(), PAGE_KEYS))
                .flatMapIterable(StorageService.Page::keys)
                .filter(key -> !key.startsWith(MADE) && !keys.contains(key))
                .concatMap(storage::delete)
                .then();
    }

    /** Whether this plugin has made the table of that name. */
    Mono<Boolean> hasMade(String table) {
        return storage.get(MADE + table).hasElement();
    }

    /** From now on the table may be replaced by what its file becomes. */
    Mono<Void> made(String table) {
        return storage.set(MADE + table, true);
    }

    private static String key(CsvFile file) {
        byte[] name = file.name().getBytes(StandardCharsets.UTF_8);
        return PREFIX
                + (name.length <= KEY_BYTES
                        ? file.name()
                        : HexFormat.of().formatHex(CsvSource.sha256().digest(name)));
    }
}
