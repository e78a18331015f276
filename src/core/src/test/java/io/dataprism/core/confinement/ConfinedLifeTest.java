package io.dataprism.core.confinement;

import static io.dataprism.core.confinement.Sandboxes.BOUND;
import static io.dataprism.core.confinement.Sandboxes.call;
import static io.dataprism.core.confinement.Sandboxes.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;

class ConfinedLifeTest {

    private static final RecordingDoor door = new RecordingDoor();
    private static Sandboxes sandboxes;
    private static PluginProcess process;

    @BeforeAll
    static void open() throws IOException {
        sandboxes = new Sandboxes();
        process = sandboxes.started("Worker", door);
    }

    @AfterAll
    static void closeAndProveThatNothingIsLeft() {
        sandboxes.close();
    }

    @BeforeEach
    void forget() {
        door.reply = Mono.just("reply");
        door.requests.clear();
        door.servingCallIds.clear();
    }

    @Test
    void aPluginGoesThroughItsLife() throws Exception {
        assertThat(sandboxes.processes.level()).isIn("full", "no-cgroup");
        PluginProcess process = sandboxes.start("Worker", door);
        process.initialize().block(BOUND);
        process.configure(Map.of("a", List.of(1, "two"))).block(BOUND);
        process.activate().block(BOUND);
        process.ping().block(BOUND);

        assertThat(value(process, call("settings", Map.of()))).isEqualTo(Map.of("a", List.of(1, "two")));
        assertThatThrownBy(() -> process.configure(Map.of("refused", true)).block(BOUND))
                .hasMessageContaining("is not taken");
        assertThat(value(process, call("configuration", Map.of())))
                .as("what was refused is not seen")
                .isEqualTo(Map.of("a", List.of(1, "two")));
        assertThat(process.usage().heapBytes()).isPositive();
        assertThat(process.usage().rssBytes()).isPositive();
        assertThat(process.usage().cpuMillis()).isNotNegative();
        process.deactivate().block(BOUND);
        process.cleanup().block(BOUND);
        process.close();

        assertThat(process.exited().toCompletableFuture().get(5, TimeUnit.SECONDS))
                .contains("ended by the host");
        await().atMost(BOUND).until(() -> door.lines.contains("INFO printed to standard output"));
    }

    @Test
    void aRehearsalEndsAndLeavesThePluginAsItWas() {
        process.rehearse().block(BOUND);
        assertThat(value(process, call("echo", Map.of("a", 1)))).isEqualTo(Map.of("a", 1));
    }

    @Test
    void valuesComeBackAsTheyAre() {
        Map<String, Object> params = Map.of("text", "grüße", "list", List.of(1, 2.5, true), "map", Map.of("x", 1));

        assertThat(value(process, call("echo", params))).isEqualTo(params);
        assertThat(value(process, call("null", Map.of()))).isNull();
        assertThat(value(process, call("environment", Map.of()))).isEqualTo(0);
        assertThat(value(process, call("threads", Map.of()))).isEqualTo(42);
        assertThat(value(process, call("write", Map.of()))).isEqualTo("mine");
        assertThat((String) value(process, call("thread", Map.of()))).startsWith("dataprism-operation");
    }

    @ParameterizedTest
    @CsvSource({
        "fail, PLUGIN_FAILED, deliberate",
        "refuse, REQUEST_INVALID, must be above 2000",
        "unknown, OPERATION_NOT_FOUND, unknown",
        "odd, PLUGIN_FAILED, says the plugin itself",
        "unfit, PLUGIN_FAILED, java.lang.Object",
        "nan, PLUGIN_FAILED, NaN",
    })
    void failuresKeepTheirMeaning(String operation, ErrorCode code, String detail) {

        assertThatThrownBy(() -> value(process, call(operation, Map.of())))
                .isInstanceOfSatisfying(DataPrismException.class, failure -> {
                    assertThat(failure.code()).isEqualTo(code);
                    assertThat(failure.detail()).contains(detail);
                });
    }

    @Test
    void aRefusalOfTheHostThatThePluginLetsThroughStaysWhatItIs() {
        DataPrismException refusal = new DataPrismException(ErrorCode.PERMISSION_DENIED, "not granted", "Grant it.");
        door.reply = Mono.error(refusal);

        assertThatThrownBy(() -> value(process, call("call", Map.of("address", "a"))))
                .isInstanceOfSatisfying(DataPrismException.class, failure -> {
                    assertThat(failure.code()).isEqualTo(ErrorCode.PERMISSION_DENIED);
                    assertThat(failure.hint()).isEqualTo("Grant it.");
                });
    }

    @Test
    void requestsCarryTheCallThatTheyServe() {
        PluginProcess.Call at = call("call", Map.of("address", "dataprism.service.x"));
        PluginProcess.Call later = call("callLater", Map.of("address", "dataprism.service.y"));

        assertThat(value(process, at)).isEqualTo("reply");
        assertThat(value(process, later)).isEqualTo("reply");
        assertThat(door.servingCallIds).containsExactly(at.id(), later.id());
        assertThat(door.requests).containsExactly("dataprism.service.x {k=v}", "dataprism.service.y {k=v}");
    }

    @Test
    void servicesAreRequestsToAddresses() {
        door.reply = Mono.just(List.of(Map.of(
                "name",
                "flights",
                "version",
                1,
                "rows",
                2,
                "bytes",
                3,
                "columns",
                List.of(Map.of("name", "year", "type", "BIGINT")))));
        assertThat(value(process, call("tables", Map.of()))).isEqualTo("flights");
        door.reply = Mono.just(Map.of("cursor", "7"));
        assertThat(value(process, call("publish", Map.of()))).isEqualTo("7");
        assertThat(value(process, call("follow", Map.of())))
                .isEqualTo(List.of("plugin:worker:0", "plugin:worker:1", "plugin:worker:2"));
    }

    @Test
    void linesAreLoggedAndAFloodOfThemHoldsNothingUp() {
        value(process, call("log", Map.of()));
        await().atMost(BOUND).until(() -> door.lines.contains("WARN logged line"));

        value(process, call("flood", Map.of()));
        value(process, call("log", Map.of()));
        await().atMost(BOUND).until(() -> Collections.frequency(door.lines, "WARN logged line") == 2);
    }

    @Test
    void whatAPluginWritesToStandardOutputIsNoFrame() {

        assertThat(value(process, call("garbage", Map.of()))).isEqualTo(1);
        assertThat(value(process, call("echo", Map.of("still", "there")))).isEqualTo(Map.of("still", "there"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Missing  | data-processing | class Other {}                                                         | PACKAGE_INVALID | no class
            Category | visualization   | public class Category extends Base {}                                  | PACKAGE_INVALID | visualization
            Hidden   | other           | public class Hidden extends Base { Hidden() {} }                       | PACKAGE_INVALID | public constructor
            NoPlugin | other           | public class NoPlugin {}                                               | PACKAGE_INVALID | Plugin
            Throws   | other           | public class Throws extends Base { public Throws() { throw new IllegalStateException("no"); } } | PLUGIN_FAILED | no
            Exits    | other           | public class Exits extends Base { public Exits() { System.exit(5); } } | PLUGIN_CRASHED  | exit code 5
            Broken   | other           | public class Broken extends Base { static int x = 1 / (new int[0].length); } | PLUGIN_FAILED  | by zero
            """)
    void aPluginThatCannotBeMadeIsRefused(String name, String category, String source, ErrorCode code, String detail) {
        String whole = "package plugins; import io.dataprism.plugin.*; import reactor.core.publisher.Mono;"
                + "class Base implements Plugin { public Mono<Void> initialize(PluginContext c) { return Mono.empty(); } }"
                + source;

        assertThatThrownBy(() -> sandboxes
                        .processes
                        .start(sandboxes.launch(name, category, whole), door)
                        .block(BOUND))
                .isInstanceOfSatisfying(DataPrismException.class, failure -> {
                    assertThat(failure.code()).isEqualTo(code);
                    assertThat(failure.detail()).contains(detail);
                });
    }
}
