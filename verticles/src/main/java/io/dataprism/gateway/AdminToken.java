package io.dataprism.gateway;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.permission.Principal;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** The node's own token, kept in {@code <data-dir>/admin.token}: every right. */
public final class AdminToken implements Authenticator {

    /** The file's name within the data folder. */
    public static final String FILE_NAME = "admin.token";

    private static final int RANDOM_BYTES = 32;
    private static final int SHORTEST = 16;

    private final byte[] digest;

    private AdminToken(String token) {
        digest = sha256(token);
    }

    /**
     * Reads the token, or makes one of 256 random bits, mode 0600, where there is none. Blocks on the disk.
     *
     * @throws IOException where the file cannot be read or made, or holds no token
     */
    public static AdminToken openOrCreate(Path dataDirectory) throws IOException {
        Files.createDirectories(dataDirectory);
        Path file = dataDirectory.resolve(FILE_NAME);
        if (!Files.exists(file)) {
            create(file);
        }
        String token = Files.readString(file).strip();
        if (token.length() < SHORTEST) {
            throw new IOException("The admin token in " + file + " has " + token.length() + " characters, at least "
                    + SHORTEST + " are needed. Delete the file to have a new one made.");
        }
        return new AdminToken(token);
    }

    private static void create(Path file) throws IOException {
        byte[] random = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(random);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        Path fresh = Files.createTempFile(
                file.toAbsolutePath().getParent(),
                FILE_NAME,
                ".new",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(fresh, token + "\n");
        try {
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException anotherWasFaster) {
            Files.delete(fresh);
        }
    }

    /** By which it is known without being known. */
    byte[] digest() {
        return digest.clone();
    }

    /** A key for one purpose that only who knows the token could make. */
    byte[] key(String purpose) {
        return mac(digest, purpose.getBytes(StandardCharsets.UTF_8));
    }

    /** HMAC with SHA-256. */
    static byte[] mac(byte[] key, byte[] bytes) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(bytes);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("Every JDK has HmacSHA256", impossible);
        }
    }

    @Override
    public Future<Identity> authenticate(String bearerToken) {
        if (MessageDigest.isEqual(digest, sha256(bearerToken))) {
            return Future.succeededFuture(new Identity(Principal.User.admin(), null));
        }
        return Future.failedFuture(refusal(null));
    }

    /**
     * The refusal of who shows no token that is known.
     *
     * @param reason what is wrong, without anything of the token; null: it is not known, or no longer
     */
    public static DataPrismException refusal(@Nullable String reason) {
        return new DataPrismException(
                ErrorCode.UNAUTHENTICATED,
                reason == null ? "The token is not known, or no longer." : reason,
                "Send 'Authorization: Bearer <token>' with the admin token (" + FILE_NAME
                        + " in the node's data folder), an API token, or a JWT where the node is configured for them.");
    }

    /** Tokens are compared by digest: equal lengths, constant time. */
    public static byte[] sha256(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (java.security.NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every JDK has SHA-256", impossible);
        }
    }
}
