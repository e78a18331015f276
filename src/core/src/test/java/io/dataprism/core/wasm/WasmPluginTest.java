package io.dataprism.core.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.dataprism.core.confinement.PluginProcess;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.quota.IsolationLevel;
import io.dataprism.core.quota.ResourcePolicy;
import io.dataprism.fixtures.wasm.WatModules;
import io.dataprism.plugin.ResourceQuota;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Modules as plugins: what they answer, what they may ask for, and how little they can harm. */
class WasmPluginTest {

    @BeforeAll
    static void modulesCanBeMade() {
        assumeTrue(WatModules.possible(), "wat2wasm is not there; Debian has it in the package wabt");
    }

    @ParameterizedTest
    @EnumSource
    void aModuleAnswersAndKeepsWhatItKnows(WasmEngine engine) throws Exception {
        try (Modules modules = new Modules(engine)) {
            PluginProcess plugin = modules.everythingActive();
            assertThat(Modules.value(plugin, "echo", Map.of("a", List.of(1, "ä"))))
                    .isEqualTo(Map.of("a", List.of(1, "ä")));
            assertThat(Modules.value(plugin, "count", Map.of())).isEqualTo(1);
            assertThat(Modules.value(plugin, "count", Map.of())).isEqualTo(2);
            plugin.configure(Map.of("depth", 3)).block(Modules.BOUND);
            plugin.deactivate().block(Modules.BOUND);
            plugin.cleanup().block(Modules.BOUND);
            assertThat(modules.door.lines)
                    .containsExactly(
                            "INFO initialised",
                            "INFO activated",
                            "INFO {\"depth\":3}",
                            "INFO deactivated",
                            "INFO cleaned");
            assertThat(plugin.usage().heapBytes()).isEqualTo(2 * 65536);
            assertThat(plugin.ping().blockOptional()).isEmpty();
            plugin.close();
            assertThat(plugin.exited().toCompletableFuture().join()).contains("was ended by the host");
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatAModuleAsksForPassesTheDoorForTheCallThatItServes(WasmEngine engine) throws Exception {
        try (Modules modules = new Modules(engine)) {
            PluginProcess plugin = modules.everythingActive();
            Map<String, Object> request =
                    Map.of("address", "dataprism.service.storage.get", "body", Map.of("key", "k"));
            PluginProcess.Call call = Modules.call("ask", request, Modules.BOUND);
            assertThat(plugin.execute(call).block(Modules.BOUND)).isEqualTo(new PluginProcess.Answer.Value("reply"));
            assertThat(modules.door.requests).containsExactly("dataprism.service.storage.get {key=k}");
            assertThat(modules.door.servingCallIds).containsExactly(call.id());

            modules.door.reply = Mono.error(new DataPrismException(ErrorCode.PERMISSION_DENIED, "No.", "Grant it."));
            assertThat(failure(plugin, "ask", request).code()).isEqualTo(ErrorCode.PERMISSION_DENIED);
            assertThat(failure(plugin, "ask", Map.of()).code()).isEqualTo(ErrorCode.REQUEST_INVALID);
            assertThat(Modules.value(plugin, "count", Map.of()))
                    .as("a refusal is no trap")
                    .isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aModuleThatWaitsForTheHostIsInterruptedAndTheRequestIsCancelled(WasmEngine engine) throws Exception {
        try (Modules modules = new Modules(engine)) {
            PluginProcess plugin = modules.everythingActive();
            java.util.concurrent.CountDownLatch cancelled = new java.util.concurrent.CountDownLatch(1);
            modules.door.reply = Mono.never().doOnCancel(cancelled::countDown);
            Map<String, Object> request = Map.of("address", "dataprism.service.storage.get");
            DataPrismException late = catchThrowableOfType(
                    DataPrismException.class,
                    () -> plugin.execute(Modules.call("ask", request, Modules.LATE))
                            .block(Modules.BOUND));
            assertThat(late.code()).isEqualTo(ErrorCode.PLUGIN_TIMEOUT);
            assertThat(cancelled.await(30, java.util.concurrent.TimeUnit.SECONDS))
                    .isTrue();
            assertThat(Modules.value(plugin, "echo", Map.of())).isEqualTo(Map.of());
        }
    }

    @ParameterizedTest
    @EnumSource
    void afterATrapAFreshInstanceServesWhereTheLastOneWas(WasmEngine engine) throws Exception {
        try (Modules modules = new Modules(engine)) {
            PluginProcess plugin = modules.everythingActive();
            plugin.configure(Map.of("depth", 3)).block(Modules.BOUND);
            for (String trap : List.of("trap", "recurse", "lie", "huge", "takeNothing")) {
                assertThat(Modules.value(plugin, "count", Map.of())).isEqualTo(1);
                modules.door.lines.clear();
                DataPrismException failure = failure(plugin, trap, Map.of());
                assertThat(failure.code()).as(trap).isEqualTo(ErrorCode.PLUGIN_CRASHED);
                assertThat(failure.detail()).contains("'module'").contains(trap);
                assertThat(Modules.value(plugin, "count", Map.of())).isEqualTo(1);
                assertThat(modules.door.lines)
                        .containsExactly("INFO initialised", "INFO {\"depth\":3}", "INFO activated");
                failure(plugin, "trap", Map.of());
            }
        }
    }

    /** With few requests, so that most of the thousands of questions are refused at once. */
    @Tag("longer")
    @ParameterizedTest
    @EnumSource
    void aModuleThatAsksAtTheEndOfItsStackBreaksNothingOfTheHosts(WasmEngine engine) throws Exception {
        try (Modules modules = new Modules(engine, withRequests(1))) {
            PluginProcess plugin = modules.everythingActive();
            for (int trap = 0; trap < 3; trap++) {
                assertThat(failure(plugin, "askDeep", Map.of("address", "a")).code())
                        .isEqualTo(ErrorCode.PLUGIN_CRASHED);
            }
            await().atMost(Modules.BOUND)
                    .ignoreExceptions()
                    .until(() -> "reply".equals(Modules.value(plugin, "ask", Map.of("address", "a"))));
        }
    }

    @Test
    void aModuleIsCompiledOnceAndCodeThatSomebodyChangedIsNotRun() throws Exception {
        try (Modules modules = new Modules(WasmEngine.COMPILER)) {
            modules.everythingActive().close();
            Path code = modules.compiledFiles().getFirst();
            Object first = Files.getAttribute(code, "unix:ino");
            PluginProcess again = modules.everythingActive();
            assertThat(Modules.value(again, "echo", Map.of("a", 1))).isEqualTo(Map.of("a", 1));
            again.close();
            assertThat(modules.compiledFiles()).hasSize(1);
            assertThat(Files.getAttribute(code, "unix:ino"))
                    .as("read, not written")
                    .isEqualTo(first);
            byte[] changed = Files.readAllBytes(code);
            changed[changed.length / 2] ^= 1;
            Files.write(code, changed);
            PluginProcess anew = modules.everythingActive();
            assertThat(Modules.value(anew, "echo", Map.of("a", 2))).isEqualTo(Map.of("a", 2));
            assertThat(Files.readAllBytes(code)).as("compiled anew").isNotEqualTo(changed);
        }
    }

    @Test
    void aModuleThatTrapsOverAndOverIsEnded() throws Exception {
        try (Modules modules = new Modules(WasmEngine.COMPILER)) {
            PluginProcess plugin = modules.everythingActive();
            IntStream.rangeClosed(0, Traps.MOST).forEach(each -> failure(plugin, "trap", Map.of()));
            assertThat(plugin.exited().toCompletableFuture().join())
                    .contains("trapped more than " + Traps.MOST + " times");
            assertThat(failure(plugin, "echo", Map.of()).code()).isEqualTo(ErrorCode.PLUGIN_CRASHED);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anEndlessLoopIsInterruptedAndOthersAreServedAfterwards(WasmEngine engine) throws Exception {
        try (Modules modules = new Modules(engine)) {
            PluginProcess plugin = modules.everythingActive();
            DataPrismException late = catchThrowableOfType(
                    DataPrismException.class,
                    () -> Flux.merge(
                                    plugin.execute(Modules.call("loop", Map.of(), Modules.LATE)),
                                    plugin.execute(Modules.call("loop", Map.of(), Modules.BOUND))
                                            .take(Modules.LATE))
                            .blockLast(Modules.BOUND));
            assertThat(late.code()).isEqualTo(ErrorCode.PLUGIN_TIMEOUT);
            assertThat(Modules.value(plugin, "echo", Map.of())).isEqualTo(Map.of());
        }
    }

    @Test
    void aModuleThatIsEndedInTheMiddleOfALoopFailsItsCallers() throws Exception {
        try (Modules modules = new Modules(WasmEngine.COMPILER)) {
            PluginProcess plugin = modules.everythingActive();
            var looping = plugin.execute(Modules.call("loop", Map.of(), Modules.BOUND))
                    .toFuture();
            var waiting = plugin.execute(Modules.call("echo", Map.of(), Modules.BOUND))
                    .toFuture();
            await().atMost(Modules.BOUND).until(() -> plugin.usage().cpuMillis() > 0);
            modules.processes.close();
            // they are told by threads of their own
            await().atMost(Modules.BOUND)
                    .until(() -> looping.isCompletedExceptionally() && waiting.isCompletedExceptionally());
        }
    }

    @ParameterizedTest
    @EnumSource
    void memoryAndTablesGrowToTheirQuotaAndNoFurther(WasmEngine engine) throws Exception {
        try (Modules modules = new Modules(engine)) {
            PluginProcess small = modules.everythingActive();
            assertThat(Modules.value(small, "grow", Map.of())).isEqualTo(false);
            assertThat(Modules.value(small, "table", Map.of())).isEqualTo(false);
            PluginProcess large = modules.start(modules.launch(
                    WatModules.of(Modules.everything()),
                    new ResourceQuota(80L << 20, 1, 16, Duration.ofSeconds(10), 1L << 20),
                    "grow"));
            assertThat(Modules.value(large, "grow", Map.of())).isEqualTo(true);
            assertThat(large.usage().heapBytes()).isEqualTo(1002 * 65536);
            assertThat(Modules.value(large, "grow", Map.of())).isEqualTo(false);
        }
    }

    @Test
    void whatAModuleSaysThatFailedReachesItsCaller() throws Exception {
        try (Modules modules = new Modules(WasmEngine.COMPILER)) {
            PluginProcess plugin = modules.everythingActive();
            DataPrismException refused = failure(plugin, "refuse", Map.of("width", -1));
            assertThat(refused.code()).isEqualTo(ErrorCode.REQUEST_INVALID);
            assertThat(refused.detail()).isEqualTo("{\"width\":-1}");
            DataPrismException noJson = failure(plugin, "noJson", Map.of());
            assertThat(noJson.code()).isEqualTo(ErrorCode.PLUGIN_FAILED);
            assertThat(noJson.detail()).contains("'noJson'").contains("no JSON");
        }
    }

    @Test
    void moreRequestsThanTheOperatorAllowsAreRefused() throws Exception {
        try (Modules modules = new Modules(WasmEngine.COMPILER, withRequests(1))) {
            PluginProcess plugin = modules.everythingActive();
            Map<String, Object> request = Map.of("address", "dataprism.service.storage.get");
            await().atMost(Modules.BOUND)
                    .untilAsserted(() ->
                            assertThat(failure(plugin, "ask", request).code()).isEqualTo(ErrorCode.QUOTA_EXCEEDED));
        }
    }

    @Test
    void aModuleIsNotStartedWhereThereIsNoMemoryForItOrTheOperatorDemandsMore() throws Exception {
        ResourcePolicy usual = ResourcePolicy.defaults();
        ResourcePolicy small = new ResourcePolicy(
                usual.most(),
                usual.openFiles(),
                usual.requests(),
                usual.requestBytes(),
                new ResourcePolicy.Group(1 << 20, 1),
                usual.minimum());
        assertThat(refusal(small).code()).isEqualTo(ErrorCode.QUOTA_EXCEEDED);
        ResourcePolicy firm = new ResourcePolicy(
                usual.most(),
                usual.openFiles(),
                usual.requests(),
                usual.requestBytes(),
                usual.group(),
                IsolationLevel.FULL);
        assertThat(refusal(firm).code()).isEqualTo(ErrorCode.SANDBOX_UNAVAILABLE);
    }

    private static ResourcePolicy withRequests(int perSecond) {
        ResourcePolicy usual = ResourcePolicy.defaults();
        return new ResourcePolicy(
                usual.most(), usual.openFiles(), perSecond, usual.requestBytes(), usual.group(), usual.minimum());
    }

    private static DataPrismException refusal(ResourcePolicy policy) throws Exception {
        try (Modules modules = new Modules(WasmEngine.INTERPRETER, policy)) {
            return catchThrowableOfType(DataPrismException.class, modules::everythingActive);
        }
    }

    private static DataPrismException failure(PluginProcess plugin, String operation, Map<String, Object> params) {
        return catchThrowableOfType(DataPrismException.class, () -> Modules.value(plugin, operation, params));
    }
}
