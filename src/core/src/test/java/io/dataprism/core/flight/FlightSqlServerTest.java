package io.dataprism.core.flight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.core.engine.BatchReader;
import io.dataprism.core.engine.EngineLimits;
import io.dataprism.core.engine.EngineUser;
import io.dataprism.core.engine.LoadRequest;
import io.dataprism.core.engine.QuerySpec;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.flight.FlightSettings.Login;
import io.dataprism.core.permission.TableScope;
import io.dataprism.fixtures.flight.DuckDbFlightServer;
import io.dataprism.fixtures.flight.ServerAccess;
import io.dataprism.plugin.TableInfo;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a server elsewhere brings: absence, death, credentials, encryption, results in parts. */
class FlightSqlServerTest {

    private static final String LONG = "SELECT * FROM range(100000000)";
    /** Of 64 KiB each: what a server of Flight buffers, 10 MiB, and what we take, 4 MiB and some messages. All are 12,208. */
    private static final int BATCHES_ON_THE_WAY = 400;

    private static final String SECRET = "correct-horse-battery";

    @TempDir
    Path folder;

    private static EngineUser user(URI url, Login login, Path caFile) {
        return new EngineUser(FlightSqlEngine.open(
                new FlightSettings(url, login, caFile, Duration.ofSeconds(10), EngineLimits.defaults())));
    }

    private static EngineUser user(DuckDbFlightServer server) {
        return user(server.url(), new Login.None(), null);
    }

    @Test
    @Tag("longer")
    void aServerThatDiesInMidStreamFailsTheQueryAndTheNextOneFindsItWhenItIsBack() throws Exception {
        try (DuckDbFlightServer server = DuckDbFlightServer.start();
                EngineUser user = user(server)) {
            BatchReader reader = BatchReader.of(user.open(EngineUser.spec(LONG)), 3);
            Awaitility.await().until(() -> reader.batches.get() == 3);
            server.kill();
            reader.request(Long.MAX_VALUE);
            reader.awaitOver();
            assertThat(reader.failure.get()).isInstanceOfSatisfying(DataPrismException.class, failure -> {
                assertThat(failure.code()).isEqualTo(ErrorCode.OVERLOADED);
                assertThat(failure.detail()).contains("127.0.0.1:" + server.port());
            });
            assertThat(user.failure("SELECT 1").code()).isEqualTo(ErrorCode.OVERLOADED);

            server.restart();
            assertThat(user.rows("SELECT 1")).containsExactly(List.of(1));
        }
    }

    @Test
    void aServerThatComesLaterIsFoundThen() throws Exception {
        try (DuckDbFlightServer server = DuckDbFlightServer.start()) {
            server.kill();
            try (EngineUser user = user(server)) {
                DataPrismException failure = user.failure("SELECT 1");
                assertThat(failure.code()).isEqualTo(ErrorCode.OVERLOADED);
                assertThat(failure.members()).containsKey("retryAfterSeconds");
                assertThatThrownBy(() -> EngineUser.await(user.engine.tables(TableScope.everything())))
                        .isInstanceOf(DataPrismException.class);
                server.restart();
                assertThat(user.rows("SELECT 1")).containsExactly(List.of(1));
            }
        }
    }

    @Test
    void aReaderThatStopsStopsTheServer() throws Exception {
        try (DuckDbFlightServer server = DuckDbFlightServer.start();
                EngineUser user = user(server)) {
            BatchReader reader = BatchReader.of(user.open(EngineUser.spec(LONG)), 2);
            Awaitility.await()
                    .until(() ->
                            reader.batches.get() == 2 && user.engine.counters().busyWorkers() == 0);
            Awaitility.await()
                    .during(Duration.ofMillis(300))
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> server.batchesSent() < BATCHES_ON_THE_WAY);
            reader.cancel();
            Awaitility.await().until(() -> server.openResults() == 0);
        }
    }

    @Test
    void partsOfAResultComeInTheirOrderAndThoseThatNobodyReadsAreGivenBack() throws Exception {
        var options = new DuckDbFlightServer.Options(ServerAccess.open(), null, null, 3);
        try (DuckDbFlightServer server = DuckDbFlightServer.start(options);
                EngineUser user = user(server)) {
            assertThat(user.rows("SELECT * FROM range(2)"))
                    .containsExactly(List.of(0L), List.of(1L), List.of(0L), List.of(1L), List.of(0L), List.of(1L));
            assertThat(user.rows("SELECT (CASE WHEN range = 0 THEN 'a' ELSE 'b' END)::ENUM('a', 'b') FROM range(2)"))
                    .containsExactly(
                            List.of("a"), List.of("b"), List.of("a"), List.of("b"), List.of("a"), List.of("b"));

            QuerySpec first = EngineUser.cut(EngineUser.spec(LONG), 100, EngineUser.LIMIT, 10L);
            assertThat(user.rows(first)).hasSize(10);
            Awaitility.await().untilAsserted(() -> {
                assertThat(server.cancelledResults()).isEqualTo(1);
                assertThat(server.openResults()).isZero();
            });
        }
    }

    @Test
    void aTokenFromAFileIsShownToTheServerAndToNobodyElse() throws Exception {
        var options = new DuckDbFlightServer.Options(ServerAccess.token(SECRET), null, null, 1);
        Path token = Files.writeString(folder.resolve("token"), "wrong-" + SECRET + "-wrong\n");
        try (DuckDbFlightServer server = DuckDbFlightServer.start(options);
                EngineUser user = user(server.url(), new Login.Token(token), null)) {
            DataPrismException refused = user.failure("SELECT 1");
            assertThat(refused.code()).isEqualTo(ErrorCode.INTERNAL);
            assertThat(refused.hint()).contains("flightSql.tokenFile");
            assertThat(refused.detail() + refused.hint()).doesNotContain(SECRET);

            Files.writeString(token, SECRET);
            assertThat(user.rows("SELECT 1")).containsExactly(List.of(1));
        }
    }

    @Test
    void aUserSignsInOnceAndThenShowsTheTokenThatCameBack() throws Exception {
        ServerAccess.Users users = ServerAccess.users("reader", SECRET);
        var options = new DuckDbFlightServer.Options(users.authenticator(), null, null, 1);
        Path file = Files.writeString(folder.resolve("user"), "reader:" + SECRET);
        try (DuckDbFlightServer server = DuckDbFlightServer.start(options);
                EngineUser user = user(server.url(), new Login.User(file), null)) {
            assertThat(user.rows("SELECT 1")).containsExactly(List.of(1));
            assertThat(user.rows("SELECT ?", 2)).containsExactly(List.of(2));
            assertThat(users.signIns()).isEqualTo(1);
        }
        Files.writeString(file, "no colon");
        try (DuckDbFlightServer server = DuckDbFlightServer.start(options);
                EngineUser user = user(server.url(), new Login.User(file), null)) {
            assertThat(user.failure("SELECT 1").detail())
                    .contains("user:password")
                    .doesNotContain("no colon");
        }
    }

    @Test
    void anEncryptedServerIsTrustedByItsCertificateAlone() throws Exception {
        ServerAccess.Certificate own = ServerAccess.certificate(folder, "own");
        ServerAccess.Certificate other = ServerAccess.certificate(folder, "other");
        var options = new DuckDbFlightServer.Options(ServerAccess.open(), own.certificate(), own.key(), 1);
        try (DuckDbFlightServer server = DuckDbFlightServer.start(options)) {
            try (EngineUser user =
                    user(server.url(), new Login.None(), own.certificate().toPath())) {
                assertThat(user.rows("SELECT 1")).containsExactly(List.of(1));
            }
            try (EngineUser user =
                    user(server.url(), new Login.None(), other.certificate().toPath())) {
                assertThat(user.failure("SELECT 1").code()).isEqualTo(ErrorCode.OVERLOADED);
            }
        }
    }

    @Test
    void tablesAreTheServersAndAreNotChangedFromHere() throws Exception {
        try (DuckDbFlightServer server = DuckDbFlightServer.start();
                EngineUser user = user(server)) {
            server.execute("CREATE TABLE t (x INTEGER)");
            Path upload = Files.writeString(folder.resolve("upload.csv"), "x\n1\n");
            assertThatThrownBy(() -> EngineUser.await(user.engine.load(
                            new LoadRequest("t", LoadRequest.Mode.APPEND, LoadRequest.Format.CSV, upload, null))))
                    .isInstanceOfSatisfying(
                            DataPrismException.class,
                            refused -> assertThat(refused.code()).isEqualTo(ErrorCode.STATE_CONFLICT));
            assertThat(upload).doesNotExist();
            assertThatThrownBy(() -> EngineUser.await(user.engine.drop("t", null)))
                    .isInstanceOfSatisfying(
                            DataPrismException.class,
                            refused -> assertThat(refused.detail()).contains("127.0.0.1:" + server.port()));
            assertThat(user.failure("SELECT * FROM t AT (VERSION => 1)").code()).isEqualTo(ErrorCode.QUERY_NOT_ALLOWED);
        }
    }

    @Test
    void namesThatTheContractDoesNotKnowAreLeftOut() throws Exception {
        try (DuckDbFlightServer server = DuckDbFlightServer.start();
                EngineUser user = user(server)) {
            server.execute(
                    "CREATE TABLE good_one (x INTEGER)",
                    "CREATE TABLE \"Bad One\" (x INTEGER)",
                    "CREATE SCHEMA other",
                    "CREATE TABLE twin (x INTEGER)",
                    "CREATE TABLE other.\"Twin\" (x INTEGER)");
            assertThat(EngineUser.await(user.engine.tables(TableScope.everything())))
                    .extracting(TableInfo::name)
                    .containsExactly("good_one");
            assertThat(user.failure("SELECT * FROM twin").code()).isEqualTo(ErrorCode.TABLE_NOT_FOUND);
        }
    }
}
