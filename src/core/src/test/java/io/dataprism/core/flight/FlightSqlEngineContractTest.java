package io.dataprism.core.flight;

import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.core.engine.EngineContract;
import io.dataprism.core.engine.QueryEngine;
import io.dataprism.fixtures.flight.DuckDbFlightServer;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;

/** The same, through a real server of Flight SQL, which must hold nothing either afterwards. */
@Tag("longer")
class FlightSqlEngineContractTest extends EngineContract {

    private DuckDbFlightServer server;

    @Override
    protected QueryEngine open(Path folder) throws Exception {
        server = DuckDbFlightServer.start();
        server.execute(
                "CREATE TABLE numbers (n BIGINT, name VARCHAR)",
                "INSERT INTO numbers VALUES (1, 'one'), (2, 'two'), (3, NULL)",
                "CREATE TABLE secrets (s VARCHAR)",
                "INSERT INTO secrets VALUES ('hidden')");
        return FlightSqlEngine.open(new FlightSettings(
                server.url(), new FlightSettings.Login.None(), null, FlightSettings.TIMEOUT, limits()));
    }

    @Override
    protected void closeRest() throws Exception {
        Awaitility.await().atMost(Duration.ofSeconds(5)).untilAsserted(() -> {
            assertThat(server.openResults()).isZero();
            assertThat(server.preparedStatements()).isZero();
        });
        server.close();
    }
}
