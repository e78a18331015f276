package io.dataprism.gateway.jwt;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import javax.crypto.spec.SecretKeySpec;
import org.jose4j.jws.AlgorithmIdentifiers;

/**
 * A file with keys, read every two seconds.
 *
 * @param key of the configuration, which names it
 * @param secret whether it holds the secret of HS256, or a set of public keys
 */
record KeyFile(Vertx vertx, String key, Path file, boolean secret) implements KeySource {

    private static final Duration PERIOD = Duration.ofSeconds(2);
    private static final int SECRET_BYTES_LEAST = 32;

    @Override
    public String name() {
        return key + " " + file;
    }

    @Override
    public Duration lasts() {
        return PERIOD;
    }

    @Override
    public Duration rests() {
        return PERIOD;
    }

    @Override
    public Future<Buffer> read() {
        String path = file.toString();
        return vertx.fileSystem()
                .props(path)
                .compose(found -> found.size() > BYTES_LIMIT
                        ? Future.failedFuture(new UnusableKeys("it has more than " + BYTES_LIMIT + " bytes"))
                        : vertx.fileSystem().readFile(path));
    }

    @Override
    public List<VerificationKey> keys(Buffer content) throws UnusableKeys {
        String text = content.toString(StandardCharsets.UTF_8);
        if (!secret) {
            return JsonWebKeys.read(text);
        }
        byte[] bytes = text.strip().getBytes(StandardCharsets.UTF_8);
        if (bytes.length < SECRET_BYTES_LEAST) {
            throw new UnusableKeys(
                    "its secret has " + bytes.length + " bytes, and HS256 needs " + SECRET_BYTES_LEAST + " at least");
        }
        return List.of(new VerificationKey(
                AlgorithmIdentifiers.HMAC_SHA256,
                null,
                new SecretKeySpec(bytes, "HmacSHA256"),
                "jwt:" + UUID.randomUUID()));
    }
}
