package io.dataprism.gateway;

import io.dataprism.core.catalog.DurableFiles;
import io.dataprism.core.cluster.SharedMap;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.permission.Principal;
import io.dataprism.gateway.contract.ShownValue;
import io.vertx.core.Future;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tokens that admins have made, by digest, in memory and in {@code <data-dir>/tokens.json} (mode 0600). Knows their holders;
 * of other tokens it asks the next authenticator. Looking up blocks nothing; {@link #create} and {@link #revoke} write the file,
 * so they belong on a worker. A change counts only once it is on disk.
 *
 * <p>In a cluster all nodes take them: a change is made there first, and what other nodes make or revoke comes here by itself.
 */
public final class ApiTokens implements Authenticator {

    /** The file's name within the data folder. */
    public static final String FILE_NAME = "tokens.json";

    /** How many tokens there may be that have not expired. */
    static final int LIMIT = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(ApiTokens.class);
    private static final int SLOTS = 64;
    private static final int RANDOM_BYTES = 32;
    private static final String PREFIX = "dp_";

    private final Path file;
    private final InstantSource clock;
    private final Authenticator next;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, ApiToken> byDigest = new ConcurrentHashMap<>();
    private final Map<String, ApiToken> byCredential = new ConcurrentHashMap<>();
    private final ReentrantLock changing = new ReentrantLock();
    private final Set<String> unshared = ConcurrentHashMap.newKeySet();
    private volatile @Nullable SharedCredentials<ApiToken> shared;

    /** A token that was just made; its secret is shown this once. */
    record Created(ApiToken token, String secret) {}

    private ApiTokens(Path file, InstantSource clock, Authenticator next) {
        this.file = file;
        this.clock = clock;
        this.next = next;
    }

    /**
     * Reads the tokens of a data folder; there may be none yet. Blocks on the disk.
     *
     * @param next knows the other tokens
     * @throws IOException where the file cannot be read
     */
    public static ApiTokens open(Path dataDirectory, InstantSource clock, Authenticator next) throws IOException {
        ApiTokens tokens = new ApiTokens(dataDirectory.resolve(FILE_NAME), clock, next);
        if (Files.exists(tokens.file)) {
            try {
                new JsonArray(Files.readString(tokens.file))
                        .forEach(each -> tokens.keep(ApiToken.ofFile((JsonObject) each)));
            } catch (DecodeException | IllegalArgumentException | NullPointerException | ClassCastException damaged) {
                throw new IOException(
                        "The API tokens in " + tokens.file + " cannot be read. Delete the file to begin with none.",
                        damaged);
            }
        }
        return tokens;
    }

    /**
     * The same for a node of a cluster. Tokens that the file has and the cluster never knew are offered to it.
     *
     * @param map what nodes share of tokens
     * @param ended hears the {@link Authenticator.Identity#credential()} of each that was revoked on another node
     */
    public static ApiTokens open(
            Path dataDirectory, InstantSource clock, Authenticator next, SharedMap map, Consumer<String> ended)
            throws IOException {
        ApiTokens tokens = open(dataDirectory, clock, next);
        JsonArray file = Files.exists(tokens.file) ? new JsonArray(Files.readString(tokens.file)) : new JsonArray();
        tokens.byDigest.clear();
        tokens.byCredential.clear();
        SharedCredentials<ApiToken> cluster =
                new SharedCredentials<>(map, "tokens", SLOTS, ApiToken::ofFile, ApiToken::expiresAt, clock);
        tokens.shared = cluster;
        cluster.listen((before, now) -> tokens.take(before, now, ended));
        for (Object each : file) {
            JsonObject json = (JsonObject) each;
            if (!Boolean.TRUE.equals(json.getValue(ApiToken.SHARED))) {
                tokens.offer(ApiToken.ofFile(json), cluster);
            }
        }
        return tokens;
    }

    /** One that no cluster takes now is good here, and is offered again with the next start. */
    private void offer(ApiToken token, SharedCredentials<ApiToken> cluster) {
        if (token.expiresAt().isAfter(clock.instant())) {
            try {
                cluster.put(token.id(), token.toFile());
            } catch (DataPrismException failure) {
                LOG.warn("The API token {} is good on this node only for now: {}", token.id(), failure.getMessage());
                unshared.add(token.id());
            }
            keep(token);
        }
    }

    private synchronized void take(Map<String, ApiToken> before, Map<String, ApiToken> now, Consumer<String> ended) {
        now.values().forEach(this::keep);
        List<ApiToken> gone = before.values().stream()
                .filter(token -> !now.containsKey(token.id()))
                .toList();
        gone.forEach(this::forget);
        write(byDigest);
        gone.stream().map(ApiToken::credential).forEach(ended);
    }

    private void keep(ApiToken token) {
        byDigest.put(token.digest(), token);
        byCredential.put(token.credential(), token);
    }

    private void forget(ApiToken token) {
        byDigest.remove(token.digest());
        byCredential.remove(token.credential());
    }

    @Override
    public Future<Identity> authenticate(String bearerToken) {
        ApiToken token = byDigest.get(digest(bearerToken));
        if (token == null) {
            return next.authenticate(bearerToken);
        }
        return token.expiresAt().isAfter(clock.instant())
                ? Future.succeededFuture(new Identity(token.user(), token.expiresAt(), token.credential()))
                : Future.failedFuture(AdminToken.refusal(null));
    }

    /** Whether one that has not expired is named so in {@link Authenticator.Identity#credential()}. */
    public boolean isKnown(String credential) {
        ApiToken token = byCredential.get(credential);
        return token != null && token.expiresAt().isAfter(clock.instant());
    }

    /** Those that have not expired, by holder and age. */
    List<ApiToken> list() {
        return byDigest.values().stream()
                .filter(token -> token.expiresAt().isAfter(clock.instant()))
                .sorted(Comparator.comparing((ApiToken token) -> token.user().sub())
                        .thenComparing(ApiToken::createdAt)
                        .thenComparing(ApiToken::id))
                .toList();
    }

    /** Makes a token; {@code QUOTA_EXCEEDED} where there are too many. Blocks on the disk. */
    Created create(Principal.User user, Duration lifetime) {
        changing.lock();
        try {
            return createNow(user, lifetime);
        } finally {
            changing.unlock();
        }
    }

    private Created createNow(Principal.User user, Duration lifetime) {
        List<ApiToken> current = list();
        if (current.size() >= LIMIT) {
            throw new DataPrismException(
                    ErrorCode.QUOTA_EXCEEDED,
                    "POST /v1/tokens: there are " + current.size() + " tokens, which is the limit.",
                    "Revoke some with DELETE /v1/tokens/{id}.");
        }
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        String secret = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        var now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        ApiToken token = new ApiToken(UUID.randomUUID().toString(), digest(secret), user, now, now.plus(lifetime));
        SharedCredentials<ApiToken> cluster = shared;
        if (cluster != null) {
            cluster.put(token.id(), token.toFile());
        }
        add(token);
        return new Created(token, secret);
    }

    private synchronized void add(ApiToken token) {
        Map<String, ApiToken> all = new HashMap<>();
        list().forEach(each -> all.put(each.digest(), each));
        all.put(token.digest(), token);
        write(all);
        byDigest.keySet().retainAll(all.keySet()); // those that have expired
        byCredential.values().retainAll(all.values());
        keep(token);
    }

    /** Revokes a token; {@code NOT_FOUND}. Blocks on the disk. */
    ApiToken revoke(String id) {
        changing.lock();
        try {
            ApiToken token = find(id);
            SharedCredentials<ApiToken> cluster = shared;
            if (cluster != null) {
                cluster.remove(id);
            }
            remove(token);
            return token;
        } finally {
            changing.unlock();
        }
    }

    private synchronized void remove(ApiToken token) {
        Map<String, ApiToken> left = new HashMap<>(byDigest);
        left.remove(token.digest());
        write(left);
        forget(token);
    }

    private ApiToken find(String id) {
        return byDigest.values().stream()
                .filter(each -> each.id().equals(id))
                .findAny()
                .orElseThrow(() -> new DataPrismException(
                        ErrorCode.NOT_FOUND,
                        "DELETE /v1/tokens/{id}: there is no token '" + ShownValue.of(id) + "'.",
                        "GET /v1/tokens lists the tokens; it may have expired."));
    }

    private void write(Map<String, ApiToken> tokens) {
        JsonArray array = new JsonArray();
        tokens.values()
                .forEach(token -> array.add(
                        shared != null && !unshared.contains(token.id())
                                ? token.toFile().put(ApiToken.SHARED, true)
                                : token.toFile()));
        try {
            DurableFiles.write(file, array.toBuffer().getBytes());
        } catch (IOException failure) {
            throw new UncheckedIOException("The API tokens could not be written to " + file, failure);
        }
    }

    private static String digest(String secret) {
        return HexFormat.of().formatHex(AdminToken.sha256(secret));
    }
}
