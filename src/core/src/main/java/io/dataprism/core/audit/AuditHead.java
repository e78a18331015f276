package io.dataprism.core.audit;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/**
 * The newest line of a node's log at some time, as the node vouched for it: what other nodes keep, so that a log that is cut or written
 * anew later, together with its checkpoint and its keys, is found.
 *
 * @param node whose log it is
 * @param sequence the number of the line
 * @param hash its hash
 * @param signature of both, by the node's key, in base64
 * @param key the public key, X.509 in base64
 */
public record AuditHead(String node, long sequence, String hash, String signature, String key) {

    /** Whether its key has signed it. */
    public boolean isGenuine() {
        try {
            byte[] encoded = Base64.getDecoder().decode(key);
            return new AuditCheckpoint(sequence, hash, signature)
                    .isSignedBy(KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded)));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return false;
        }
    }
}
