package io.dataprism.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.permission.Principal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CredentialsTest {

    private static GatewayFixture gateway;

    @BeforeAll
    static void start() {
        gateway = new GatewayFixture();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static HttpRequest.Builder bare(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.deployed.port() + path))
                .timeout(Duration.ofSeconds(20));
    }

    private static String own() {
        return "http://127.0.0.1:" + gateway.deployed.port();
    }

    private static HttpResponse<String> signIn() throws Exception {
        return gateway.send(gateway.request("/v1/session").POST(BodyPublishers.noBody()));
    }

    private static String cookie(HttpResponse<String> signedIn) {
        return signedIn.headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0];
    }

    private static JsonObject token(String body) throws Exception {
        HttpResponse<String> response = gateway.send(gateway.request("/v1/tokens")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        return new JsonObject(response.body());
    }

    private static int statusWith(String token) throws Exception {
        return gateway.send(bare("/v1/more").header("Authorization", "Bearer " + token))
                .statusCode();
    }

    @Test
    void aSessionIsACookieThatScriptsAndOtherSitesDoNotGet() throws Exception {
        HttpResponse<String> signedIn = signIn();
        assertThat(signedIn.statusCode()).isEqualTo(204);
        assertThat(signedIn.headers().firstValue("Set-Cookie").orElseThrow())
                .contains("HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=43200");
        HttpResponse<String> read = gateway.send(bare("/v1/more").header("Cookie", cookie(signedIn)));
        assertThat(read.statusCode()).isEqualTo(200);
        assertThat(new JsonObject(read.body()).getString("sub")).isEqualTo("admin");
    }

    @Test
    void aSessionIsOpenedByATokenAlone() throws Exception {
        String cookie = cookie(signIn());
        assertThat(gateway.send(bare("/v1/session").POST(BodyPublishers.noBody()))
                        .statusCode())
                .isEqualTo(401);
        assertThat(gateway.send(bare("/v1/session")
                                .header("Cookie", cookie)
                                .header("Origin", own())
                                .POST(BodyPublishers.noBody()))
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void whatChangesSomethingNeedsAPageOfThisHost() throws Exception {
        String cookie = cookie(signIn());
        String[][] origins = {{null, "403"}, {"http://evil.example", "403"}, {"null", "403"}, {own(), "200"}};
        for (String[] origin : origins) {
            HttpRequest.Builder request = bare("/v1/query")
                    .header("Cookie", cookie)
                    .header("Content-Type", "application/json")
                    .header("Accept", "application/x-ndjson")
                    .POST(BodyPublishers.ofString("{\"sql\":\"rows 1\"}"));
            if (origin[0] != null) {
                request.header("Origin", origin[0]);
            }
            HttpResponse<String> response = gateway.send(request);
            assertThat(response.statusCode()).as(origin[0] + response.body()).isEqualTo(Integer.parseInt(origin[1]));
            if (response.statusCode() == 403) {
                assertThat(new JsonObject(response.body()).getString("code")).isEqualTo("PERMISSION_DENIED");
            }
        }
    }

    @Test
    void anEndedSessionIsNoneAndEndsWhatItHasOpened() throws Exception {
        String cookie = cookie(signIn());
        int before = gateway.ended.size();
        HttpResponse<String> ended = gateway.send(bare("/v1/session")
                .header("Cookie", cookie)
                .header("Origin", own())
                .DELETE());
        assertThat(ended.statusCode()).isEqualTo(204);
        assertThat(ended.headers().firstValue("Set-Cookie").orElseThrow()).contains("Max-Age=0");
        assertThat(gateway.send(bare("/v1/more").header("Cookie", cookie)).statusCode())
                .isEqualTo(401);
        assertThat(gateway.ended).hasSizeGreaterThan(before);
    }

    @Test
    void aSessionEndsWithItsTimeAndItsToken() {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
        List<String> ended = new ArrayList<>();
        Sessions sessions = new Sessions(now::get, ended::add);
        var user = GatewayFixture.USERS.get("analyst");
        var brief = sessions.open(new Authenticator.Identity(user, now.get().plusSeconds(60), "token:1"));
        var usual = sessions.open(new Authenticator.Identity(user, null, "token:2"));
        now.set(now.get().plusSeconds(60));
        assertThat(sessions.find(brief.id())).isNull();
        assertThat(sessions.find(usual.id())).isNotNull();
        sessions.closeOf("token:2");
        assertThat(sessions.find(usual.id())).isNull();
        assertThat(ended).hasSize(1);
    }

    private static Authenticator.Identity holder(String sub) {
        return new Authenticator.Identity(
                new Principal.User(sub, Set.of(Principal.Role.SUBSCRIBER), null, null, null), null);
    }

    @Test
    void whoOpensManySessionsLosesTheirOwnOldestAndNobodyElses() {
        List<String> ended = new ArrayList<>();
        Sessions sessions = new Sessions(InstantSource.system(), ended::add);
        var somebodyElses = sessions.open(holder("ada"));
        var oldest = sessions.open(holder("eve"));
        var second = sessions.open(holder("eve"));
        for (int i = 2; i < Sessions.LIMIT_PER_USER; i++) {
            sessions.open(holder("eve"));
        }
        assertThat(ended).isEmpty();
        for (int i = Sessions.LIMIT_PER_USER; i <= Sessions.LIMIT; i++) {
            sessions.open(holder("eve"));
        }
        assertThat(sessions.find(oldest.id())).isNull();
        assertThat(sessions.find(second.id())).isNull();
        assertThat(ended).hasSize(Sessions.LIMIT + 1 - Sessions.LIMIT_PER_USER);
        assertThat(sessions.find(somebodyElses.id())).isNotNull();
        assertThat(sessions.count()).isEqualTo(Sessions.LIMIT_PER_USER + 1);
    }

    @Test
    void whereThereIsNoRoomASessionIsRefusedAndNobodyGivesWay() {
        List<String> ended = new ArrayList<>();
        AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
        Sessions sessions = new Sessions(now::get, ended::add);
        var first = sessions.open(holder("user0"));
        for (int i = 1; i < Sessions.LIMIT; i++) {
            sessions.open(holder("user" + i % 1_000));
        }
        assertThatThrownBy(() -> sessions.open(holder("late")))
                .isInstanceOfSatisfying(
                        DataPrismException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.OVERLOADED));
        assertThat(sessions.refused()).isOne();
        assertThat(sessions.find(first.id())).isNotNull();
        assertThat(ended).isEmpty();

        now.set(now.get().plus(Sessions.LIFETIME));
        assertThat(sessions.find(sessions.open(holder("late")).id())).isNotNull();
    }

    @Test
    void aSessionOutlivesTheNodeButNotItsTimeItsTokenOrAnotherAdminToken(@TempDir Path data) throws Exception {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
        List<String> ended = new ArrayList<>();
        var user = GatewayFixture.USERS.get("analyst");
        AdminToken admin = AdminToken.openOrCreate(data);
        Sessions before = kept(data, admin, now::get, ended::add);
        var usual = before.open(new Authenticator.Identity(user, null, "token:1"));
        var brief = before.open(new Authenticator.Identity(user, now.get().plusSeconds(60), null));
        var closed = before.open(new Authenticator.Identity(user, null, null));
        before.close(closed.id());
        var ofAnotherIssuer = before.open(new Authenticator.Identity(user, null, "jwt:1"));
        var ofNone = before.open(new Authenticator.Identity(user, null, "token:3"));
        var revoked = before.open(new Authenticator.Identity(user, null, "token:2"));
        before.closeOf("token:2");
        assertThat(Files.getPosixFilePermissions(data.resolve(SessionFile.FILE_NAME)))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(Files.readString(data.resolve(SessionFile.FILE_NAME))).doesNotContain(usual.id());

        now.set(now.get().plusSeconds(60));
        Sessions after = kept(data, admin, now::get, ended::add);
        assertThat(after.find(usual.id())).isEqualTo(before.find(usual.id())).isNotNull();
        assertThat(after.find(brief.id())).isNull();
        assertThat(after.find(closed.id())).isNull();
        assertThat(after.find(ofAnotherIssuer.id())).isNull();
        assertThat(after.find(ofNone.id())).isNull();
        assertThat(after.find(revoked.id())).isNull();
        after.closeOf("token:1");
        assertThat(after.find(usual.id())).isNull();

        var kept = after.open(new Authenticator.Identity(user, null, null));
        Files.delete(data.resolve(AdminToken.FILE_NAME));
        AdminToken another = AdminToken.openOrCreate(data);
        assertThat(kept(data, another, now::get, ended::add).find(kept.id())).isNull();
        Files.writeString(data.resolve(SessionFile.FILE_NAME), "nonsense");
        assertThat(kept(data, another, now::get, ended::add).find(kept.id())).isNull();
    }

    private static Sessions kept(Path data, AdminToken admin, InstantSource clock, Consumer<String> ended) {
        Sessions sessions = new Sessions(clock, ended);
        sessions.keep(data, admin, List.of("token:1", "token:2")::contains, Runnable::run);
        return sessions;
    }

    @Test
    void aTokenIsShownOnceWorksAndIsRevoked() throws Exception {
        JsonObject made = token(
                "{\"sub\":\"ada\",\"roles\":[\"analyst\",\"subscriber\"],\"tables\":[\"pub_*\"],\"ttlSeconds\":60}");
        assertThat(made.fieldNames()).containsExactly("id", "token", "exp");
        assertThat(Duration.between(Instant.now(), Instant.parse(made.getString("exp"))))
                .isBetween(Duration.ofSeconds(50), Duration.ofSeconds(60));
        assertThat(statusWith(made.getString("token"))).isEqualTo(200);

        String listing = gateway.send(gateway.request("/v1/tokens")).body();
        assertThat(listing).doesNotContain(made.getString("token"));
        JsonObject listed = new JsonArray(listing)
                .stream()
                        .map(JsonObject.class::cast)
                        .filter(each -> each.getString("id").equals(made.getString("id")))
                        .findAny()
                        .orElseThrow();
        assertThat(listed.getString("sub")).isEqualTo("ada");
        assertThat(listed.getJsonArray("tables")).containsExactly("pub_*");

        String path = "/v1/tokens/" + made.getString("id");
        assertThat(gateway.send(gateway.request(path).DELETE()).statusCode()).isEqualTo(204);
        assertThat(gateway.ended).contains("token:" + made.getString("id"));
        assertThat(statusWith(made.getString("token"))).isEqualTo(401);
        assertThat(gateway.send(gateway.request(path).DELETE()).statusCode()).isEqualTo(404);
    }

    @Test
    void aSessionLivesNoLongerThanItsTokenAndEndsWhereThatIsRevoked() throws Exception {
        JsonObject made = token("{\"sub\":\"ida\",\"roles\":[\"analyst\"],\"ttlSeconds\":60}");
        HttpResponse<String> opened = gateway.send(bare("/v1/session")
                .header("Authorization", "Bearer " + made.getString("token"))
                .POST(BodyPublishers.noBody()));
        assertThat(opened.headers().firstValue("Set-Cookie").orElseThrow()).containsPattern("Max-Age=[1-6]?[0-9];");
        String cookie = cookie(opened);
        assertThat(gateway.send(bare("/v1/more").header("Cookie", cookie)).body())
                .contains("ida");
        gateway.send(gateway.request("/v1/tokens/" + made.getString("id")).DELETE());
        assertThat(gateway.send(bare("/v1/more").header("Cookie", cookie)).statusCode())
                .isEqualTo(401);
    }

    @Test
    void tokensOutliveTheNodeByDigestInAFileOfItsOwnersAlone() throws Exception {
        JsonObject made = token("{\"sub\":\"eve\",\"roles\":[\"operator\"],\"plugins\":[],\"ttlSeconds\":600}");
        Path file = gateway.directory.resolve(ApiTokens.FILE_NAME);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(Files.readString(file)).doesNotContain(made.getString("token"));

        AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
        ApiTokens again = ApiTokens.open(
                gateway.directory, now::get, token -> io.vertx.core.Future.failedFuture(AdminToken.refusal(null)));
        var identity = again.authenticate(made.getString("token")).result();
        assertThat(identity.user().sub()).isEqualTo("eve");
        assertThat(identity.user().plugins()).isEmpty();
        assertThat(identity.user().tables()).isNull();
        now.set(now.get().plusSeconds(601));
        assertThat(again.authenticate(made.getString("token")).failed()).isTrue();
    }

    @Test
    void onlyAnAdminMakesTokens() throws Exception {
        for (String user : List.of("analyst", "operator", "subscriber")) {
            HttpResponse<String> response = gateway.send(bare("/v1/tokens")
                    .header("Authorization", "Bearer " + user)
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString("{}")));
            assertThat(response.statusCode()).isEqualTo(403);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"roles\":[\"admin\"],\"ttlSeconds\":1} | #/sub",
                "{\"sub\":\"a b\",\"roles\":[\"admin\"],\"ttlSeconds\":1} | #/sub",
                "{\"sub\":\"a\",\"ttlSeconds\":1} | #/roles",
                "{\"sub\":\"a\",\"roles\":[],\"ttlSeconds\":1} | #/roles",
                "{\"sub\":\"a\",\"roles\":[\"admin\",\"king\"],\"ttlSeconds\":1} | #/roles/1",
                "{\"sub\":\"a\",\"roles\":[\"admin\"]} | #/ttlSeconds",
                "{\"sub\":\"a\",\"roles\":[\"admin\"],\"ttlSeconds\":0} | #/ttlSeconds",
                "{\"sub\":\"a\",\"roles\":[\"admin\"],\"ttlSeconds\":1,\"topics\":[\"a b\"]} | #/topics/0",
                "{\"sub\":\"a\",\"roles\":[\"admin\"],\"ttlSeconds\":1,\"tables\":\"x\"} | #/tables",
                "{\"sub\":\"a\",\"roles\":[\"admin\"],\"ttlSeconds\":1,\"table\":[]} | #/table",
            })
    void aWrongMemberOfATokenIsNamed(String body, String pointer) throws Exception {
        HttpResponse<String> response = gateway.send(gateway.request("/v1/tokens")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(response.body())
                        .getJsonArray("errors")
                        .getJsonObject(0)
                        .getString("pointer"))
                .isEqualTo(pointer);
    }
}
