package io.dataprism.gateway;

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
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of browsers on this node: a random id of 256 bits in a cookie stands for the identity that opened it. Kept in
 * memory, and for the next start in a file, by digest, for {@link #LIFETIME} at most and never longer than the token lives. There are at most {@link #LIMIT}; the
 * oldest gives way to a new one. Any thread; nothing blocks.
 */
public final class Sessions {

    /** The cookie's name. */
    public static final String COOKIE = "dataprism_session";

    /** How long a session lives. */
    public static final Duration LIFETIME = Duration.ofHours(12);

    /** How many sessions there may be. */
    static final int LIMIT = 10_000;

    private static final int RANDOM_BYTES = 32;

    private final SecureRandom random = new SecureRandom();
    private final InstantSource clock;
    private final Consumer<String> ended;
    private @Nullable SessionFile file;
    private final Map<String, Session> byDigest = new LinkedHashMap<>(); // oldest first

    /** @param parent the credential that opened it */
    private record Session(
            Identity identity, Instant expiresAt, @Nullable String parent) {

        /** Whether the next start can tell that its token is good still. */
        boolean isKept() {
            return parent == null || parent.startsWith(ApiToken.CREDENTIAL_PREFIX);
        }

        JsonObject toFile(String digest) {
            return new ApiToken(digest, digest, identity.user(), Instant.EPOCH, expiresAt)
                    .toFile()
                    .put("parent", parent);
        }

        static Session ofFile(JsonObject json) {
            ApiToken kept = ApiToken.ofFile(json);
            return new Session(
                    identity(kept.user(), kept.expiresAt(), kept.digest()), kept.expiresAt(), json.getString("parent"));
        }

        static Identity identity(Principal.User user, Instant expiresAt, String digest) {
            return new Identity(user, expiresAt, "session:" + digest);
        }
    }

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

    /** Opens a session of somebody who has shown a token. */
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
        Identity identity = Session.identity(owner.user(), expiresAt, digest);
        List<Session> gone;
        synchronized (this) {
            gone = makeRoom(now);
            byDigest.put(digest, new Session(identity, expiresAt, owner.credential()));
            save();
        }
        tell(gone);
        return new Opened(id, Duration.between(now, expiresAt));
    }

    private List<Session> makeRoom(Instant now) {
        byDigest.values().removeIf(session -> !session.expiresAt().isAfter(now));
        List<Session> gone = new ArrayList<>();
        var oldest = byDigest.values().iterator();
        while (byDigest.size() >= LIMIT) {
            gone.add(oldest.next());
            oldest.remove();
        }
        return gone;
    }

    /** Who holds that session; null where there is none, or none any more. */
    synchronized @Nullable Identity find(String id) {
        Session session = byDigest.get(digest(id));
        return session == null || !session.expiresAt().isAfter(clock.instant()) ? null : session.identity();
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
    }

    /** A token was revoked: ends every session that it has opened. */
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
