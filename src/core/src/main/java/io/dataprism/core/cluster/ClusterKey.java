package io.dataprism.core.cluster;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;

/**
 * The secret that makes a process one of a cluster's nodes. What lies where others could write, such as in Hazelcast, whose port asks for no
 * credentials, is sealed or signed with it, bound to its place: who reaches that port can disturb, and grants itself nothing. Any
 * thread.
 */
public final class ClusterKey {

    /** Of the secret. */
    public static final int BYTES = 32;

    /** Of what {@link #sign} answers. */
    public static final int SIGNATURE_BYTES = 32;

    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final byte FORMAT = 1;
    private static final String MAC = "HmacSHA256";

    private final SecretKey sealing;
    private final SecretKey signing;
    private final SecureRandom random = new SecureRandom();

    private ClusterKey(byte[] secret) {
        this.sealing = derive(secret, "AES", "dataprism cluster seal v1");
        this.signing = derive(secret, MAC, "dataprism cluster sign v1");
    }

    /**
     * Of a secret as {@link #newSecret} makes them.
     *
     * @throws IllegalArgumentException where it is not {@value #BYTES} bytes in base64
     */
    public static ClusterKey of(String base64) {
        byte[] secret = Base64.getDecoder().decode(base64.strip());
        if (secret.length != BYTES) {
            throw new IllegalArgumentException("it holds " + secret.length + " bytes in base64, not " + BYTES);
        }
        return new ClusterKey(secret);
    }

    /** A new secret, in base64. */
    public static String newSecret() {
        byte[] secret = new byte[BYTES];
        new SecureRandom().nextBytes(secret);
        return Base64.getEncoder().encodeToString(secret);
    }

    private static SecretKey derive(byte[] secret, String algorithm, String purpose) {
        try {
            byte[] info = purpose.getBytes(StandardCharsets.UTF_8);
            return KDF.getInstance("HKDF-SHA256")
                    .deriveKey(
                            algorithm,
                            HKDFParameterSpec.ofExtract().addIKM(secret).thenExpand(info, BYTES));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The JDK cannot derive a key with HKDF-SHA256.", e);
        }
    }

    /** The bytes, encrypted and good at that place alone. For what is written seldom: at most some billions in the life of a secret. */
    public byte[] seal(String place, byte[] plain) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, place, nonce).doFinal(plain);
            byte[] whole = new byte[1 + NONCE_BYTES + sealed.length];
            whole[0] = FORMAT;
            System.arraycopy(nonce, 0, whole, 1, NONCE_BYTES);
            System.arraycopy(sealed, 0, whole, 1 + NONCE_BYTES, sealed.length);
            return whole;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The JDK cannot seal with AES-GCM.", e);
        }
    }

    /** What was sealed for that place; empty where it was sealed for another, or with another key, or changed. */
    public Optional<byte[]> open(String place, byte[] whole) {
        if (whole.length < 1 + NONCE_BYTES + TAG_BITS / 8 || whole[0] != FORMAT) {
            return Optional.empty();
        }
        try {
            return Optional.of(cipher(Cipher.DECRYPT_MODE, place, Arrays.copyOfRange(whole, 1, 1 + NONCE_BYTES))
                    .doFinal(whole, 1 + NONCE_BYTES, whole.length - 1 - NONCE_BYTES));
        } catch (GeneralSecurityException notOurs) {
            return Optional.empty();
        }
    }

    /**
     * The signature (HMAC-SHA256) of bytes at a place.
     *
     * @return {@value #SIGNATURE_BYTES} bytes
     */
    public byte[] sign(String place, byte[] bytes) {
        return sign(place, bytes, 0, bytes.length);
    }

    /** The same, of a part of an array. */
    public byte[] sign(String place, byte[] bytes, int offset, int length) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(signing);
            byte[] name = place.getBytes(StandardCharsets.UTF_8);
            mac.update(
                    new byte[] {(byte) (name.length >> 8), (byte) name.length}); // so that no place runs on into bytes
            mac.update(name);
            mac.update(bytes, offset, length);
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The JDK cannot sign with " + MAC + ".", e);
        }
    }

    /** Whether that is the signature of those bytes at that place; takes as long whatever it is. */
    public boolean isSigned(String place, byte[] bytes, int offset, int length, byte[] signature) {
        return MessageDigest.isEqual(sign(place, bytes, offset, length), signature);
    }

    private Cipher cipher(int mode, String place, byte[] nonce) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, sealing, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(place.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
