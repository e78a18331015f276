package io.dataprism.core.audit;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How far the logs of all nodes have been read: for each node the number of its last line, and a time up to which the logs of all others
 * have been. As a text {@code a2~} and base64: that time, then five bytes of the SHA-256 of a node's id and its number, again and again;
 * numbers as long as they need to be. At most {@value #CHARACTERS_LIMIT} characters: some 45 nodes. Where there are more, those that were
 * quiet longest are not named, and count as read up to the time; so nothing is missed by who reads on but what one of those writes later
 * with an earlier time.
 *
 * <p>Nodes that were not reachable keep the number that they had: their lines come when they are back. Not for several threads.
 */
public final class AuditCursor {

    /** The longest that is made or taken. */
    public static final int CHARACTERS_LIMIT = 512;

    private static final String PREFIX = "a2~";
    private static final int BYTES_LIMIT = (CHARACTERS_LIMIT - PREFIX.length()) * 3 / 4;
    private static final int HASH_BYTES = 5;
    private static final int NUMBER_BYTES = 9;

    private final Map<Long, Place> places = new HashMap<>();
    private final Map<String, Long> hashes = new HashMap<>();
    private long othersMillis;

    /** How far one log has been read, and of when the last line was; 0: that is not known. */
    private record Place(long sequence, long millis) {}

    private AuditCursor() {}

    /** In front of the first line of everybody. */
    public static AuditCursor first() {
        return new AuditCursor();
    }

    /**
     * As {@link #text} has written it.
     *
     * @param text null: {@link #first}
     * @throws DataPrismException {@code REQUEST_INVALID} where it is none
     */
    public static AuditCursor parse(@Nullable String text) {
        if (text == null) {
            return first();
        }
        try {
            if (!text.startsWith(PREFIX) || text.length() > CHARACTERS_LIMIT) {
                throw invalid(text);
            }
            return decoded(ByteBuffer.wrap(Base64.getUrlDecoder().decode(text.substring(PREFIX.length()))));
        } catch (IllegalArgumentException | BufferUnderflowException e) {
            throw invalid(text);
        }
    }

    private static AuditCursor decoded(ByteBuffer bytes) {
        AuditCursor cursor = new AuditCursor();
        cursor.othersMillis = number(bytes);
        while (bytes.hasRemaining()) {
            long hash = 0;
            for (int i = 0; i < HASH_BYTES; i++) {
                hash = hash << 8 | bytes.get() & 0xff;
            }
            cursor.places.put(hash, new Place(number(bytes), 0));
        }
        return cursor;
    }

    private static DataPrismException invalid(String text) {
        return new DataPrismException(
                ErrorCode.REQUEST_INVALID,
                "after='" + (text.length() > 80 ? text.substring(0, 80) + "..." : text)
                        + "' is no cursor of the audit log.",
                "Pass the member cursor of a line exactly as it was received, or leave it out.");
    }

    /** Where to read on in the log of a node. */
    public AuditStart of(String node) {
        Place place = places.get(hash(node));
        return place == null ? new AuditStart(0, othersMillis, 0) : new AuditStart(place.sequence(), 0, 0);
    }

    /** That line has been read: in the order of time, since otherwise those that are not named could be missed. */
    public void advance(String node, AuditPage.Line line) {
        places.put(hash(node), new Place(line.sequence(), line.millis()));
        if (places.size() > BYTES_LIMIT / (HASH_BYTES + NUMBER_BYTES)) {
            makeRoom(line.millis());
        }
    }

    /** Those that were quiet longest are known by the time alone, as long as they do not fit. */
    private void makeRoom(long nowMillis) {
        int bytes = NUMBER_BYTES;
        List<Map.Entry<Long, Place>> newestFirst = new ArrayList<>(places.entrySet());
        newestFirst.sort(Comparator.comparingLong(
                        (Map.Entry<Long, Place> each) -> each.getValue().millis())
                .reversed());
        for (Map.Entry<Long, Place> each : newestFirst) {
            bytes += HASH_BYTES + length(each.getValue().sequence());
            if (bytes > BYTES_LIMIT) {
                places.remove(each.getKey());
                othersMillis = Math.max(othersMillis, nowMillis - 1);
            }
        }
    }

    /** To be read on behind what has been read. */
    public String text() {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES_LIMIT + HASH_BYTES + 2 * NUMBER_BYTES);
        put(bytes, othersMillis);
        places.entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(each -> {
            for (int shift = 8 * (HASH_BYTES - 1); shift >= 0; shift -= 8) {
                bytes.put((byte) (each.getKey() >>> shift));
            }
            put(bytes, each.getValue().sequence());
        });
        byte[] written = Arrays.copyOf(bytes.array(), bytes.position());
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(written);
    }

    private static void put(ByteBuffer bytes, long number) {
        long rest = number;
        while (rest >= 0x80) {
            bytes.put((byte) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        bytes.put((byte) rest);
    }

    private static long number(ByteBuffer bytes) {
        long number = 0;
        for (int shift = 0; shift < 7 * NUMBER_BYTES; shift += 7) {
            byte next = bytes.get();
            number |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return number;
            }
        }
        throw new IllegalArgumentException("a number of more than " + NUMBER_BYTES + " bytes");
    }

    private static int length(long number) {
        return Math.max(1, (63 - Long.numberOfLeadingZeros(number)) / 7 + 1);
    }

    private long hash(String node) {
        return hashes.computeIfAbsent(node, AuditCursor::hashed);
    }

    private static long hashed(String node) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(node.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(digest).getLong() >>> (64 - 8 * HASH_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256.", e);
        }
    }
}
