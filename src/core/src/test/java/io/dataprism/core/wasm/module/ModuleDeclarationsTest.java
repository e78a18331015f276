package io.dataprism.core.wasm.module;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.fixtures.wasm.WatModules;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a module declares: found, or refused with what there is too much of. */
class ModuleDeclarationsTest {

    private static final String FITTING = """
            (import "dataprism" "log" (func (param i32 i32 i32)))
            (memory (export "memory") 2 7)
            (func (export "dataprism_alloc") (param i32) (result i32) (i32.const 0))
            (func (export "operation.run") (param i32 i32) (result i64) (i64.const 0))
            """;

    private static byte[] fitting = new byte[0];

    @BeforeAll
    @BeforeContainer
    static void modulesCanBeMade() throws Exception {
        if (WatModules.possible()) {
            fitting = WatModules.of("(module " + FITTING + ")", "--debug-names");
        }
    }

    @org.junit.jupiter.api.Test
    void importsExportsAndMemoryAreFoundAndNamesForDebuggersAreLeftOut() {
        assumeTrue(fitting.length > 0, "wat2wasm is not there; Debian has it in the package wabt");
        ModuleDeclarations found = ModuleDeclarations.read(fitting);
        assertThat(found.imports())
                .containsExactly(new ModuleDeclarations.FunctionImport("dataprism", "log", "(i32, i32, i32) -> ()"));
        assertThat(found.functions())
                .containsEntry("dataprism_alloc", "(i32) -> i32")
                .containsEntry("operation.run", "(i32, i32) -> i64");
        assertThat(found.initialPages()).isEqualTo(2);
        assertThat(found.mostPages()).isEqualTo(7);
        assertThat(found.engineBytes()).hasSizeLessThan(fitting.length);
        PluginInterface.check(found, List.of("run"));
        assertThat(ModuleDeclarations.read(found.engineBytes()).functions()).isEqualTo(found.functions());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            (memory 1)                                          | has 2 memories
            (import "env" "memory" (memory 1))                  | imports the memory 'env.memory'
            (import "env" "t" (table 1 funcref))                | imports the table 'env.t'
            (import "env" "g" (global i32))                     | imports the global 'env.g'
            (import "env" "f" (func))                           | imports 'env.f'
            (import "dataprism" "exec" (func))                  | imports 'dataprism.exec'
            (import "dataprism" "log" (func (param i64)))       | 'dataprism.log' as (i64) -> ()
            (table 70000 funcref)                               | 70000 elements in its tables; at most 65536
            (table 1 externref)                                 | values of the type 0x6f
            (tag (param i32))                                   | exceptions
            (func (param v128))                                 | values of the type 0x7b
            (func (export "dataprism_activate") (param i32))    | 'dataprism_activate' as (i32) -> ()
            """)
    void whatDoesNotFitIsRefusedByName(String more, String problem) throws Exception {
        assumeTrue(WatModules.possible(), "wat2wasm is not there; Debian has it in the package wabt");
        String imports = more.startsWith("(import") ? more : "";
        byte[] module = WatModules.of(
                "(module " + imports + FITTING + (imports.isEmpty() ? more : "") + ")",
                "--enable-all",
                "--disable-reference-types",
                "--no-check");
        DataPrismException refused = catchThrowableOfType(
                DataPrismException.class, () -> PluginInterface.check(ModuleDeclarations.read(module), List.of("run")));
        assertThat(refused.code()).isEqualTo(ErrorCode.PACKAGE_INVALID);
        assertThat(refused.detail()).contains(problem);
    }

    @org.junit.jupiter.api.Test
    void anOperationWithoutItsFunctionIsRefusedByName() {
        assumeTrue(fitting.length > 0, "wat2wasm is not there; Debian has it in the package wabt");
        assertThat(catchThrowableOfType(
                                DataPrismException.class,
                                () -> PluginInterface.check(ModuleDeclarations.read(fitting), List.of("run", "walk")))
                        .detail())
                .contains("'operation.walk' (i32, i32) -> i64");
    }

    /** Bytes that were changed at random are read, or refused as a package: nothing else comes out. */
    @Property(tries = 2_000)
    void noBytesBreakTheReader(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] module = fitting.length == 0 ? new byte[64] : fitting.clone();
        for (int change = random.nextInt(8); change >= 0; change--) {
            module[random.nextInt(module.length)] = (byte) random.nextInt(256);
        }
        byte[] cut = java.util.Arrays.copyOf(module, random.nextInt(module.length + 1));
        try {
            ModuleDeclarations.read(random.nextBoolean() ? module : cut);
        } catch (DataPrismException refused) {
            assertThat(refused.code()).isEqualTo(ErrorCode.PACKAGE_INVALID);
        }
    }
}
