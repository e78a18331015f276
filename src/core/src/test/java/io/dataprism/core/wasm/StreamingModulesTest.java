package io.dataprism.core.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.dataprism.core.confinement.PluginProcess;
import io.dataprism.core.confinement.PluginProcess.Answer;
import io.dataprism.core.confinement.PluginProcess.Kind;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.fixtures.wasm.WatModules;
import io.dataprism.plugin.Batch;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

/** Modules that read and answer datasets: what passes, how it ends, and that nothing of it is left. {@link Modules} counts. */
class StreamingModulesTest {

    @BeforeAll
    static void modulesCanBeMade() {
        assumeTrue(WatModules.possible(), "wat2wasm is not there; Debian has it in the package wabt");
    }

    @ParameterizedTest
    @EnumSource
    void everyBatchPassesThroughAModule(WasmEngine engine) throws Exception {
        try (Modules modules = new Modules(engine)) {
            PluginProcess plugin = Streams.start(modules);
            List<String> sent = Streams.tables(withEmptyOne(modules));
            List<String> answered = Streams.tables(
                    Streams.answer(plugin, Streams.call(Kind.DATASET, "pass", withEmptyOne(modules), Modules.BOUND)));
            assertThat(answered).hasSize(13).isEqualTo(sent);
        }
    }

    @Test
    void aModuleCountsItsInputAndMeetsItsEndAtOnceWhereThereIsNone() throws Exception {
        try (Modules modules = new Modules(WasmEngine.COMPILER)) {
            PluginProcess plugin = Streams.start(modules);
            assertThat(Streams.count(plugin, Streams.batches(modules.allocator, 12)))
                    .isEqualTo(12);
            assertThat(Streams.count(plugin, Flux.empty())).isEqualTo(0);
            assertThat(Streams.count(plugin, null)).isEqualTo(0);
            Answer.Dataset nothing =
                    (Answer.Dataset) plugin.execute(Streams.call(Kind.DATASET, "pass", null, Modules.BOUND))
                            .block(Modules.BOUND);
            assertThat(nothing.schema().getFields()).isEmpty();
            assertThat(Streams.tables(nothing.batches())).isEmpty();
        }
    }

    @Test
    void whatAModuleGetsIsAnArrowStreamForEveryReader() throws Exception {
        try (Modules modules = new Modules(WasmEngine.COMPILER)) {
            byte[] bytes = Streams.bytes(Streams.batch(modules.allocator, 3, Streams.ROWS, "x"));
            try (ArrowStreamReader reader = new ArrowStreamReader(new ByteArrayInputStream(bytes), modules.allocator)) {
                assertThat(reader.loadNextBatch()).isTrue();
                assertThat(reader.getVectorSchemaRoot().getRowCount()).isEqualTo(Streams.ROWS);
                assertThat(reader.loadNextBatch()).isFalse();
            }
        }
    }

    @Test
    void aBatchThatIsTooLargeComesInPieces() throws Exception {
        try (Modules modules = new Modules(WasmEngine.COMPILER)) {
            PluginProcess plugin = Streams.start(modules);
            String text = "x".repeat(1000);
            String sent = Streams.tables(Flux.just(Streams.batch(modules.allocator, 0, 12_000, text)))
                    .getFirst();
            assertThat((int) Streams.count(plugin, Flux.just(Streams.batch(modules.allocator, 0, 12_000, text))))
                    .as("pieces of at most 4 MiB, a quarter of the memory")
                    .isBetween(3, 4);
            List<String> pieces = Streams.tables(Streams.answer(
                    plugin,
                    Streams.call(
                            Kind.DATASET,
                            "pass",
                            Flux.just(Streams.batch(modules.allocator, 0, 12_000, text)),
                            Modules.BOUND)));
            List<String> lines = new ArrayList<>(List.of("number\ttext"));
            pieces.forEach(piece -> lines.addAll(piece.lines().skip(1).toList()));
            assertThat(lines).isEqualTo(sent.lines().toList());
        }
    }

    @Test
    void aRowThatIsTooLargeIsToldToTheModule() throws Exception {
        try (Modules modules = new Modules(WasmEngine.COMPILER)) {
            PluginProcess plugin = Streams.start(modules);
            CountDownLatch cancelled = new CountDownLatch(1);
            Object told = Streams.count(
                    plugin,
                    Flux.range(0, 5)
                            .map(each -> Streams.batch(modules.allocator, 0, 2, "x".repeat(5 << 20)))
                            .doOnCancel(cancelled::countDown));
            assertThat(told).asInstanceOf(InstanceOfAssertFactories.MAP).containsEntry("code", "PAYLOAD_TOO_LARGE");
            assertThat(cancelled.await(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void onlyOperationsThatAnswerDatasetsEmitAndNoneDraws() throws Exception {
        try (Modules modules = new Modules(WasmEngine.COMPILER)) {
            PluginProcess plugin = Streams.start(modules);
            assertThat(Streams.value(plugin, "emitNowhere", null))
                    .asInstanceOf(InstanceOfAssertFactories.MAP)
                    .containsEntry("code", "REQUEST_INVALID");
            DataPrismException refused = catchThrowableOfType(
                    DataPrismException.class,
                    () -> plugin.execute(Streams.call(Kind.RENDERING, "pass", null, Modules.BOUND))
                            .block(Modules.BOUND));
            assertThat(refused.code()).isEqualTo(ErrorCode.REQUEST_INVALID);
            assertThat(refused.detail()).contains("operations that draw");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void aStreamWithAnyNumberOfBatchesIsEmittedAtOnce(int batches) throws Exception {
        try (Modules modules = new Modules(WasmEngine.COMPILER)) {
            PluginProcess plugin = Streams.start(modules);
            byte[] one = Streams.bytes(Streams.batch(modules.allocator, 0, Streams.ROWS, "a"));
            Answer.Dataset answer =
                    (Answer.Dataset) plugin.execute(Streams.emission(BrokenStreams.withBatches(one, batches), one))
                            .block(Modules.BOUND);
            assertThat(answer.schema().getFields()).hasSize(2);
            assertThat(Streams.tables(answer.batches())).hasSize(batches + 1);
        }
    }

    private static Flux<Batch> withEmptyOne(Modules modules) {
        return Flux.concat(
                Streams.batches(modules.allocator, 6),
                Flux.defer(() -> Flux.just(Streams.batch(modules.allocator, 0, 0, ""))),
                Streams.batches(modules.allocator, 6));
    }
}
