package io.dataprism.gateway.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.permission.Principal.Role;
import io.dataprism.gateway.Authenticator;
import io.dataprism.gateway.Authenticator.Identity;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.HttpServer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.Key;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JwtAuthenticatorTest {

    private static final Issuer RSA = Issuer.of("RS256", "r");
    private static final Issuer EC = Issuer.of("ES256", "e");
    private static final Issuer ED = Issuer.of("EdDSA", "d");

    @TempDir
    Path folder;

    private final Vertx vertx = Vertx.vertx();
    private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);
    private final InstantSource clock = () -> Instant.now().plus(ahead.get());
    private final Authenticator next = token ->
            Future.failedFuture(new DataPrismException(ErrorCode.UNAUTHENTICATED, "asked the next one", "Ask nobody."));

    @AfterEach
    void close() throws Exception {
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    private JwtAuthenticator open(JwtSettings settings) {
        return wait(JwtAuthenticator.open(vertx, settings, clock, next));
    }

    private JwtAuthenticator withSecret() throws Exception {
        return open(new JwtSettings(file("secret", Issuer.SECRET + "\n"), null, null, null, null));
    }

    private JwtAuthenticator withSet(Issuer... issuers) throws Exception {
        return open(new JwtSettings(null, file("set.json", Issuer.set(issuers)), null, null, null));
    }

    private Path file(String name, String content) throws Exception {
        Path fresh = Files.writeString(folder.resolve(name + ".new"), content);
        return Files.move(fresh, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }

    private static <T> T wait(Future<T> future) {
        try {
            return future.await(20, TimeUnit.SECONDS);
        } catch (java.util.concurrent.TimeoutException late) {
            throw new AssertionError("not within 20 s", late);
        }
    }

    private static String refusal(Authenticator authenticator, String token) {
        try {
            Identity identity = wait(authenticator.authenticate(token));
            throw new AssertionError("let in " + identity);
        } catch (DataPrismException refused) {
            assertThat(refused.code()).isEqualTo(ErrorCode.UNAUTHENTICATED);
            assertThat(refused.detail() + refused.hint()).doesNotContain(token);
            return refused.detail();
        }
    }

    private static Map<String, Object> withRights(Consumer<Map<String, Object>> change) {
        return Issuer.claims(claims -> {
            @SuppressWarnings("unchecked")
            Map<String, Object> rights = (Map<String, Object>) claims.get("dataprism");
            change.accept(rights);
        });
    }

    @Test
    void theClaimsSayWhoItIsAndWhatTheyMayDo() throws Exception {
        JwtAuthenticator authenticator = withSecret();
        Map<String, Object> claims = withRights(rights -> {
            rights.put("roles", List.of("analyst", "subscriber"));
            rights.put("topics", List.of("app:**"));
            rights.put("tables", List.of());
        });
        Identity identity = wait(authenticator.authenticate(Issuer.hs256().sign(claims)));
        assertThat(identity.user().sub()).isEqualTo("jo");
        assertThat(identity.user().roles()).containsExactlyInAnyOrder(Role.ANALYST, Role.SUBSCRIBER);
        assertThat(identity.user().topics()).containsExactly("app:**");
        assertThat(identity.user().tables()).isEmpty();
        assertThat(identity.user().plugins()).isNull();
        assertThat(identity.expiresAt()).isEqualTo(Instant.ofEpochSecond((Long) claims.get("exp")));
    }

    @Test
    void keysOfEachKindAreGoodForTheirOwnAlgorithm() throws Exception {
        JwtAuthenticator authenticator = withSet(RSA, EC, ED);
        for (Issuer issuer : List.of(RSA, EC, ED)) {
            assertThat(wait(authenticator.authenticate(issuer.sign(Issuer.claims())))
                            .user()
                            .sub())
                    .as(issuer.algorithm())
                    .isEqualTo("jo");
            String unnamed = Issuer.sign(Issuer.claims(), issuer.algorithm(), null, issuer.signing());
            assertThat(wait(authenticator.authenticate(unnamed)).user().sub()).isEqualTo("jo");
        }
    }

    @Test
    void aKeyWithoutAnIdIsTriedForATokenThatNamesOne() throws Exception {
        Issuer nameless = Issuer.of("ES256", null);
        JwtAuthenticator authenticator = withSet(EC, nameless);
        String token = Issuer.sign(Issuer.claims(), "ES256", "some", nameless.signing());
        assertThat(wait(authenticator.authenticate(token)).user().sub()).isEqualTo("jo");
    }

    @Test
    void noAlgorithmIsTakenButTheOneOfTheKey() throws Exception {
        JwtAuthenticator authenticator = withSet(RSA, EC, ED);
        Map<String, Object> claims = Issuer.claims();

        String none = encoded("{\"alg\":\"none\"}") + "." + encoded("{\"sub\":\"jo\"}") + ".";
        assertThat(refusal(authenticator, none)).contains("'none'", "taken are HS256, RS256, ES256, EdDSA");
        assertThat(refusal(authenticator, encoded("{\"kid\":\"r\"}") + ".e30.")).contains("algorithm is missing");

        // the public key, which everybody has, as a secret
        Key confused = Issuer.secretKey(Issuer.set(RSA));
        assertThat(refusal(authenticator, Issuer.sign(claims, "HS256", "r", confused)))
                .contains("HS256", "'r'", "is for RS256");
        assertThat(refusal(authenticator, Issuer.sign(claims, "HS256", null, confused)))
                .contains("no key", "HS256");
        assertThat(refusal(authenticator, Issuer.sign(claims, "RS384", "r", RSA.signing())))
                .contains("'RS384'");
        assertThat(refusal(authenticator, Issuer.sign(claims, "ES256", "r", EC.signing())))
                .contains("is for RS256");
        JwtAuthenticator secret = withSecret();
        assertThat(refusal(secret, RSA.sign(claims))).contains("no key", "RS256");
    }

    @Test
    void aSignatureOfAnotherKeyIsNone() throws Exception {
        JwtAuthenticator authenticator = withSet(RSA, EC, ED);
        for (Issuer issuer : List.of(RSA, EC, ED)) {
            Issuer other = Issuer.of(issuer.algorithm(), issuer.keyId());
            assertThat(refusal(authenticator, other.sign(Issuer.claims()))).contains("signature is of no key");
            String good = issuer.sign(Issuer.claims());
            String[] parts = good.split("\\.");
            String changed = parts[0] + "."
                    + encoded("{\"sub\":\"root\",\"exp\":9999999999,\"dataprism\":{\"roles\":[\"admin\"]}}") + "."
                    + parts[2];
            assertThat(refusal(authenticator, changed)).contains("signature is of no key");
        }
    }

    /** A key that travels in the token is nobody's. */
    @Test
    void aKeyInTheHeadIsNotBelieved() throws Exception {
        Issuer stranger = Issuer.of("RS256", null);
        var signature = new org.jose4j.jws.JsonWebSignature();
        signature.setPayload(org.jose4j.json.JsonUtil.toJson(Issuer.claims()));
        signature.setAlgorithmHeaderValue("RS256");
        signature.getHeaders().setJwkHeaderValue("jwk", stranger.publicKey());
        signature.setKey(stranger.signing());
        assertThat(refusal(withSet(RSA), signature.getCompactSerialization())).contains("signature is of no key");
    }

    static Stream<Arguments> wrongClaims() {
        long now = Instant.now().getEpochSecond();
        return Stream.of(
                wrong("has no claim exp", claims -> claims.remove("exp")),
                wrong("has ended", claims -> claims.put("exp", now - 1)),
                wrong("of a wrong type", claims -> claims.put("exp", "tomorrow")),
                wrong("no time of the years", claims -> claims.put("exp", Long.MAX_VALUE)),
                wrong("not valid yet", claims -> claims.put("nbf", now + 120)),
                wrong("'sub' is missing", claims -> claims.remove("sub")),
                wrong("'sub' must be", claims -> claims.put("sub", "a/b")),
                wrong("of a wrong type", claims -> claims.put("sub", 7)),
                wrong("of the issuer 'https://other'", claims -> claims.put("iss", "https://other")),
                wrong("of the issuer missing", claims -> claims.remove("iss")),
                wrong("for another audience", claims -> claims.put("aud", List.of("others"))),
                wrong("for no audience", claims -> claims.remove("aud")),
                wrong("dataprism is missing", claims -> claims.remove("dataprism")),
                wrong("dataprism is no object", claims -> claims.put("dataprism", "admin")),
                wrong("'roles' is missing", claims -> claims.put("dataprism", Map.of())),
                wrong("'roles' must name", claims -> claims.put("dataprism", Map.of("roles", List.of()))),
                wrong("'roles/0' must be one of", claims -> rights(claims, "roles", List.of("king"))),
                wrong("'roles/0' must be one of", claims -> rights(claims, "roles", List.of("ADMIN"))),
                wrong("'scopes' is not known", claims -> rights(claims, "scopes", List.of())),
                wrong("'topics/0' is no topic pattern", claims -> rights(claims, "topics", List.of("a b"))),
                wrong("'tables' must be an array", claims -> rights(claims, "tables", "x")),
                wrong("'plugins/0' must have", claims -> rights(claims, "plugins", List.of(""))),
                wrong("'tables' must be an array", claims -> rights(claims, "tables", null)));
    }

    private static Arguments wrong(String refusal, Consumer<Map<String, Object>> change) {
        return Arguments.of(refusal, change);
    }

    private static void rights(Map<String, Object> claims, String name, Object value) {
        @SuppressWarnings("unchecked")
        Map<String, Object> rights = (Map<String, Object>) claims.get("dataprism");
        rights.put(name, value);
    }

    @ParameterizedTest
    @MethodSource("wrongClaims")
    void aWrongClaimIsNamed(String refusal, Consumer<Map<String, Object>> change) throws Exception {
        JwtAuthenticator authenticator =
                open(new JwtSettings(file("secret", Issuer.SECRET), null, null, "https://issuer.example", "dataprism"));
        Map<String, Object> claims = Issuer.claims(all -> {
            all.put("iss", "https://issuer.example");
            all.put("aud", List.of("others", "dataprism"));
        });
        assertThat(wait(authenticator.authenticate(Issuer.hs256().sign(claims)))
                        .user()
                        .sub())
                .isEqualTo("jo");
        change.accept(claims);
        assertThat(refusal(authenticator, Issuer.hs256().sign(claims))).contains(refusal);
    }

    @Test
    void aClockThatIsAheadByLessThanHalfAMinuteIsForgivenAndAnEndIsNot() throws Exception {
        JwtAuthenticator authenticator = withSecret();
        long now = Instant.now().getEpochSecond();
        String early = Issuer.hs256().sign(Issuer.claims(claims -> claims.put("nbf", now + 20)));
        assertThat(wait(authenticator.authenticate(early)).user().sub()).isEqualTo("jo");
        String late = Issuer.hs256().sign(Issuer.claims(claims -> claims.put("exp", now - 2)));
        assertThat(refusal(authenticator, late)).contains("has ended");
    }

    /** It is known by then: what is kept of a token does not outlive it. */
    @Test
    void aTokenThatWasTakenEndsWithItsTime() throws Exception {
        JwtAuthenticator authenticator = withSecret();
        String token = Issuer.hs256().sign(Issuer.claims());
        wait(authenticator.authenticate(token));
        assertThat(authenticator.authenticate(token).isComplete()).isTrue();
        ahead.set(Duration.ofSeconds(61));
        assertThat(refusal(authenticator, token)).contains("has ended");
    }

    /** A service starts on many machines, or all its connections come back at once. */
    @Test
    void oneTokenThatManyShowAtOnceIsVerifiedOnce() throws Exception {
        JwtAuthenticator authenticator = withSecret();
        String shared = Issuer.hs256().sign(Issuer.claims());
        String forged = shared.substring(0, shared.lastIndexOf('.') + 1) + encoded("no signature");
        CountDownLatch verifiersAreFree = new CountDownLatch(1);
        keepVerifiersBusyUntil(verifiersAreFree);
        List<Future<Identity>> storm = shownAtOnce(authenticator, 2 * JwtAuthenticator.WAITING_LIMIT, i -> shared);
        List<Future<Identity>> bad = shownAtOnce(authenticator, 2 * JwtAuthenticator.WAITING_LIMIT, i -> forged);
        List<Future<Identity>> others = shownAtOnce(
                authenticator,
                JwtAuthenticator.WAITING_LIMIT - 1,
                i -> Issuer.hs256().sign(Issuer.claims(claims -> claims.put("jti", "t" + i))));
        verifiersAreFree.countDown();
        storm.forEach(each -> assertThat(wait(each).user().sub()).isEqualTo("jo"));
        bad.forEach(each -> assertThatThrownBy(() -> wait(each)).hasMessageContaining("signature is of no key"));

        // the two took two places, of which the last of the others has found none
        others.subList(0, others.size() - 1)
                .forEach(each -> assertThat(wait(each).user().sub()).isEqualTo("jo"));
        assertThatThrownBy(() -> wait(others.getLast()))
                .isInstanceOfSatisfying(
                        DataPrismException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.OVERLOADED));
        assertThat(authenticator.authenticate(shared).isComplete()).isTrue();
    }

    private void keepVerifiersBusyUntil(CountDownLatch free) {
        WorkerExecutor same = vertx.createSharedWorkerExecutor("signatures");
        for (int i = 0; i < 2; i++) {
            same.executeBlocking(() -> free.await(20, TimeUnit.SECONDS), false);
        }
    }

    private static List<Future<Identity>> shownAtOnce(
            JwtAuthenticator authenticator, int times, IntFunction<String> token) {
        return IntStream.range(0, times)
                .mapToObj(i -> authenticator.authenticate(token.apply(i)))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "plain", "a.b", "a.b.c.d.e", "dp_abc.def.ghi", "....", "e30=.e30=.e30="})
    void whatIsNoJwtIsForTheNext(String token) throws Exception {
        assertThat(refusal(withSecret(), token.isEmpty() ? "-" : token)).isEqualTo("asked the next one");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"alg\":\"HS256\"",
                "{\"alg\":1}",
                "{\"alg\":\"HS256\",\"kid\":{}}",
                "{\"alg\":\"HS256\",\"alg\":\"HS256\"}"
            })
    void aHeadThatCannotBeReadIsRefused(String head) throws Exception {
        assertThat(refusal(withSecret(), encoded(head) + ".e30.AAAA")).startsWith("The token");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "\"text\"", "{\"sub\":\"a\",\"sub\":\"b\"}", "{", ""})
    void aPayloadThatIsNoObjectIsRefused(String payload) throws Exception {
        String token = Issuer.sign(payload, "HS256", null, Issuer.secretKey(Issuer.SECRET));
        assertThat(refusal(withSecret(), token)).startsWith("The token");
    }

    @Test
    void anotherSecretIsTakenWithoutARestartAndEndsWhatTheOldOneOpened() throws Exception {
        JwtAuthenticator authenticator = withSecret();
        List<String> ended = new CopyOnWriteArrayList<>();
        authenticator.onKeyGone(ended::add);
        String old = Issuer.hs256().sign(Issuer.claims());
        String credential = wait(authenticator.authenticate(old)).credential();

        String rotated = "another secret that is long enough for HS256 too";
        file("secret", rotated);
        String fresh = Issuer.sign(Issuer.claims(), "HS256", null, Issuer.secretKey(rotated));
        await().atMost(Duration.ofSeconds(15)).untilAsserted(() -> {
            assertThat(wait(authenticator.authenticate(fresh).otherwiseEmpty())).isNotNull();
            assertThat(ended).containsExactly(credential);
        });
        assertThat(refusal(authenticator, old)).contains("signature");
    }

    @Test
    void aSetIsReadAgainWhereItsFileChangesAndStaysWhereItCannotBeUsed() throws Exception {
        JwtAuthenticator authenticator = withSet(RSA);
        List<String> ended = new CopyOnWriteArrayList<>();
        authenticator.onKeyGone(ended::add);
        file("set.json", Issuer.set(RSA, EC));
        await().atMost(Duration.ofSeconds(15))
                .untilAsserted(() -> assertThat(wait(authenticator
                                .authenticate(EC.sign(Issuer.claims()))
                                .otherwiseEmpty()))
                        .isNotNull());
        assertThat(ended).isEmpty();

        file("set.json", "{\"keys\": [");
        String later = Issuer.set(ED);
        assertThat(wait(authenticator.authenticate(RSA.sign(Issuer.claims())))
                        .user()
                        .sub())
                .isEqualTo("jo");
        file("set.json", later);
        await().atMost(Duration.ofSeconds(15))
                .untilAsserted(() -> assertThat(ended).hasSize(2));
        assertThat(refusal(authenticator, RSA.sign(Issuer.claims()))).contains("no key", "'r'");
        assertThat(wait(authenticator.authenticate(ED.sign(Issuer.claims())))
                        .user()
                        .sub())
                .isEqualTo("jo");
    }

    @Test
    void aFileThatCannotBeUsedIsToldAtTheStart() throws Exception {
        Path brief = file("brief", "short");
        assertThatThrownBy(() -> open(new JwtSettings(brief, null, null, null, null)))
                .hasMessageContaining("jwt.secretFile")
                .hasMessageContaining("5 bytes, and HS256 needs 32");
        for (String set :
                List.of("{}", "[]", "{\"keys\":[]}", "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AAAA\"}, 7]}", "x")) {
            Path file = file("bad.json", set);
            assertThatThrownBy(() -> open(new JwtSettings(null, file, null, null, null)))
                    .as(set)
                    .hasMessageContaining("jwt.jwksFile");
        }
        Path large = file("large", "x".repeat(KeySource.BYTES_LIMIT + 1));
        assertThatThrownBy(() -> open(new JwtSettings(null, large, null, null, null)))
                .hasMessageContaining("more than");
    }

    @Test
    void keysForOtherEndsAreNotTaken() throws Exception {
        String set = Issuer.set(RSA).replace("\"kid\":\"r\"", "\"kid\":\"r\",\"use\":\"enc\"");
        String other = Issuer.set(EC).replace("\"kid\":\"e\"", "\"kid\":\"e\",\"alg\":\"ES384\"");
        assertThatThrownBy(() -> JsonWebKeys.read(set)).isInstanceOf(UnusableKeys.class);
        assertThatThrownBy(() -> JsonWebKeys.read(other)).isInstanceOf(UnusableKeys.class);
        assertThat(JsonWebKeys.read(Issuer.set(ED)))
                .singleElement()
                .satisfies(key -> assertThat(key.algorithm()).isEqualTo("EdDSA"));
        Issuer[] many = Stream.generate(() -> Issuer.of("EdDSA", null))
                .limit(JsonWebKeys.KEYS_LIMIT + 1)
                .toArray(Issuer[]::new);
        assertThatThrownBy(() -> JsonWebKeys.read(Issuer.set(many))).hasMessageContaining("33 keys");
    }

    @Test
    void anAddressIsAskedAgainForAKeyThatIsNotKnownButNotByEveryToken() throws Exception {
        AtomicReference<String> served = new AtomicReference<>(Issuer.set(RSA));
        AtomicInteger asked = new AtomicInteger();
        HttpServer server = serve(served, asked);
        JwtAuthenticator authenticator = atAddress(server, Duration.ofMinutes(5), Duration.ofMillis(500));
        assertThat(wait(authenticator.authenticate(RSA.sign(Issuer.claims())))
                        .user()
                        .sub())
                .isEqualTo("jo");
        assertThat(asked).hasValue(1);

        served.set(Issuer.set(RSA, EC));
        ahead.set(Duration.ofSeconds(1));
        String token = EC.sign(Issuer.claims());
        List<Future<Identity>> together = Stream.generate(() -> authenticator.authenticate(token))
                .limit(20)
                .toList();
        together.forEach(each -> assertThat(wait(each).user().sub()).isEqualTo("jo"));
        assertThat(asked).hasValue(2);
        for (int i = 0; i < 20; i++) {
            assertThat(refusal(authenticator, Issuer.sign(Issuer.claims(), "ES256", "x" + i, EC.signing())))
                    .contains("no key", "'x" + i + "'");
        }
        assertThat(asked).hasValue(2);
    }

    @Test
    void anAddressThatFailsLeavesTheKeysThatAreThere() throws Exception {
        AtomicReference<String> served = new AtomicReference<>(Issuer.set(RSA));
        AtomicInteger asked = new AtomicInteger();
        HttpServer server = serve(served, asked);
        JwtAuthenticator authenticator = atAddress(server, Duration.ofMillis(50), Duration.ofMillis(50));
        served.set(""); // status 500
        await().atMost(Duration.ofSeconds(15)).until(() -> asked.get() >= 3);
        assertThat(wait(authenticator.authenticate(RSA.sign(Issuer.claims())))
                        .user()
                        .sub())
                .isEqualTo("jo");
        wait(server.close());
        assertThat(refusal(authenticator, EC.sign(Issuer.claims()))).contains("no key");
        assertThat(wait(authenticator.authenticate(RSA.sign(Issuer.claims(claims -> claims.put("x", 1)))))
                        .user()
                        .sub())
                .isEqualTo("jo");
    }

    @Test
    void anAddressThatSaysTooMuchOrNothingIsGivenUp() throws Exception {
        AtomicReference<String> served = new AtomicReference<>("x".repeat(KeySource.BYTES_LIMIT + 1));
        HttpServer server = serve(served, new AtomicInteger());
        KeyAddress large = new KeyAddress(vertx, address(server));
        assertThatThrownBy(() -> wait(large.read())).hasMessageContaining("more than 1048576 bytes");
        HttpServer silent = wait(vertx.createHttpServer()
                .requestHandler(request -> request.response().setChunked(true).write("{"))
                .listen(0, "127.0.0.1"));
        KeyAddress slow = new KeyAddress(vertx, address(silent));
        assertThat(slow.read().otherwiseEmpty().await(15, TimeUnit.SECONDS)).isNull();
        served.set(Issuer.set(RSA));
        assertThat(large.keys(wait(large.read()))).hasSize(1);
    }

    private static URI address(HttpServer server) {
        return URI.create("http://127.0.0.1:" + server.actualPort() + "/keys");
    }

    @Test
    void aNodeStartsWithoutTheAddressOfItsKeysAndTakesThemWhenTheyCome() throws Exception {
        AtomicReference<String> served = new AtomicReference<>("");
        HttpServer server = serve(served, new AtomicInteger());
        JwtAuthenticator authenticator = atAddress(server, Duration.ofMinutes(5), Duration.ofMillis(50));
        String token = RSA.sign(Issuer.claims());
        assertThat(refusal(authenticator, token)).contains("no key");
        served.set(Issuer.set(RSA));
        await().atMost(Duration.ofSeconds(15))
                .untilAsserted(
                        () -> assertThat(wait(authenticator.authenticate(token).otherwiseEmpty()))
                                .isNotNull());
    }

    private HttpServer serve(AtomicReference<String> document, AtomicInteger asked) {
        return wait(vertx.createHttpServer()
                .requestHandler(request -> {
                    asked.incrementAndGet();
                    String text = document.get();
                    request.response().setStatusCode(text.isEmpty() ? 500 : 200).end(text);
                })
                .listen(0, "127.0.0.1"));
    }

    private JwtAuthenticator atAddress(HttpServer server, Duration lasts, Duration rests) {
        URI url = address(server);
        return wait(JwtAuthenticator.open(
                vertx,
                List.of(new KeyAddress(vertx, url, lasts, rests)),
                new JwtSettings(null, null, url, null, null),
                clock,
                next));
    }

    private static String encoded(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
