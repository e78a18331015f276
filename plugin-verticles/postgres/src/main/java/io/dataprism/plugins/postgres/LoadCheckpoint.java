package io.dataprism.plugins.postgres;

import io.dataprism.plugin.Checkpoint;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * How far one load is. Kept for each pair of a table of a server and one of the engine, since several may be loaded into one. Any
 * thread.
 */
final class LoadCheckpoint implements Checkpoint {

    /** Of the 64 of a digest: keys are short. */
    private static final int DIGITS = 32;

    private final @Nullable Object before;
    private volatile @Nullable Object last;

    LoadCheckpoint(@Nullable Object before) {
        this.before = before;
    }

    /** What the keys of all loads into a table begin with. */
    static String keys(String into) {
        return "load:" + into + ":";
    }

    /** @param source as {@link ReadQuery#source} */
    static String key(String into, String source) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(source.getBytes(StandardCharsets.UTF_8));
            return keys(into) + HexFormat.of().formatHex(digest).substring(0, DIGITS);
        } catch (NoSuchAlgorithmException absent) {
            throw new IllegalStateException("Every JDK has SHA-256.", absent);
        }
    }

    @Override
    public @Nullable Object value() {
        return before;
    }

    @Override
    public void reached(@Nullable Object value) {
        last = value;
    }

    /** Null: no row has come. */
    @Nullable
    Object last() {
        return last;
    }
}
