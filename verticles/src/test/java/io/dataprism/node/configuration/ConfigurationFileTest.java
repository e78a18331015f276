package io.dataprism.node.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.core.catalog.FindingsPolicy;
import io.dataprism.core.engine.EngineLimits;
import io.dataprism.core.event.EventLog;
import io.dataprism.core.flight.FlightSettings;
import io.dataprism.core.quota.IsolationLevel;
import io.dataprism.core.quota.ResourcePolicy;
import io.dataprism.core.wasm.WasmEngine;
import io.dataprism.gateway.Limits;
import io.dataprism.gateway.LiveLimits;
import io.dataprism.gateway.connection.ConnectionLimits;
import io.dataprism.gateway.connection.TlsFiles;
import io.dataprism.gateway.jwt.JwtSettings;
import io.dataprism.node.AccessSettings;
import io.dataprism.node.EngineConfiguration;
import io.dataprism.node.EventConfiguration;
import io.dataprism.plugin.ResourceQuota;
import io.dataprism.service.LlmSettings;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationFileTest {

    @TempDir
    Path folder;

    private static final List<String> SYSTEM_PLUGINS =
            List.of("data-validator", "performance-monitor", "error-handler");

    private static final String LIMITS = """
            limits:
              jsonBodyBytes: 2MiB
              packageBytes: 65 MiB
              uploadBytes: 1TiB
              headerBytes: 17408
              requestLineBytes: 9KiB
              bodyStall: 11s
              jsonBodyTime: 31s
              connectionIdle: 12m
              shutdown: 500ms
              drain: 200ms
              connections: 300
              connectionsPerAddress: 301
              connectionsPerSecond: 302
              connectionBurst: 303
              liveConnectionsPerUser: 304
              http2Streams: 305
              requestHead: 21s
              answerRead: 22s
              publishesPerSecond: 306
              publishBurst: 307
              openQueryStreams: 65
              openQueryStreamsPerNode: 257
              openQueriesPerUser: 66
              openQueriesPerNode: 258
              queryWorkers: 7
              batchBytes: 2GiB
              textFrameBytes: 3MiB
              subscriptionsPerConnection: 129
              callsPerConnection: 130
              eventBytes: 257KiB
              eventLogEvents: 7
              eventLogBytes: 9MiB
              eventLogAge: 11m
            """;

    private ConfigurationFile read(String text) throws Exception {
        return ConfigurationFile.read(Files.writeString(folder.resolve("node.yaml"), text));
    }

    @Test
    void everyKeyArrives() throws Exception {
        ConfigurationFile found = read("""
                host: 0.0.0.0
                port: 0
                dataDir: data
                sample: false
                plugins: false
                engine: duckdb
                duckdb:
                  threads: 3
                  memoryLimit: 128MiB
                  spillLimit: 1GiB
                webSocket: {compression: true}
                events: {durable: true}
                """ + LIMITS);
        EngineLimits limits = new EngineLimits(7, 258, 66, 2L << 30);
        assertThat(found)
                .isEqualTo(new ConfigurationFile(
                        "0.0.0.0",
                        0,
                        folder.resolve("data"),
                        false,
                        false,
                        new EngineConfiguration.DuckDb(3, 128L << 20, 1L << 30, limits),
                        new Limits(
                                2L << 20,
                                65L << 20,
                                1L << 40,
                                17_408,
                                9 << 10,
                                Duration.ofSeconds(11),
                                Duration.ofSeconds(31),
                                Duration.ofMinutes(12),
                                new ConnectionLimits(
                                        300, 301, 302, 303, 304, 305, Duration.ofSeconds(21), Duration.ofSeconds(22)),
                                new LiveLimits(3 << 20, 129, 130),
                                65,
                                257,
                                306,
                                307,
                                Duration.ofMillis(200),
                                Duration.ofMillis(500)),
                        AccessSettings.defaults(),
                        FindingsPolicy.WARN,
                        SYSTEM_PLUGINS,
                        Map.of(),
                        null,
                        ResourcePolicy.defaults(),
                        WasmEngine.COMPILER,
                        1,
                        null,
                        true,
                        new EventConfiguration(
                                true, new EventLog.Limits(7, 9L << 20, Duration.ofMinutes(11), 257 << 10))));
    }

    @Test
    void everyKeyOfTlsArrivesAndBothFilesAreNeeded() throws Exception {
        Path certificate = Files.writeString(folder.resolve("c.pem"), "c");
        Path key = Files.writeString(folder.resolve("k.pem"), "k");
        assertThat(read("tls: {certificate: c.pem, key: k.pem}").tls()).isEqualTo(new TlsFiles(certificate, key));
        assertThatThrownBy(() -> read("tls: {certificate: none.pem}"))
                .hasMessageContaining("tls.certificate is \"none.pem\", legal is a file that this user may read")
                .hasMessageContaining("tls.key is nothing, legal is a file in PEM");
    }

    @Test
    void oneUserAndOneAddressHaveSevenEighthsOfTheConnections() throws Exception {
        ConnectionLimits found = read("limits: {connections: 400}").limits().connections();
        assertThat(found).isEqualTo(ConnectionLimits.of(400));
        assertThat(found.connectionsPerAddress()).isEqualTo(350);
        assertThat(found.liveConnectionsPerUser()).isEqualTo(350);
    }

    @Test
    void everyKeyOfTheFlightSqlServerArrives() throws Exception {
        Path token = Files.writeString(folder.resolve("token"), "t");
        Path certificate = Files.writeString(folder.resolve("ca.pem"), "c");
        ConfigurationFile found = read("""
                engine: flight-sql
                flightSql:
                  url: grpc+tls://warehouse.example:31337
                  tokenFile: token
                  caFile: ca.pem
                  timeout: 5s
                """);
        assertThat(found.engine())
                .isEqualTo(new EngineConfiguration.FlightSql(new FlightSettings(
                        URI.create("grpc+tls://warehouse.example:31337"),
                        new FlightSettings.Login.Token(token),
                        certificate,
                        Duration.ofSeconds(5),
                        EngineLimits.defaults())));
        assertThat(read("engine: flight-sql\nflightSql: {url: 'grpc://h:1', userFile: token}")
                        .engine())
                .isEqualTo(new EngineConfiguration.FlightSql(new FlightSettings(
                        URI.create("grpc://h:1"),
                        new FlightSettings.Login.User(token),
                        null,
                        Duration.ofSeconds(30),
                        EngineLimits.defaults())));
    }

    @Test
    void pluginsAreAFlagOrAMappingThatSaysMore() throws Exception {
        assertThat(read("plugins: {findings: refuse}"))
                .satisfies(found -> assertThat(found.plugins()).isTrue())
                .satisfies(found -> assertThat(found.findings()).isEqualTo(FindingsPolicy.REFUSE));
        assertThat(read("plugins: {wasm: interpreter}").wasm()).isEqualTo(WasmEngine.INTERPRETER);
        assertThatThrownBy(() -> read("plugins: {wasm: native}")).hasMessageContaining("compiler or interpreter");
        assertThat(read("plugins: {bundled: false, findings: warn}"))
                .satisfies(found -> assertThat(found.plugins()).isFalse())
                .satisfies(found -> assertThat(found.findings()).isEqualTo(FindingsPolicy.WARN));
        assertThatThrownBy(() -> read("plugins: {findings: ignore}")).hasMessageContaining("warn or refuse");
        assertThatThrownBy(() -> read("plugins: {colour: red}")).hasMessageContaining("plugins.colour");
    }

    @Test
    void everyKeyOfTheLanguageModelsArrives() throws Exception {
        Path key = Files.writeString(folder.resolve("models.key"), "k");
        assertThat(read("port: 0").llm()).isNull();
        assertThat(read("llm: {url: 'http://127.0.0.1:11434/v1', model: m}").llm())
                .isEqualTo(new LlmSettings(
                        URI.create("http://127.0.0.1:11434/v1"), null, "m", null, Duration.ofSeconds(25), 100_000));
        assertThat(read("llm: {url: 'https://h/v1', model: m, embeddingModel: e, keyFile: models.key, timeout: 3s,"
                                + " tokensPerHour: 7}")
                        .llm())
                .isEqualTo(new LlmSettings(URI.create("https://h/v1"), key, "m", "e", Duration.ofSeconds(3), 7));
        assertThatThrownBy(() -> read("llm: {url: 'ftp://u:secret@h/', keyFile: nowhere, colour: red}"))
                .hasMessageContaining("llm.url is not legal")
                .hasMessageContaining("llm.model")
                .hasMessageContaining("llm.keyFile")
                .hasMessageContaining("llm.colour")
                .hasMessageNotContaining("secret");
    }

    @Test
    void theSystemPluginsAreActiveUnlessAListNamesOthers() throws Exception {
        for (String silent : List.of("plugins: true", "plugins: {bundled: true}", "port: 0")) {
            assertThat(read(silent).systemPlugins())
                    .containsExactly("data-validator", "performance-monitor", "error-handler");
        }
        assertThat(read("plugins: {system: []}").systemPlugins()).isEmpty();
        assertThat(read("plugins: {system: [error-handler, data-validator, error-handler]}")
                        .systemPlugins())
                .containsExactly("error-handler", "data-validator");
        for (String wrong : List.of("error-handler", "[1]", "{a: b}")) {
            assertThatThrownBy(() -> read("plugins: {system: " + wrong + "}"))
                    .hasMessageContaining("plugins.system")
                    .hasMessageContaining("at most 64 texts");
        }
    }

    @Test
    void whatPluginsMayUseIsTheOperatorsToSay() throws Exception {
        ConfigurationFile found = read("""
                plugins:
                  minimumLevel: full
                  openFiles: 100
                  pool: 3
                  most: {memory: 64MiB, cpu: 0.5, threads: 8, operationTimeout: 5s, storage: 1MiB}
                  rate: {requests: 50, bytes: 2MiB}
                  group: {memory: 1GiB, cpu: 1.5}
                """);
        assertThat(found.resources())
                .isEqualTo(new ResourcePolicy(
                        new ResourceQuota(64L << 20, 0.5, 8, Duration.ofSeconds(5), 1L << 20),
                        100,
                        50,
                        2L << 20,
                        new ResourcePolicy.Group(1L << 30, 1.5),
                        IsolationLevel.FULL));
        assertThat(found.pool()).isEqualTo(3);
        assertThatThrownBy(
                        () -> read("plugins: {group: {cpu: none}, minimumLevel: jvm-only, most: {cpus: 1}, pool: -1}"))
                .hasMessageContaining("plugins.pool is -1")
                .hasMessageContaining("plugins.group.cpu is \"none\", legal is a number from 0.01 to 1024.0")
                .hasMessageContaining("plugins.minimumLevel is \"jvm-only\", legal is no-cgroup or full")
                .hasMessageContaining("plugins.most.cpus is not known");
    }

    @Test
    void whatBecomesOfEventsIsChecked() {
        assertThatThrownBy(
                        () -> read(
                                "{events: {durable: yes please, keep: 1}, limits: {eventLogEvents: 0, eventLogBytes: 1KiB, eventLogAge: 0s, eventBytes: 769KiB, textFrameBytes: 1, subscriptionsPerConnection: 0, callsPerConnection: 0}}"))
                .hasMessageContaining("events.durable is \"yes please\", legal is true or false")
                .hasMessageContaining("limits.eventLogEvents is 0, legal is a whole number from 1 to 10000000")
                .hasMessageContaining("limits.eventLogBytes is \"1KiB\"")
                .hasMessageContaining("limits.eventLogAge is \"0s\"")
                .hasMessageContaining("limits.eventBytes is \"769KiB\"")
                .hasMessageContaining("from 1KiB to 768KiB")
                .hasMessageContaining("limits.textFrameBytes is 1")
                .hasMessageContaining("limits.subscriptionsPerConnection is 0")
                .hasMessageContaining("limits.callsPerConnection is 0")
                .hasMessageContaining("events.keep is not known");
    }

    @Test
    void whatTheFileDoesNotSayHasItsDefault() throws Exception {
        ConfigurationFile defaults = new ConfigurationFile(
                "127.0.0.1",
                8080,
                Path.of(".dataprism"),
                true,
                true,
                EngineConfiguration.DuckDb.defaults(),
                Limits.defaults(),
                AccessSettings.defaults(),
                FindingsPolicy.WARN,
                SYSTEM_PLUGINS,
                Map.of(),
                null,
                ResourcePolicy.defaults(),
                WasmEngine.COMPILER,
                1,
                null,
                false,
                EventConfiguration.defaults());
        assertThat(read("")).isEqualTo(defaults);
        assertThat(read("limits: {}\nduckdb:\n")).isEqualTo(defaults);
        assertThat(ConfigurationFile.defaults()).isEqualTo(defaults);
        assertThat(defaults.limits().openQueryStreams()).isEqualTo(64);
        assertThat(defaults.limits().openQueryStreamsPerNode()).isEqualTo(256);
        assertThat(defaults.engine().limits().openQueriesPerUser()).isEqualTo(64);
        assertThat(defaults.engine().limits().openQueries()).isEqualTo(256);
    }

    @Test
    void allProblemsAreToldAtOnceEachWithPathValueAndWhatIsLegal() {
        assertThatThrownBy(() -> read("""
                        prot: 1
                        port: 70000
                        sample: maybe
                        engine: oracle
                        duckdb: {threads: 0, memoryLimit: 12 parsecs}
                        flightSql: {url: 'http://u:hidden@h', tokenFile: none}
                        limits: {shutdown: 20, openQueryStreams: 1.5, cors: true}
                        jwt: {issuer: x}
                        metrics: true
                        """))
                .isInstanceOf(ConfigurationException.class)
                .message()
                .contains(
                        "node.yaml",
                        "prot is not known, legal are host, port",
                        "port is 70000, legal is a whole number from 0 to 65535",
                        "sample is \"maybe\", legal is true or false",
                        "engine is \"oracle\", legal is duckdb or flight-sql",
                        "duckdb.threads is 0, legal is a whole number from 1 to 1024",
                        "duckdb.memoryLimit is \"12 parsecs\", legal is a size such as 128MiB",
                        "flightSql.url is not legal, legal is grpc://host:port",
                        "flightSql.tokenFile is \"none\", legal is a file",
                        "limits.shutdown is 20, legal is a duration such as 30s",
                        "limits.openQueryStreams is 1.5",
                        "limits.cors is not known",
                        "jwt.secretFile is nothing, legal is a file with a secret, or a jwksFile, or a jwksUrl",
                        "metrics is not known")
                .doesNotContain("\n", "hidden");
    }

    @Test
    void whoMayCallIsReadWithItsFiles() throws Exception {
        Path secret = Files.writeString(folder.resolve("jwt.secret"), "s");
        Path set = Files.writeString(folder.resolve("keys.json"), "k");
        assertThat(read("""
                        jwt:
                          secretFile: jwt.secret
                          jwksFile: keys.json
                          jwksUrl: https://login.example.com/keys?v=1
                          issuer: https://login.example.com
                          audience: dataprism
                        cors:
                          origins: [https://app.example.com, 'http://localhost:3000', 'http://[::1]:8081']
                        limits: {failedSignInsPerMinute: 7}
                        """).access())
                .isEqualTo(new AccessSettings(
                        new JwtSettings(
                                secret,
                                set,
                                URI.create("https://login.example.com/keys?v=1"),
                                "https://login.example.com",
                                "dataprism"),
                        List.of("https://app.example.com", "http://localhost:3000", "http://[::1]:8081"),
                        7));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jwt: {} | jwt.secretFile is nothing",
                "jwt: {secretFile: absent} | jwt.secretFile is \"absent\", legal is a file",
                "jwt: {jwksUrl: 'ftp://h/keys'} | jwt.jwksUrl is not legal",
                "jwt: {jwksUrl: 'https://u:secret@h/keys'} | jwt.jwksUrl is not legal",
                "jwt: {jwksUrl: 'https://h:99999/keys'} | jwt.jwksUrl is not legal",
                "jwt: {jwksUrl: 'https://h/keys', algorithm: none} | jwt.algorithm is not known",
                "cors: {origins: '*'} | cors.origins is \"*\", legal is a list",
                "cors: {origins: ['*']} | cors.origins is [\"*\"], legal is a list of origins",
                "cors: {origins: ['null']} | cors.origins is",
                "cors: {origins: ['https://app.example.com/']} | cors.origins is",
                "cors: {origins: ['https://APP.example.com']} | cors.origins is",
                "cors: {origins: ['https://*.example.com']} | cors.origins is",
                "cors: {origins: ['https://app.example.com:443']} | cors.origins is",
                "cors: {origins: ['http://app.example.com:80']} | cors.origins is",
                "cors: {credentials: true} | cors.credentials is not known",
                "limits: {failedSignInsPerMinute: 0} | limits.failedSignInsPerMinute is 0",
            })
    void aKeyAboutAccessThatIsWrongIsNamed(String textAndProblem) {
        String[] parts = textAndProblem.split(" \\| ");
        assertThatThrownBy(() -> read(parts[0])).message().contains(parts[1]).doesNotContain("secret@");
    }

    @Test
    void aServerIsNeededWhereItIsTheEngine() {
        assertThatThrownBy(() -> read("engine: flight-sql"))
                .hasMessageContaining("flightSql.url is nothing, legal is grpc://host:port");
        assertThatThrownBy(() -> read("flightSql: {url: 'grpc://h:1', caFile: node.yaml}"))
                .hasMessageContaining("flightSql.caFile");
    }

    @Test
    void whatIsNoYamlOrNoFileIsSaidInOneLine() {
        assertThatThrownBy(() -> read("a: b: c: ["))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("not valid YAML")
                .message()
                .doesNotContain("\n");
        assertThatThrownBy(() -> read("port: 1\nport: 2")).hasMessageContaining("not valid YAML");
        assertThatThrownBy(() -> read("- 1")).hasMessageContaining("legal is a mapping of keys");
        assertThatThrownBy(() -> ConfigurationFile.read(folder.resolve("absent.yaml")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("absent.yaml")
                .hasMessageContaining("--config");
    }

    @Test
    void aFileOfMoreThanAMebibyteIsNotParsed() {
        assertThatThrownBy(() -> read("#" + "x".repeat(1 << 20)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("node.yaml")
                .hasMessageContaining("more than 1048576 bytes");
    }

    @Test
    void aFolderThatPluginsMayBeGrantedIsThereAndHasAPlainName() throws Exception {
        assertThat(read("mounts: {reports: .}").mounts()).containsExactly(Map.entry("reports", folder));
        for (String wrong : List.of("gone: nowhere", "'a b': .", "file: node.yaml")) {
            assertThatThrownBy(() -> read("mounts: {" + wrong + "}"))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("mounts." + wrong.replace("'", "").split(":", 2)[0]);
        }
    }
}
