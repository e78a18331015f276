package io.dataprism.core.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.dataprism.core.confinement.PluginProcess;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.wasm.module.ModuleDeclarations;
import io.dataprism.fixtures.wasm.WatModules;
import io.dataprism.plugin.ResourceQuota;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Modules that want to take more than they get: each ends, in time, and the next call is served. */
class HostileModulesTest {

    private static final String MODULE = """
            (module %s
              (memory (export "memory") 1)
              (table 4 funcref)
              (elem (i32.const 0) $turn)
              (data "0123456789")
              (func (export "dataprism_alloc") (param i32) (result i32) (i32.const 1024))
              (func (export "operation.good") (param i32 i32) (result i64)
                (i32.store8 (i32.const 0) (i32.const 0x37))
                (i64.const 1))
              (func $turn (param i32) %s)
              (func (export "operation.bad") (param i32 i32) (result i64)
                (call $turn (i32.const 0))
                (i64.const 1)))
            """;

    private static byte[] everything = new byte[0];

    /** @return engine, what the function {@code $turn} does, and whether it ends by itself */
    static Stream<Arguments> attacks() {
        String operands = "(i64.const 1)".repeat(500);
        return Stream.of(WasmEngine.values())
                .flatMap(engine -> Stream.of(
                        Arguments.of(engine, "(loop $l (br_table $l $l (i32.const 0)))", false),
                        Arguments.of(
                                engine,
                                "(loop $l (memory.fill (i32.const 0) (i32.const 1) (i32.const 65536)) (br $l))",
                                false),
                        Arguments.of(engine, "(call $turn (local.get 0)) (call $turn (local.get 0))", true),
                        Arguments.of(
                                engine, "(loop $l (drop (table.grow 0 (ref.null func) (i32.const 1))) (br $l))", false),
                        Arguments.of(engine, operands + "(call $turn (i32.const 0))" + "drop ".repeat(500), true),
                        Arguments.of(engine, "(call_indirect (param i32) (local.get 0) (i32.const 0))", true),
                        Arguments.of(engine, "(call_indirect (param i32) (local.get 0) (i32.const 3))", true),
                        Arguments.of(engine, "(call_indirect (local.get 0) (i32.const 0)) drop", true),
                        Arguments.of(engine, "(memory.init 0 (i32.const 0) (i32.const 8) (i32.const 9))", true),
                        Arguments.of(engine, "(memory.copy (i32.const 0) (i32.const 1) (i32.const -1))", true),
                        Arguments.of(engine, "(i64.store offset=0xffffffff (i32.const -1) (i64.const 1))", true),
                        Arguments.of(engine, "(drop (i32.div_s (i32.const 1) (local.get 0)))", true)));
    }

    @BeforeAll
    @BeforeContainer
    static void modulesCanBeMade() throws Exception {
        if (WatModules.possible()) {
            everything = WatModules.of(Modules.everything());
        }
    }

    @Tag("longer")
    @ParameterizedTest
    @MethodSource("attacks")
    void anAttackEndsAndTheNextCallIsServed(WasmEngine engine, String attack, boolean byItself) throws Exception {
        assumeTrue(WatModules.possible(), "wat2wasm is not there; Debian has it in the package wabt");
        byte[] module = WatModules.of(MODULE.formatted("", attack));
        try (Modules modules = new Modules(engine)) {
            PluginProcess plugin = modules.start(modules.launch(module, "good", "bad"));
            DataPrismException failure = catchThrowableOfType(
                    DataPrismException.class,
                    () -> plugin.execute(Modules.call("bad", Map.of(), byItself ? Modules.BOUND : Modules.LATE))
                            .block(Modules.BOUND));
            assertThat(failure.code())
                    .as(failure.detail())
                    .isEqualTo(byItself ? ErrorCode.PLUGIN_CRASHED : ErrorCode.PLUGIN_TIMEOUT);
            assertThat(Modules.value(plugin, "good", Map.of())).isEqualTo(7);
        }
    }

    @ParameterizedTest
    @EnumSource
    void tailCallsAreRefusedSinceTheyCannotBeInterrupted(WasmEngine engine) throws Exception {
        assumeTrue(WatModules.possible(), "wat2wasm is not there; Debian has it in the package wabt");
        for (String turn : List.of(
                "(return_call $turn (local.get 0))",
                "(return_call_indirect (param i32) (local.get 0) (i32.const 0))")) {
            byte[] module = WatModules.of(MODULE.formatted("", turn), "--enable-tail-call");
            try (Modules modules = new Modules(engine)) {
                DataPrismException failure = catchThrowableOfType(
                        DataPrismException.class, () -> modules.start(modules.launch(module, "good")));
                assertThat(failure.code()).isEqualTo(ErrorCode.PACKAGE_INVALID);
                assertThat(failure.detail()).contains("RETURN_CALL");
            }
        }
    }

    @Test
    void aStartFunctionThatNeverEndsOrTrapsIsNoStart() throws Exception {
        assumeTrue(WatModules.possible(), "wat2wasm is not there; Debian has it in the package wabt");
        byte[] traps = WatModules.of(MODULE.formatted("(func $s (unreachable)) (start $s)", ""));
        try (Modules modules = new Modules(WasmEngine.COMPILER)) {
            DataPrismException failure =
                    catchThrowableOfType(DataPrismException.class, () -> modules.start(modules.launch(traps, "good")));
            assertThat(failure.code()).isEqualTo(ErrorCode.PLUGIN_CRASHED);
            assertThat(failure.detail()).contains("its start");
        }
    }

    @Test
    void aMemoryThatBeginsBeyondItsQuotaIsRefused() throws Exception {
        assumeTrue(WatModules.possible(), "wat2wasm is not there; Debian has it in the package wabt");
        byte[] large = WatModules.of(MODULE.formatted("", "").replace("\"memory\") 1", "\"memory\") 60000"));
        try (Modules modules = new Modules(WasmEngine.COMPILER)) {
            DataPrismException failure =
                    catchThrowableOfType(DataPrismException.class, () -> modules.start(modules.launch(large, "good")));
            assertThat(failure.code()).isEqualTo(ErrorCode.QUOTA_EXCEEDED);
            assertThat(failure.detail()).contains("60000 pages");
        }
    }

    @Tag("longer")
    @Test
    void whoUsesMoreOfTheProcessorThanItsShareWaits() throws Exception {
        assumeTrue(WatModules.possible(), "wat2wasm is not there; Debian has it in the package wabt");
        byte[] module = WatModules.of(MODULE.formatted("", "(loop $l (br $l))"));
        try (Modules modules = new Modules(WasmEngine.COMPILER)) {
            PluginProcess plugin = modules.start(modules.launch(
                    module, new ResourceQuota(16L << 20, 0.2, 16, Duration.ofSeconds(10), 1L << 20), "good", "bad"));
            catchThrowableOfType(
                    DataPrismException.class,
                    () -> plugin.execute(Modules.call("bad", Map.of(), Modules.LATE))
                            .block(Modules.BOUND));
            assertThat(Modules.value(plugin, "good", Map.of())).isEqualTo(7);
            assertThat(plugin.usage().throttled()).isPositive();
        }
    }

    /** Bytes that were changed at random become a module, or are refused as a package: nothing else comes out. */
    @Property(tries = 150)
    void noBytesBreakTheEngines(@ForAll long seed) {
        mutate(seed);
    }

    @net.jqwik.api.Tag("longer")
    @Property(tries = 5_000)
    void moreBytesBreakNoEngine(@ForAll long seed) {
        mutate(seed);
    }

    private static void mutate(long seed) {
        Random random = new Random(seed);
        byte[] module = everything.length == 0 ? new byte[64] : everything.clone();
        for (int change = random.nextInt(4); change >= 0; change--) {
            module[random.nextInt(module.length)] = (byte) random.nextInt(256);
        }
        for (WasmEngine engine : WasmEngine.values()) {
            try {
                new ModuleLoader(engine, null).load(ModuleDeclarations.read(module));
            } catch (DataPrismException refused) {
                assertThat(refused.code()).isEqualTo(ErrorCode.PACKAGE_INVALID);
            }
        }
    }
}
