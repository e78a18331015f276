package io.dataprism.client;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a client does when a node closes its connection. */
enum CloseCode {
    /** The token is good no longer: another, or none. */
    UNAUTHENTICATED,
    /** One of the two keeps another contract; it would end the same way again. */
    WRONG,
    /** Draining, too slow, too many, or just gone: come back with the cursor. */
    AGAIN;

    private static final Pattern RETRY_AFTER = Pattern.compile("retryAfterMs=([0-9]{1,9})");

    static CloseCode of(int code) {
        return switch (code) {
            case 4401 -> UNAUTHENTICATED;
            case 1002, 1003, 1007, 1008, 1009, 1010, 4400 -> WRONG;
            default -> AGAIN;
        };
    }

    /** What a draining node says in its reason; null where it says nothing. */
    static @Nullable Duration retryAfter(String reason) {
        Matcher matcher = RETRY_AFTER.matcher(reason);
        return matcher.find() ? Duration.ofMillis(Long.parseLong(matcher.group(1))) : null;
    }
}
