package io.dataprism.core.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The newest line that the node vouches for, in {@code audit/checkpoint.json} (mode 0600), replaced as a whole after each
 * group of lines.
 */
record AuditCheckpoint(long sequence, String hash, String signature) {

    private static final ObjectMapper JSON = new ObjectMapper();

    static AuditCheckpoint signed(NodeKey key, long sequence, String hash) {
        byte[] signature = key.sign(message(sequence, hash));
        return new AuditCheckpoint(sequence, hash, Base64.getEncoder().encodeToString(signature));
    }

    /** Null where there is none that can be read. */
    static @Nullable AuditCheckpoint read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return null;
        }
        try {
            JsonNode json = JSON.readTree(Files.readString(file));
            return new AuditCheckpoint(
                    json.path("seq").asLong(-1),
                    json.path("hash").asText(),
                    json.path("signature").asText());
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    void write(Path file) throws IOException {
        String text = JSON.createObjectNode()
                .put("format", "dataprism-audit-checkpoint")
                .put("version", 1)
                .put("seq", sequence)
                .put("hash", hash)
                .put("signature", signature)
                .toString();
        Path unfinished = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(unfinished);
        Files.createFile(
                unfinished, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
            channel.write(StandardCharsets.UTF_8.encode(text + "\n"));
            channel.force(true);
        }
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    boolean isSignedBy(PublicKey key) {
        try {
            return NodeKey.isSigned(
                    key, message(sequence, hash), Base64.getDecoder().decode(signature));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return false;
        }
    }

    private static byte[] message(long sequence, String hash) {
        return ("dataprism-audit-checkpoint 1 " + sequence + " " + hash).getBytes(StandardCharsets.UTF_8);
    }
}
