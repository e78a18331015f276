package io.dataprism.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class SignInsTest {

    private static final SocketAddress HERE = SocketAddress.inetSocketAddress(1, "192.0.2.1");
    private static final SocketAddress THERE = SocketAddress.inetSocketAddress(1, "192.0.2.2");
    private static final int FAILURES = 30;

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
    private final List<JsonObject> lines = new ArrayList<>();
    private final SignIns signIns = new SignIns(
            token -> token.equals("good")
                    ? Future.succeededFuture(new Authenticator.Identity(GatewayFixture.USERS.get("analyst"), null))
                    : Future.failedFuture(AdminToken.refusal(null)),
            (action, caller, target, outcome, details) ->
                    lines.add(details.copy().put("action", action).put("target", target)),
            () -> now.get(),
            FAILURES);

    private ErrorCode failure(SocketAddress from) {
        return problem(from).code();
    }

    private DataPrismException problem(SocketAddress from) {
        return (DataPrismException) signIns.signIn("bad", "/v1/status", from).cause();
    }

    @Test
    void whoFailsTooOftenInAMinuteIsToldToWaitUntilItIsOver() {
        for (int i = 0; i < FAILURES; i++) {
            assertThat(failure(HERE)).isEqualTo(ErrorCode.UNAUTHENTICATED);
        }
        now.set(now.get().plusSeconds(20));
        DataPrismException wait = problem(HERE);
        assertThat(wait.code()).isEqualTo(ErrorCode.QUOTA_EXCEEDED);
        assertThat(wait.members()).containsEntry(SignIns.RETRY_AFTER, 40L);
        assertThat(failure(THERE)).isEqualTo(ErrorCode.UNAUTHENTICATED);
        now.set(now.get().plusSeconds(40));
        assertThat(failure(HERE)).isEqualTo(ErrorCode.UNAUTHENTICATED);
    }

    @Test
    void aGoodTokenIsTakenFromTheSameAddressAtAnyTime() {
        for (int i = 0; i < 3 * FAILURES; i++) {
            failure(HERE);
        }
        assertThat(signIns.signIn("good", "/v1/status", HERE).succeeded()).isTrue();
    }

    @Test
    void requestsWithoutATokenAndTokensThatAreCheckedAgainCountForNothing() {
        for (int i = 0; i < 3 * FAILURES; i++) {
            signIns.withoutToken("/v1/status", HERE);
            assertThat(signIns.authenticate("bad").failed()).isTrue();
        }
        assertThat(failure(HERE)).isEqualTo(ErrorCode.UNAUTHENTICATED);
    }

    @Test
    void theAuditLogHasTheFirstFailuresOfAnAddressAndASumOfTheRest() {
        for (int i = 0; i < 1_000; i++) {
            failure(HERE);
        }
        failure(THERE);
        assertThat(lines).hasSize(FailedSignIns.LINES_EACH + 1);
        assertThat(lines).allMatch(line -> line.getString("action").equals("signin.failed"));
        now.set(now.get().plus(FailedSignIns.WINDOW));
        signIns.sumUp();
        signIns.sumUp();
        assertThat(lines).hasSize(FailedSignIns.LINES_EACH + 2);
        assertThat(lines.getLast())
                .isEqualTo(new JsonObject()
                        .put("address", "192.0.2.1")
                        .put("failures", 1_000 - FailedSignIns.LINES_EACH)
                        .put("action", "signin.failed")
                        .put("target", "*"));
    }

    @Test
    void manyAddressesDoNotFloodTheAuditLogAndNoFailureIsLostFromItsSums() {
        int addresses = FailedSignIns.ADDRESSES_LIMIT + 500;
        for (int i = 0; i < addresses; i++) {
            failure(SocketAddress.inetSocketAddress(1, "10." + i / 65_536 + "." + i / 256 % 256 + "." + i % 256));
        }
        signIns.close();
        assertThat(lines).hasSize(FailedSignIns.LINES_ALL + FailedSignIns.SUMS_LIMIT + 1);
        assertThat(lines.stream()
                        .mapToInt(line -> line.getInteger("failures", 1))
                        .sum())
                .isEqualTo(addresses);
        assertThat(lines.getLast().getString("address")).isEqualTo("*");
    }

    @Test
    void addressesOfOneCustomerCountAsOne() {
        assertThat(FailedSignIns.key(SocketAddress.inetSocketAddress(1, "2001:db8:1:2::3")))
                .isEqualTo(FailedSignIns.key(SocketAddress.inetSocketAddress(2, "2001:db8:1:2:ffff::4")))
                .isNotEqualTo(FailedSignIns.key(SocketAddress.inetSocketAddress(1, "2001:db8:1:3::3")));
        assertThat(FailedSignIns.key(HERE)).isEqualTo("192.0.2.1");
        assertThat(FailedSignIns.key(null)).isEmpty();
        assertThat(FailedSignIns.key(SocketAddress.domainSocketAddress("/tmp/socket")))
                .isEmpty();
    }

    @Test
    void whatIsNoFailureToSignInIsPassedOn() {
        SignIns broken = new SignIns(
                token -> Future.failedFuture(new DataPrismException(ErrorCode.OVERLOADED, "too much", "later")),
                (action, caller, target, outcome, details) -> lines.add(details),
                () -> now.get(),
                1);
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> broken.signIn("any", "/", HERE).await()).hasMessage("too much");
        }
        assertThat(lines).isEmpty();
        assertThat(Duration.ofMinutes(1)).isEqualTo(FailedSignIns.WINDOW);
    }
}
