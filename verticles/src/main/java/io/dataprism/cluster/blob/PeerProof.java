package io.dataprism.cluster.blob;

import io.dataprism.core.cluster.ClusterKey;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * That who asks has the cluster's key: on loopback without certificates every user of the machine reaches the port. A proof is good
 * for one path at one node, for some minutes; whoever is shown one, by listening where a node should, can do nothing with it
 * anywhere else.
 */
final class PeerProof {

    static final String HEADER = "DataPrism-Proof";

    /** By which the clocks of nodes may differ. */
    static final Duration TOLERANCE = Duration.ofMinutes(5);

    private static final String PLACE = "peer request v1";
    private static final int NONCE_BYTES = 16;
    private static final int LENGTH_LIMIT = 200;

    private final ClusterKey key;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    PeerProof(ClusterKey key, InstantSource clock) {
        this.key = key;
        this.clock = clock;
    }

    /** The header's value. @param peer whom the request is for, {@code host:port} */
    String of(String peer, String path) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        String head = clock.millis() + ":" + HexFormat.of().formatHex(nonce);
        return head + ":" + HexFormat.of().formatHex(key.sign(PLACE, text(head, peer, path)));
    }

    /** Whether that is one, for a request at this node. */
    boolean isGood(@Nullable String header, String peer, String path) {
        if (header == null || header.length() > LENGTH_LIMIT) {
            return false;
        }
        int end = header.lastIndexOf(':');
        int colon = header.indexOf(':');
        if (colon <= 0 || end <= colon) {
            return false;
        }
        try {
            long age = Math.abs(clock.millis() - Long.parseLong(header.substring(0, colon)));
            byte[] signature = HexFormat.of().parseHex(header.substring(end + 1));
            byte[] text = text(header.substring(0, end), peer, path);
            return age <= TOLERANCE.toMillis() && key.isSigned(PLACE, text, 0, text.length, signature);
        } catch (IllegalArgumentException notOne) {
            return false;
        }
    }

    private static byte[] text(String head, String peer, String path) {
        return (head + "\n" + peer + "\n" + path).getBytes(StandardCharsets.UTF_8);
    }
}
