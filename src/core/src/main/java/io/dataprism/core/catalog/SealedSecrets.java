package io.dataprism.core.catalog;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;

/**
 * Seals what must not be read on disk: AES-256-GCM, under a key that HKDF derives from {@code secrets.key} of the data folder
 * (mode 0600, made at first use). A seal is bound to its place. Any thread; only {@link #open(Path)} blocks.
 */
final class SealedSecrets {

    private static final String FILE = "secrets.key";
    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final byte[] PURPOSE = "dataprism catalog v1".getBytes(StandardCharsets.UTF_8);

    private final SecretKey key;
    private final SecureRandom random = new SecureRandom();

    private SealedSecrets(SecretKey key) {
        this.key = key;
    }

    /** With the key of a data folder, which is made where there is none. */
    static SealedSecrets open(Path dataDirectory) throws IOException {
        Path file = dataDirectory.resolve(FILE);
        if (!Files.exists(file)) {
            byte[] made = new byte[KEY_BYTES];
            new SecureRandom().nextBytes(made);
            DurableFiles.write(
                    file, (Base64.getEncoder().encodeToString(made) + "\n").getBytes(StandardCharsets.US_ASCII));
        }
        byte[] secret = Base64.getDecoder().decode(Files.readString(file).strip());
        if (secret.length != KEY_BYTES) {
            throw new IllegalArgumentException("The file " + file + " holds " + secret.length + " bytes, not "
                    + KEY_BYTES + "; put the file back that belongs to this data folder.");
        }
        try {
            return new SealedSecrets(KDF.getInstance("HKDF-SHA256")
                    .deriveKey(
                            "AES", HKDFParameterSpec.ofExtract().addIKM(secret).thenExpand(PURPOSE, KEY_BYTES)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The JDK cannot derive a key with HKDF-SHA256.", e);
        }
    }

    /** The bytes, sealed for that place alone, as text. */
    String seal(String place, byte[] plain) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, place, nonce).doFinal(plain);
            byte[] whole = Arrays.copyOf(nonce, NONCE_BYTES + sealed.length);
            System.arraycopy(sealed, 0, whole, NONCE_BYTES, sealed.length);
            return Base64.getEncoder().encodeToString(whole);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The JDK cannot seal with AES-GCM.", e);
        }
    }

    /**
     * What was sealed for that place.
     *
     * @throws IllegalArgumentException where it was sealed for another place or with another key, or was changed
     */
    byte[] open(String place, String sealed) {
        try {
            byte[] whole = Base64.getDecoder().decode(sealed);
            if (whole.length < NONCE_BYTES) {
                throw new GeneralSecurityException("too short");
            }
            return cipher(Cipher.DECRYPT_MODE, place, Arrays.copyOf(whole, NONCE_BYTES))
                    .doFinal(whole, NONCE_BYTES, whole.length - NONCE_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "what is sealed for " + place + " cannot be opened with the " + FILE + " of this data folder", e);
        }
    }

    private Cipher cipher(int mode, String place, byte[] nonce) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(place.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
