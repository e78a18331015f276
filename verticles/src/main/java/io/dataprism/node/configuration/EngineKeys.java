package io.dataprism.node.configuration;

import io.dataprism.core.engine.EngineLimits;
import io.dataprism.core.flight.FlightSettings;
import io.dataprism.core.flight.FlightSettings.Login;
import io.dataprism.node.EngineConfiguration;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The keys {@code engine}, {@code duckdb} and {@code flightSql}. Both sections are checked, whichever engine is chosen. */
final class EngineKeys {

    private static final String DUCKDB = "duckdb";
    private static final String FLIGHT_SQL = "flight-sql";
    private static final int THREADS_MAX = 1_024;
    private static final long MEBIBYTE = 1L << 20;
    private static final long MOST_BYTES = 1L << 50;
    private static final URI NOWHERE = URI.create("grpc://absent:1");

    private EngineKeys() {}

    static EngineConfiguration engine(Section root, EngineLimits limits) {
        String chosen = root.choice("engine", DUCKDB, List.of(DUCKDB, FLIGHT_SQL));
        EngineConfiguration duckDb = duckDb(root.section(DUCKDB), limits);
        Section flight = root.section("flightSql");
        boolean remote = FLIGHT_SQL.equals(chosen);
        EngineConfiguration flightSql = flightSql(flight, remote, limits);
        return remote ? flightSql : duckDb;
    }

    private static EngineConfiguration duckDb(Section section, EngineLimits limits) {
        EngineConfiguration.DuckDb absent = EngineConfiguration.DuckDb.defaults();
        EngineConfiguration found = new EngineConfiguration.DuckDb(
                section.count("threads", absent.threads(), 1, THREADS_MAX),
                section.bytes("memoryLimit", absent.memoryLimitBytes(), 64 * MEBIBYTE, MOST_BYTES),
                section.bytes("spillLimit", absent.spillLimitBytes(), 0, MOST_BYTES),
                limits);
        section.end();
        return found;
    }

    private static EngineConfiguration flightSql(Section section, boolean required, EngineLimits limits) {
        Path caFile = section.readable("caFile");
        URI url = url(section, required || section.isPresent());
        if (caFile != null && !"grpc+tls".equals(url.getScheme())) {
            section.problemOf("caFile", "absent where the url is not grpc+tls");
        }
        EngineConfiguration found = new EngineConfiguration.FlightSql(new FlightSettings(
                url,
                login(section),
                caFile,
                section.duration("timeout", FlightSettings.TIMEOUT, Duration.ofMillis(100), Duration.ofMinutes(10)),
                limits));
        section.end();
        return found;
    }

    private static URI url(Section section, boolean required) {
        String text = section.text("url");
        if (text == null) {
            if (required) {
                section.problemOf("url", "grpc://host:port or grpc+tls://host:port");
            }
            return NOWHERE;
        }
        URI url = parsed(text);
        boolean legal = url != null
                && ("grpc".equals(url.getScheme()) || "grpc+tls".equals(url.getScheme()))
                && url.getHost() != null
                && url.getPort() > 0
                && url.getUserInfo() == null
                && (url.getPath().isEmpty() || url.getPath().equals("/"))
                && url.getQuery() == null
                && url.getFragment() == null;
        if (!legal || url == null) {
            section.problems()
                    .add("flightSql.url is not legal, legal is grpc://host:port or grpc+tls://host:port,"
                            + " without user, password or path");
            return NOWHERE;
        }
        return url;
    }

    private static @Nullable URI parsed(String text) {
        try {
            return URI.create(text);
        } catch (IllegalArgumentException malformed) {
            return null;
        }
    }

    private static Login login(Section section) {
        Path token = section.readable("tokenFile");
        Path user = section.readable("userFile");
        if (token != null && user != null) {
            section.problemOf("userFile", "absent where there is a tokenFile");
        }
        if (token != null) {
            return new Login.Token(token);
        }
        return user == null ? new Login.None() : new Login.User(user);
    }
}
