package io.dataprism.gateway.connection;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.impl.KeyStoreHelper;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Collections;
import java.util.List;

/** Whether a private key is that of a public one: the JDK takes any two, and then no handshake succeeds. */
final class KeyPairs {

    private static final byte[] SAMPLE = "which key is it".getBytes(StandardCharsets.US_ASCII);

    private KeyPairs() {}

    /** The private key that Vert.x finds in PEM. */
    static PrivateKey privateKey(Buffer key, Buffer certificate) throws Exception {
        KeyStore store = KeyStoreHelper.loadKeyCert(List.of(key), List.of(certificate));
        for (String alias : Collections.list(store.aliases())) {
            if (store.getKey(alias, KeyStoreHelper.DUMMY_PASSWORD.toCharArray()) instanceof PrivateKey found) {
                return found;
            }
        }
        throw new GeneralSecurityException("there is none");
    }

    static boolean belongTogether(PrivateKey own, PublicKey shown) {
        try {
            Signature signature = Signature.getInstance(algorithm(own));
            signature.initSign(own);
            signature.update(SAMPLE);
            byte[] signed = signature.sign();
            signature.initVerify(shown);
            signature.update(SAMPLE);
            return signature.verify(signed);
        } catch (GeneralSecurityException different) {
            return false;
        }
    }

    private static String algorithm(PrivateKey key) {
        return switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> key.getAlgorithm();
        };
    }
}
