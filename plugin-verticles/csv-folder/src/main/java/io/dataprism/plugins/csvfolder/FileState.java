package io.dataprism.plugins.csvfolder;

import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a file is, without its content.
 *
 * @param modified to the nanosecond, as text
 */
record FileState(long size, String modified) {

    static FileState of(BasicFileAttributes attributes) {
        return new FileState(
                attributes.size(), attributes.lastModifiedTime().toInstant().toString());
    }

    /** Whether nobody has written to the file for so long. */
    boolean isSettled(Duration since) {
        return Instant.parse(modified).plus(since).isBefore(Instant.now());
    }

    /** As JSON values, with the digest of the content. */
    Map<String, @Nullable Object> toJson(String digest) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("size", size);
        json.put("modified", modified);
        json.put("digest", digest);
        return json;
    }

    /** Whether that, from {@link #toJson}, says the same of size and time. */
    boolean isOf(@Nullable Object json) {
        return json instanceof Map<?, ?> map
                && map.get("size") instanceof Number known
                && known.longValue() == size
                && modified.equals(map.get("modified"));
    }

    /** The digest in {@link #toJson}'s values; null: there is none. */
    static @Nullable String digest(@Nullable Object json) {
        return json instanceof Map<?, ?> map && map.get("digest") instanceof String digest ? digest : null;
    }
}
