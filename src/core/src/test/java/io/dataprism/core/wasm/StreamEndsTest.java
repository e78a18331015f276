package io.dataprism.core.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.dataprism.core.confinement.PluginProcess;
import io.dataprism.core.confinement.PluginProcess.Answer;
import io.dataprism.core.confinement.PluginProcess.Kind;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.fixtures.wasm.WatModules;
import io.dataprism.plugin.Batch;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;

/** How what a module reads and answers ends, when it does not end well, and that nothing of it is left. {@link Modules} counts. */
class StreamEndsTest {

    @BeforeAll
    static void modulesCanBeMade() {
        assumeTrue(WatModules.possible(), "wat2wasm is not there; Debian has it in the package wabt");
    }

    @ParameterizedTest
    @EnumSource
    void aTrapInTheMiddleFailsTheReader(WasmEngine engine) throws Exception {
        try (Modules modules = new Modules(engine)) {
            PluginProcess plugin = Streams.start(modules);
            DataPrismException trapped = failureAfterOne(modules, plugin, "passOneAndTrap", Modules.BOUND);
            assertThat(trapped.code()).isEqualTo(ErrorCode.PLUGIN_CRASHED);
            assertThat(trapped.detail()).contains("passOneAndTrap");
            assertThat(Streams.count(plugin, Streams.batches(modules.allocator, 2)))
                    .isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource
    void theDeadlineHoldsToTheLastByteOfTheAnswer(WasmEngine engine) throws Exception {
        try (Modules modules = new Modules(engine)) {
            PluginProcess plugin = Streams.start(modules);
            DataPrismException late = failureAfterOne(modules, plugin, "passOneAndLoop", Modules.LATE);
            assertThat(late.code()).isEqualTo(ErrorCode.PLUGIN_TIMEOUT);
            assertThat(Streams.count(plugin, Streams.batches(modules.allocator, 2)))
                    .isEqualTo(2);
        }
    }

    @Test
    void whatTheModuleSaysThatFailedInTheMiddleReachesTheReader() throws Exception {
        try (Modules modules = new Modules(WasmEngine.COMPILER)) {
            PluginProcess plugin = Streams.start(modules);
            assertThat(failureAfterOne(modules, plugin, "passOneAndFail", Modules.BOUND)
                            .code())
                    .isEqualTo(ErrorCode.PLUGIN_FAILED);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aReaderWhoLeavesEndsTheModuleAndItsInput(WasmEngine engine) throws Exception {
        try (Modules modules = new Modules(engine)) {
            PluginProcess plugin = Streams.start(modules);
            CountDownLatch cancelled = new CountDownLatch(1);
            Flux<Batch> endless =
                    Streams.batches(modules.allocator, Integer.MAX_VALUE).doOnCancel(cancelled::countDown);
            List<String> read =
                    Streams.tables(Streams.answer(plugin, Streams.call(Kind.DATASET, "pass", endless, Modules.BOUND))
                            .take(3));
            assertThat(read).hasSize(3);
            assertThat(cancelled.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(Streams.count(plugin, Streams.batches(modules.allocator, 2)))
                    .isEqualTo(2);
        }
    }

    @Test
    void aReaderWithoutDemandKeepsTheModuleWaiting() throws Exception {
        try (Modules modules = new Modules(WasmEngine.COMPILER)) {
            PluginProcess plugin = Streams.start(modules);
            AtomicInteger made = new AtomicInteger();
            Flux<Batch> endless =
                    Streams.batches(modules.allocator, Integer.MAX_VALUE).doOnNext(batch -> made.incrementAndGet());
            Reader reader = new Reader(2);
            Streams.answer(plugin, Streams.call(Kind.DATASET, "pass", endless, Modules.LATE))
                    .subscribe(reader);
            assertThat(reader.over.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(reader.failure)
                    .isInstanceOfSatisfying(
                            DataPrismException.class,
                            late -> assertThat(late.code()).isEqualTo(ErrorCode.PLUGIN_TIMEOUT));
            assertThat(reader.batches).isEqualTo(2);
            assertThat(made.get()).as("the two, and one that waits").isEqualTo(3);
            assertThat(Streams.count(plugin, Streams.batches(modules.allocator, 2)))
                    .isEqualTo(2);
        }
    }

    @Test
    void anAnswerThatNobodyReadsEndsAtItsDeadline() throws Exception {
        try (Modules modules = new Modules(WasmEngine.COMPILER)) {
            PluginProcess plugin = Streams.start(modules);
            CountDownLatch cancelled = new CountDownLatch(1);
            Flux<Batch> endless =
                    Streams.batches(modules.allocator, Integer.MAX_VALUE).doOnCancel(cancelled::countDown);
            Answer.Dataset unread =
                    (Answer.Dataset) plugin.execute(Streams.call(Kind.DATASET, "pass", endless, Modules.LATE))
                            .block(Modules.BOUND);
            assertThat(unread.schema().getFields()).hasSize(2);
            assertThat(cancelled.await(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void anInputThatFailsInTheMiddleReachesTheModuleAndTheReader() throws Exception {
        try (Modules modules = new Modules(WasmEngine.COMPILER)) {
            PluginProcess plugin = Streams.start(modules);
            DataPrismException reason = new DataPrismException(ErrorCode.QUERY_TIMEOUT, "Too late.", "Ask for less.");
            Flux<Batch> broken = Streams.batches(modules.allocator, 2).concatWith(Flux.error(() -> reason));
            assertThat(Streams.count(plugin, broken))
                    .isEqualTo(Map.of("code", "QUERY_TIMEOUT", "message", "Too late."));
            DataPrismException failure = catchThrowableOfType(
                    DataPrismException.class,
                    () -> Streams.tables(
                            Streams.answer(plugin, Streams.call(Kind.DATASET, "pass", broken, Modules.BOUND))));
            assertThat(failure).isSameAs(reason);
        }
    }

    @Test
    void anInputThatIsNeverReadIsNeverAskedAndCancelled() throws Exception {
        try (Modules modules = new Modules(WasmEngine.COMPILER)) {
            PluginProcess plugin = Streams.start(modules);
            CountDownLatch cancelled = new CountDownLatch(1);
            AtomicInteger asked = new AtomicInteger();
            Flux<Batch> unread = Streams.batches(modules.allocator, 3)
                    .doOnRequest(count -> asked.incrementAndGet())
                    .doOnCancel(cancelled::countDown);
            Object answer = Streams.value(plugin, "ignore", unread);
            assertThat(answer).isEqualTo(7);
            assertThat(cancelled.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(asked).hasValue(0);
        }
    }

    @Test
    void aCallThatIsCancelledWhereItWaitsForItsTurnLetsGoOfItsInput() throws Exception {
        try (Modules modules = new Modules(WasmEngine.COMPILER)) {
            PluginProcess plugin = Streams.start(modules);
            var first = plugin.execute(Streams.call(Kind.VALUE, "passOneAndLoop", Flux.never(), Modules.BOUND))
                    .subscribe();
            CountDownLatch cancelled = new CountDownLatch(1);
            plugin.execute(Streams.call(
                            Kind.DATASET,
                            "pass",
                            Streams.batches(modules.allocator, 3).doOnCancel(cancelled::countDown),
                            Modules.BOUND))
                    .subscribe()
                    .dispose();
            assertThat(cancelled.await(30, TimeUnit.SECONDS)).isTrue();
            first.dispose();
            assertThat(Streams.count(plugin, Streams.batches(modules.allocator, 2)))
                    .isEqualTo(2);
        }
    }

    @Test
    void aModuleThatIsEndedInTheMiddleOfAStreamFailsItsReader() throws Exception {
        try (Modules modules = new Modules(WasmEngine.COMPILER)) {
            PluginProcess plugin = Streams.start(modules);
            Reader reader = new Reader(1);
            Streams.answer(
                            plugin,
                            Streams.call(
                                    Kind.DATASET,
                                    "pass",
                                    Streams.batches(modules.allocator, Integer.MAX_VALUE),
                                    Modules.BOUND))
                    .subscribe(reader);
            await().atMost(Modules.BOUND).until(() -> reader.batches == 1);
            modules.processes.close();
            assertThat(reader.over.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(reader.failure).isInstanceOf(DataPrismException.class);
        }
    }

    private static DataPrismException failureAfterOne(
            Modules modules, PluginProcess plugin, String operation, Duration timeout) {
        AtomicInteger read = new AtomicInteger();
        DataPrismException failure = catchThrowableOfType(
                DataPrismException.class,
                () -> Streams.answer(
                                plugin,
                                Streams.call(
                                        Kind.DATASET,
                                        operation,
                                        Streams.batches(modules.allocator, Integer.MAX_VALUE),
                                        timeout))
                        .doOnNext(batch -> {
                            batch.close();
                            read.incrementAndGet();
                        })
                        .blockLast(Modules.BOUND));
        // a failure does not wait for a batch that is on its way
        assertThat(read.get()).isBetween(0, 1);
        return failure;
    }

    /** Reads so many batches and then nothing more. */
    private static final class Reader extends BaseSubscriber<Batch> {

        final CountDownLatch over = new CountDownLatch(1);
        final int most;
        volatile int batches;
        volatile Throwable failure;

        Reader(int most) {
            this.most = most;
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            subscription.request(most);
        }

        @Override
        protected void hookOnNext(Batch batch) {
            batch.close();
            batches++;
        }

        @Override
        protected void hookOnError(Throwable reason) {
            failure = reason;
            over.countDown();
        }
    }
}
