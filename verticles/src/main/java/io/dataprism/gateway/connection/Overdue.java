package io.dataprism.gateway.connection;

import java.util.Locale;

/** Why the node closes a connection that it had admitted. */
enum Overdue {
    /** It was told that there is no room, or never asked. */
    REFUSED,
    /** The head of a request did not come to its end. */
    HEAD,
    /** Nobody has shown a good token on it, and it is silent. */
    STRANGER,
    /** It is silent. */
    IDLE,
    /** Its client does not read an answer. */
    UNREAD,
    /** It sent more control frames of HTTP/2 than anybody needs. */
    FLOOD;

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
