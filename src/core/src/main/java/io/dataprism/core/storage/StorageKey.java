package io.dataprism.core.storage;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** A key, and the name of the file that holds its value: any text is a key, and no key is a path. */
record StorageKey(String text) implements Comparable<StorageKey> {

    static final int LONGEST_BYTES = 128;
    private static final String SUFFIX = ".json";

    StorageKey {
        byte[] bytes = encoded(text);
        if (bytes.length == 0 || bytes.length > LONGEST_BYTES) {
            throw invalid("A storage key of " + bytes.length + " bytes is not legal.");
        }
    }

    String fileName() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(encoded(text)) + SUFFIX;
    }

    /** The key of a file's name; empty for other files. */
    static Optional<StorageKey> ofFileName(String name) {
        if (!name.endsWith(SUFFIX)) {
            return Optional.empty();
        }
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(name.substring(0, name.length() - SUFFIX.length()));
            return Optional.of(new StorageKey(new String(bytes, StandardCharsets.UTF_8)));
        } catch (IllegalArgumentException | DataPrismException notOurs) {
            return Optional.empty();
        }
    }

    /** In the order of code points, which is that of the bytes in UTF-8. */
    @Override
    public int compareTo(StorageKey other) {
        return java.util.Arrays.compareUnsigned(encoded(text), encoded(other.text));
    }

    private static byte[] encoded(String text) {
        try {
            ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(java.nio.CharBuffer.wrap(text));
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            return copy;
        } catch (CharacterCodingException notText) {
            throw invalid("A storage key holds half of a character.");
        }
    }

    private static DataPrismException invalid(String detail) {
        return new DataPrismException(
                ErrorCode.REQUEST_INVALID,
                detail,
                "Legal are texts of 1 to " + LONGEST_BYTES + " bytes in UTF-8; hash longer ones.");
    }
}
