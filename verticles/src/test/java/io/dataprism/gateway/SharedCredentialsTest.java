package io.dataprism.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.permission.Principal;
import io.dataprism.fixtures.cluster.SharedMapsInMemory;
import io.dataprism.gateway.Authenticator.Identity;
import io.vertx.core.Future;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedCredentialsTest {

    private final SharedMapsInMemory cluster = new SharedMapsInMemory();
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
    private final List<String> ended = new ArrayList<>();
    private final Principal.User ada = GatewayFixture.USERS.get("analyst");

    @TempDir
    Path folder;

    @BeforeEach
    void folders() throws Exception {
        for (String node : List.of("one", "other", "late")) {
            Files.createDirectories(folder.resolve(node));
        }
    }

    @Test
    void aTokenIsGoodOnAllNodesAndEndsOnAll() throws Exception {
        ApiTokens one = tokens("one");
        ApiTokens other = tokens("other");
        ApiTokens.Created made = one.create(ada, Duration.ofHours(1));
        assertThat(other.authenticate(made.secret()).result().user()).isEqualTo(ada);
        assertThat(other.list()).containsExactly(made.token());
        assertThat(tokens("late").authenticate(made.secret()).succeeded()).isTrue();

        other.revoke(made.token().id());
        assertThat(one.authenticate(made.secret()).failed()).isTrue();
        assertThat(ended).contains(made.token().credential());
        assertThat(one.isKnown(made.token().credential())).isFalse();
        assertThat(tokens("one").authenticate(made.secret()).failed())
                .as("a file of before brings nothing back")
                .isTrue();
    }

    @Test
    void tokensOfANodeThatWasAloneAreSharedAndThoseThatEndedMeanwhileStayEnded() throws Exception {
        ApiTokens alone = ApiTokens.open(folder.resolve("one"), now::get, SharedCredentialsTest::nobody);
        ApiTokens.Created made = alone.create(ada, Duration.ofHours(1));
        ApiTokens one = tokens("one");
        ApiTokens other = tokens("other");
        assertThat(other.authenticate(made.secret()).succeeded()).isTrue();
        byte[] file = Files.readAllBytes(folder.resolve("one").resolve(ApiTokens.FILE_NAME));
        other.revoke(made.token().id());
        Files.write(folder.resolve("one").resolve(ApiTokens.FILE_NAME), file); // it was off meanwhile
        assertThat(tokens("one").authenticate(made.secret()).failed()).isTrue();
        assertThat(one.authenticate(made.secret()).failed()).isTrue();
    }

    @Test
    void withoutAMajorityNoTokenIsMadeAndThoseThereAreAreGood() throws Exception {
        ApiTokens one = tokens("one");
        ApiTokens.Created made = one.create(ada, Duration.ofHours(1));
        cluster.majority(false);
        assertThat(catchThrowableOfType(DataPrismException.class, () -> one.create(ada, Duration.ofHours(1)))
                        .code())
                .isEqualTo(ErrorCode.NO_MAJORITY);
        assertThat(catchThrowableOfType(
                                DataPrismException.class,
                                () -> one.revoke(made.token().id()))
                        .code())
                .isEqualTo(ErrorCode.NO_MAJORITY);
        assertThat(one.authenticate(made.secret()).succeeded()).isTrue();
    }

    @Test
    void aSessionIsGoodOnAllNodesUntilItEndsOnOne() throws Exception {
        Sessions one = sessions();
        Sessions other = sessions();
        var usual = one.open(new Identity(ada, null, "token:1"));
        var ofAKey = one.open(new Identity(ada, null, "jwt:1"));
        var closed = other.open(new Identity(ada, null, null));
        assertThat(other.find(usual.id())).isEqualTo(one.find(usual.id())).isNotNull();
        assertThat(other.find(ofAKey.id())).isNotNull();
        assertThat(sessions().find(usual.id())).isNotNull();

        one.close(closed.id());
        assertThat(other.find(closed.id())).isNull();
        assertThat(ended).as("what it opened ends on both").hasSizeGreaterThanOrEqualTo(2);
        other.closeOf("token:1"); // each node hears of a token's end
        assertThat(other.find(usual.id())).isNull();
        now.set(now.get().plus(Sessions.LIFETIME));
        assertThat(other.find(ofAKey.id())).isNull();
        assertThat(one.find(one.open(new Identity(ada, null, null)).id())).isNotNull();
    }

    @Test
    void theAdminTokenOfEachNodeIsGoodOnAll() throws Exception {
        AdminToken own = AdminToken.openOrCreate(folder.resolve("one"));
        AdminTokens one = new AdminTokens(own, "n1", cluster.map("admins"));
        AdminTokens other =
                new AdminTokens(AdminToken.openOrCreate(folder.resolve("other")), "n2", cluster.map("admins"));
        String token = Files.readString(folder.resolve("one").resolve(AdminToken.FILE_NAME))
                .strip();
        assertThat(one.authenticate(token).succeeded()).isTrue();
        assertThat(other.authenticate(token).failed()).isTrue();
        one.offer();
        one.offer();
        assertThat(other.authenticate(token).result().user()).isEqualTo(Principal.User.admin());
        Files.delete(folder.resolve("one").resolve(AdminToken.FILE_NAME));
        new AdminTokens(AdminToken.openOrCreate(folder.resolve("one")), "n1", cluster.map("admins")).offer();
        assertThat(other.authenticate(token).failed())
                .as("another one took its place")
                .isTrue();
    }

    private ApiTokens tokens(String node) throws Exception {
        return ApiTokens.open(
                folder.resolve(node), now::get, SharedCredentialsTest::nobody, cluster.map("tokens"), ended::add);
    }

    private Sessions sessions() {
        Sessions sessions = new Sessions(now::get, ended::add);
        sessions.share(cluster.map("sessions"), List.of("token:1", "jwt:1")::contains);
        return sessions;
    }

    private static Future<Identity> nobody(String token) {
        return Future.failedFuture(AdminToken.refusal(null));
    }
}
