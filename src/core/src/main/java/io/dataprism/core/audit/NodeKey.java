package io.dataprism.core.audit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/**
 * The node's Ed25519 key pair: {@code node.key} (PKCS 8, mode 0600) and {@code node.pub} (X.509) in the data folder, in
 * base64. Made at first use.
 */
public final class NodeKey {

    private static final String ALGORITHM = "Ed25519";

    private final PrivateKey privateKey;

    private NodeKey(PrivateKey privateKey) {
        this.privateKey = privateKey;
    }

    /** Reads the key of a data folder, or makes one. */
    public static NodeKey loadOrCreate(Path dataDirectory) {
        Path privateFile = dataDirectory.resolve("node.key");
        try {
            if (!Files.exists(privateFile)) {
                create(dataDirectory, privateFile);
            }
            return new NodeKey(
                    KeyFactory.getInstance(ALGORITHM).generatePrivate(new PKCS8EncodedKeySpec(decoded(privateFile))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The file " + privateFile + " holds no Ed25519 key.", e);
        }
    }

    /** The public key of a data folder. */
    public static PublicKey publicKey(Path dataDirectory) throws IOException, GeneralSecurityException {
        byte[] encoded = decoded(dataDirectory.resolve("node.pub"));
        return KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(encoded));
    }

    /** The public key of a data folder as it is shown to others: X.509 in base64. */
    public static String publicKeyText(Path dataDirectory) throws IOException {
        return Files.readString(dataDirectory.resolve("node.pub")).strip();
    }

    /** A signature of these bytes. */
    public byte[] sign(byte[] message) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initSign(privateKey);
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The node's key cannot sign.", e);
        }
    }

    static boolean isSigned(PublicKey key, byte[] message, byte[] signed) throws GeneralSecurityException {
        Signature signature = Signature.getInstance(ALGORITHM);
        signature.initVerify(key);
        signature.update(message);
        return signature.verify(signed);
    }

    private static void create(Path dataDirectory, Path privateFile) throws IOException, GeneralSecurityException {
        KeyPair pair = KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
        Files.writeString(
                dataDirectory.resolve("node.pub"), encoded(pair.getPublic().getEncoded()));
        Path unfinished = dataDirectory.resolve("node.key.new");
        Files.deleteIfExists(unfinished);
        Files.createFile(
                unfinished, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(
                unfinished, encoded(pair.getPrivate().getEncoded()), StandardOpenOption.WRITE, StandardOpenOption.SYNC);
        Files.move(unfinished, privateFile);
    }

    private static String encoded(byte[] key) {
        return Base64.getEncoder().encodeToString(key) + "\n";
    }

    private static byte[] decoded(Path file) throws IOException, GeneralSecurityException {
        try {
            return Base64.getDecoder().decode(Files.readString(file).strip());
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException("The file " + file + " is not base64.", e);
        }
    }
}
