package io.dataprism.gateway.jwt;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.gateway.AdminToken;
import io.dataprism.gateway.Authenticator;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.internal.ContextInternal;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Knows the holders of JWTs that one of its keys has signed; of what is no JWT it asks the next authenticator. */
public final class JwtAuthenticator implements Authenticator {

    /** How many signatures, of different tokens, may wait to be checked. */
    static final int WAITING_LIMIT = 256;

    /** How many tokens may wait for a key to be fetched; those beyond are refused as if it had not come. */
    static final int LOOKING_LIMIT = 64;

    private static final int THREADS = 2;

    private final Vertx vertx;
    private final JwtKeys keys;
    private final WorkerExecutor workers;
    private final Claims claims;
    private final InstantSource clock;
    private final Authenticator next;
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicInteger looking = new AtomicInteger();

    private JwtAuthenticator(
            Vertx vertx, JwtKeys keys, WorkerExecutor workers, Claims claims, InstantSource clock, Authenticator next) {
        this.vertx = vertx;
        this.keys = keys;
        this.workers = workers;
        this.claims = claims;
        this.clock = clock;
        this.next = next;
    }

    /**
     * Reads the keys and begins to watch their sources. Fails where one of the files cannot be used; an address may come later.
     *
     * @param next knows the other tokens
     */
    public static Future<JwtAuthenticator> open(
            Vertx vertx, JwtSettings settings, InstantSource clock, Authenticator next) {
        List<KeySource> sources = new ArrayList<>();
        Path secret = settings.secretFile();
        if (secret != null) {
            sources.add(new KeyFile(vertx, "jwt.secretFile", secret, true));
        }
        Path set = settings.jwksFile();
        if (set != null) {
            sources.add(new KeyFile(vertx, "jwt.jwksFile", set, false));
        }
        URI url = settings.jwksUrl();
        if (url != null) {
            sources.add(new KeyAddress(vertx, url));
        }
        return open(vertx, sources, settings, clock, next);
    }

    static Future<JwtAuthenticator> open(
            Vertx vertx, List<KeySource> sources, JwtSettings settings, InstantSource clock, Authenticator next) {
        WorkerExecutor workers = vertx.createSharedWorkerExecutor("signatures", THREADS);
        JwtKeys keys = new JwtKeys(vertx, sources, workers, clock);
        JwtAuthenticator made = new JwtAuthenticator(vertx, keys, workers, new Claims(settings), clock, next);
        return keys.start().map(made);
    }

    /** Whether the key of that {@link Identity#credential()} is taken. Any thread; nothing blocks. */
    public boolean knows(String credential) {
        return keys.knows(credential);
    }

    /** Hears the {@link Identity#credential()} of each key that is taken no longer: what it has opened must end. Must not block. */
    public void onKeyGone(Consumer<String> listener) {
        keys.onGone(listener);
    }

    @Override
    public Future<Identity> authenticate(String bearerToken) {
        if (!SignedToken.looksLike(bearerToken)) {
            return next.authenticate(bearerToken);
        }
        String digest = HexFormat.of().formatHex(AdminToken.sha256(bearerToken));
        VerifiedTokens verified = keys.current().verified();
        Identity known = verified.find(digest, clock.instant());
        if (known != null) {
            return Future.succeededFuture(known);
        }
        Promise<Identity> answer = ((ContextInternal) vertx.getOrCreateContext()).promise();
        verified.once(digest, () -> verify(SignedToken.parse(bearerToken), digest))
                .onComplete(answer);
        return answer.future();
    }

    private Future<Identity> verify(SignedToken token, String digest) {
        KeySet now = keys.current();
        if (!now.candidates(token.algorithm(), token.keyId()).isEmpty()) {
            return verify(token, digest, now);
        }
        if (looking.incrementAndGet() > LOOKING_LIMIT) {
            looking.decrementAndGet();
            return Future.failedFuture(noKey(token, now));
        }
        return keys.lookFurther()
                .onComplete(looked -> looking.decrementAndGet())
                .compose(looked -> verify(token, digest, keys.current()));
    }

    private Future<Identity> verify(SignedToken token, String digest, KeySet with) {
        List<VerificationKey> candidates = with.candidates(token.algorithm(), token.keyId());
        if (candidates.isEmpty()) {
            return Future.failedFuture(noKey(token, with));
        }
        if (waiting.incrementAndGet() > WAITING_LIMIT) {
            waiting.decrementAndGet();
            return Future.failedFuture(overloaded());
        }
        return workers.executeBlocking(
                        () -> {
                            Identity found = identity(token, candidates);
                            with.verified().keep(digest, found);
                            return found;
                        },
                        false)
                .onComplete(done -> waiting.decrementAndGet());
    }

    private Identity identity(SignedToken token, List<VerificationKey> candidates) {
        for (VerificationKey key : candidates) {
            String payload = token.payloadSignedBy(key);
            if (payload != null) {
                return claims.read(payload, key.credential(), clock.instant());
            }
        }
        throw AdminToken.refusal("The token's signature is of no key that this node takes.");
    }

    private static DataPrismException noKey(SignedToken token, KeySet keys) {
        String other = keys.algorithmOf(token.keyId());
        String named = token.keyId() == null ? "" : " with the id " + SignedToken.shown(token.keyId());
        return AdminToken.refusal(
                other == null
                        ? "The token is signed with " + token.algorithm() + ", and this node has no key" + named
                                + " for that."
                        : "The token says that it is signed with " + token.algorithm() + ", and the key" + named
                                + " is for " + other + ".");
    }

    private static DataPrismException overloaded() {
        return new DataPrismException(
                ErrorCode.OVERLOADED,
                "More than " + WAITING_LIMIT + " tokens wait for their signatures to be checked.",
                "Try again in a few seconds.");
    }

    /** Watches no longer. */
    public Future<Void> close() {
        return keys.close().eventually(workers::close);
    }
}
