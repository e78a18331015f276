package io.dataprism.gateway;

import io.dataprism.core.cluster.SharedMap;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.permission.Principal;
import io.dataprism.gateway.Authenticator.Identity;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of browsers on this node: a random id of 256 bits in a cookie stands for the identity that opened it. Kept in
 * memory, and for the next start in a file, by digest, for {@link #LIFETIME} at most and never longer than the token lives.
 *
 * <p>A user has at most {@link #LIMIT_PER_USER}, of which the oldest gives way to a new one. All users together have at most {@link
 * #LIMIT}, and then a new one is refused: nobody gives way to somebody else. Any thread; nothing blocks.
 *
 * <p>In a cluster all nodes have them; then opening and closing one block.
 */
public final class Sessions {

    /** The cookie's name. */
    public static final String COOKIE = "dataprism_session";

    /** How long a session lives. */
    public static final Duration LIFETIME = Duration.ofHours(12);

    /** How many sessions there may be. */
    static final int LIMIT = 10_000;

    /** How many of them may be of one user. */
    static final int LIMIT_PER_USER = 100;

    private static final int SLOTS = 256;
    private static final int RANDOM_BYTES = 32;

    private final SecureRandom random = new SecureRandom();
    private final InstantSource clock;
    private final Consumer<String> ended;
    private @Nullable SessionFile file;
    private volatile @Nullable SharedCredentials<Session> shared;
    private volatile Predicate<String> isGood = credential -> true;
    private final AtomicLong refused = new AtomicLong();
    private final Map<String, Session> byDigest = new LinkedHashMap<>(); // oldest first

    /**
     * A session that was just opened.
     *
     * @param id for the cookie; nobody can read it from here again
     */
    record Opened(String id, Duration lifetime) {}

    /**
     * @param ended hears the {@link Identity#credential()} of each session that has ended before its time: what it has opened
     *     must end too. Must not block.
     */
    public Sessions(InstantSource clock, Consumer<String> ended) {
        this.clock = clock;
        this.ended = ended;
    }

    /**
     * From now on those that were opened with the admin token or an API token outlive the process, and those of before are there
     * again. Call once, before anything is served; blocks on the disk.
     *
     * @param admin with another one the sessions of before are gone
     * @param isKnown whether the credential of an API token is good still
     * @param disk writes the file
     */
    public synchronized void keep(Path dataDirectory, AdminToken admin, Predicate<String> isKnown, Executor disk) {
        SessionFile kept = new SessionFile(dataDirectory, admin, disk);
        Instant now = clock.instant();
        for (Object each : kept.read()) {
            JsonObject json = (JsonObject) each;
            Session session = Session.ofFile(json);
            String parent = session.parent();
            if (session.expiresAt().isAfter(now) && (parent == null || isKnown.test(parent))) {
                byDigest.put(json.getString("digest"), session);
            }
        }
        file = kept;
    }

    /**
     * From now on all nodes of the cluster have them, over restarts too. Call once, in place of {@link #keep}; blocks.
     *
     * @param good whether what opened a session, an API token or the key of a JWT, is taken still; asked with each use
     */
    public void share(SharedMap map, Predicate<String> good) {
        isGood = good;
        SharedCredentials<Session> cluster =
                new SharedCredentials<>(map, "sessions", SLOTS, Session::ofFile, Session::expiresAt, clock);
        shared = cluster;
        cluster.listen(this::take);
    }

    /** Whether opening and closing block. */
    boolean isShared() {
        return shared != null;
    }

    private void take(Map<String, Session> before, Map<String, Session> now) {
        List<Session> gone = new ArrayList<>();
        synchronized (this) {
            before.forEach((digest, session) -> {
                if (!now.containsKey(digest) && byDigest.remove(digest) != null) {
                    gone.add(session);
                }
            });
            byDigest.putAll(now);
        }
        tell(gone);
    }

    /** Call with the lock. */
    private void save() {
        if (file != null) {
            Map<String, Session> now = new LinkedHashMap<>(byDigest);
            file.save(() -> {
                JsonArray all = new JsonArray();
                now.forEach((digest, session) -> {
                    if (session.isKept()) {
                        all.add(session.toFile(digest));
                    }
                });
                return all;
            });
        }
    }

    /**
     * Opens a session of somebody who has shown a token.
     *
     * @throws DataPrismException {@code OVERLOADED} where all users together have as many as there may be
     */
    Opened open(Identity owner) {
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        String id = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        String digest = digest(id);
        Instant now = clock.instant();
        Instant expiresAt = now.plus(LIFETIME);
        Instant tokenEnds = owner.expiresAt();
        if (tokenEnds != null && tokenEnds.isBefore(expiresAt)) {
            expiresAt = tokenEnds;
        }
        Session session = Session.of(owner, expiresAt, digest);
        List<Session> gone;
        synchronized (this) {
            gone = makeRoom(owner.user(), now);
        }
        SharedCredentials<Session> cluster = shared;
        if (cluster != null) {
            cluster.put(digest, session.toFile(digest));
            gone.forEach(each -> cluster.remove(each.digest()));
        }
        synchronized (this) {
            byDigest.put(digest, session);
            save();
        }
        tell(gone);
        return new Opened(id, Duration.between(now, expiresAt));
    }

    /** Call with the lock. */
    private List<Session> makeRoom(Principal.User user, Instant now) {
        byDigest.values().removeIf(session -> !session.expiresAt().isAfter(now));
        List<Session> own =
                byDigest.values().stream().filter(session -> session.isOf(user)).toList();
        List<Session> gone = own.subList(0, Math.max(0, own.size() - LIMIT_PER_USER + 1));
        if (byDigest.size() - gone.size() >= LIMIT) {
            refused.incrementAndGet();
            throw full();
        }
        byDigest.values().removeAll(gone);
        return gone;
    }

    private static DataPrismException full() {
        return new DataPrismException(
                ErrorCode.OVERLOADED,
                "POST /v1/session: " + LIMIT + " sessions are open on this node, as many as there may be.",
                "Try again later, or send the token itself with each request: Authorization: Bearer <token>.");
    }

    /** How many there are. */
    public synchronized int count() {
        return byDigest.size();
    }

    /** How many were refused since the start, because there were as many as there may be. */
    public long refused() {
        return refused.get();
    }

    /** Who holds that session; null where there is none, or none any more. */
    synchronized @Nullable Identity find(String id) {
        Session session = byDigest.get(digest(id));
        if (session == null || !session.expiresAt().isAfter(clock.instant())) {
            return null;
        }
        String parent = session.parent();
        return parent == null || isGood.test(parent) ? session.identity() : null;
    }

    /** Ends a session, and what it has opened. */
    void close(String id) {
        Session session;
        synchronized (this) {
            session = byDigest.remove(digest(id));
            save();
        }
        if (session != null) {
            tell(List.of(session));
        }
        SharedCredentials<Session> cluster = shared;
        if (cluster != null) {
            cluster.remove(digest(id));
        }
    }

    /** A token was revoked: ends every session that it has opened, on this node; others hear of the token's end themselves. */
    public void closeOf(String credential) {
        List<Session> gone = new ArrayList<>();
        synchronized (this) {
            byDigest.values().removeIf(session -> {
                boolean its = credential.equals(session.parent());
                if (its) {
                    gone.add(session);
                }
                return its;
            });
            save();
        }
        tell(gone);
    }

    private void tell(List<Session> gone) {
        for (Session session : gone) {
            String credential = session.identity().credential();
            if (credential != null) {
                ended.accept(credential);
            }
        }
    }

    private static String digest(String id) {
        return HexFormat.of().formatHex(AdminToken.sha256(id));
    }
}
