package io.dataprism.core.confinement;

import static io.dataprism.core.confinement.Sandboxes.BOUND;
import static io.dataprism.core.confinement.Sandboxes.call;
import static io.dataprism.core.confinement.Sandboxes.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dataprism.core.confinement.PluginProcess.Answer;
import io.dataprism.core.confinement.PluginProcess.Call;
import io.dataprism.core.confinement.PluginProcess.Kind;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.plugin.Batch;
import io.dataprism.plugin.ExportFormat;
import io.dataprism.plugin.Rendering;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import javax.imageio.ImageIO;
import org.apache.arrow.vector.BigIntVector;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;

class ConfinedStreamsTest {

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

    @AfterEach
    void noByteIsLeft() {
        await().atMost(BOUND).until(() -> sandboxes.allocator.getAllocatedMemory() == 0);
    }

    @Test
    void aHundredThousandRowsGoInAndComeBackAsOneValue() {
        Call call = call("sum", Kind.VALUE, Map.of(), sandboxes.numbers(10, 10_000));

        assertThat(value(process, call)).isEqualTo(100_000L * 99_999 / 2);
    }

    @Test
    void largeBatchesGoThroughMemoryThatIsSharedAndHasNoName() throws Exception {
        PluginProcess fresh = sandboxes.started("Worker", door);
        assertThat(passed(fresh, 3)).isEqualTo(3 * 100_000L);
        await().atMost(BOUND).until(() -> Sandboxes.sharedMemory().stream().anyMatch(line -> line.contains("deleted")));
        assertThat(Sandboxes.sharedMemory()).noneMatch(line -> line.startsWith("/dev/shm"));
        assertThat(passed(fresh, 40)).isEqualTo(40 * 100_000L);
        fresh.close();
        fresh.exited().toCompletableFuture().get(BOUND.toSeconds(), TimeUnit.SECONDS);
    }

    private static long passed(PluginProcess process, int batches) {
        Call call = call("pass", Kind.DATASET, Map.of(), sandboxes.numbers(batches, 100_000));
        AtomicLong next = new AtomicLong();
        return rows(((Answer.Dataset) process.execute(call).block(BOUND))
                .batches()
                .doOnNext(batch -> {
                    BigIntVector numbers = (BigIntVector) batch.column("n");
                    for (int row = 0; row < batch.rowCount(); row++) {
                        assertThat(numbers.get(row) == next.getAndIncrement()).isTrue();
                    }
                }));
    }

    @Test
    void aHundredThousandRowsComeOut() {
        assertThat(rows(dataset(call("generate", Kind.DATASET, Map.of(), null))))
                .isEqualTo(100_000);
    }

    @Test
    void aHundredThousandRowsGoThrough() {
        AtomicLong sum = new AtomicLong();
        long rows = dataset(call("pass", Kind.DATASET, Map.of(), sandboxes.numbers(10, 10_000)))
                .map(batch -> {
                    try (batch) {
                        BigIntVector numbers = (BigIntVector) batch.column("n");
                        for (int row = 0; row < batch.rowCount(); row++) {
                            sum.addAndGet(numbers.get(row));
                        }
                        return (long) batch.rowCount();
                    }
                })
                .reduce(0L, Long::sum)
                .block(BOUND);

        assertThat(rows).isEqualTo(100_000);
        assertThat(sum).hasValue(100_000L * 99_999 / 2);
    }

    @Test
    void aBatchLargerThanAFrameIsCut() {
        assertThat(rows(dataset(call("wide", Kind.DATASET, Map.of("rows", 40_000), null))))
                .isEqualTo(40_000);
    }

    @Test
    void aDatasetWithoutABatchHasNoFields() {
        Answer.Dataset dataset = (Answer.Dataset)
                process.execute(call("none", Kind.DATASET, Map.of(), null)).block(BOUND);

        assertThat(dataset.schema().getFields()).isEmpty();
        assertThat(rows(dataset.batches())).isZero();
    }

    @Test
    void aBlockingPluginGetsItsInput() {
        assertThat(value(process, call("blockingCount", Kind.VALUE, Map.of(), sandboxes.numbers(20, 100))))
                .isEqualTo(2000);
    }

    @Test
    void anInputThatNobodyWantsIsCancelled() {
        AtomicBoolean cancelled = new AtomicBoolean();
        AtomicLong requested = new AtomicLong();
        Flux<Batch> input =
                sandboxes.numbers(1000, 10).doOnRequest(requested::addAndGet).doOnCancel(() -> cancelled.set(true));

        assertThat(value(process, call("firstOnly", Kind.VALUE, Map.of(), input)))
                .isEqualTo(10);
        assertThat(value(process, call("ignore", Kind.VALUE, Map.of(), input))).isEqualTo("ignored");
        assertThat(cancelled).isTrue();
        assertThat(requested.get()).isLessThanOrEqualTo(4);
    }

    @Test
    void aCallerWhoAsksForLittleGetsLittle() {
        AtomicLong received = new AtomicLong();
        BaseSubscriber<Batch> slow = new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(org.reactivestreams.Subscription subscription) {
                subscription.request(2);
            }

            @Override
            protected void hookOnNext(Batch batch) {
                batch.close();
                received.incrementAndGet();
            }
        };
        dataset(call("generate", Kind.DATASET, Map.of("batches", 100, "rows", 10), null))
                .subscribe(slow);

        await().atMost(BOUND).until(() -> received.get() == 2);
        process.ping().block(BOUND);
        assertThat(received).hasValue(2);
        slow.cancel();
        assertThat(value(process, call("echo", Map.of()))).isEqualTo(Map.of());
    }

    @Test
    void queriesOfThePluginFlowThroughTheDoor() {
        door.batches = sandboxes.numbers(50, 100);

        assertThat(value(process, call("query", Map.of("sql", "SELECT ?, ?")))).isEqualTo(5000);
        assertThat(door.requests).contains("SELECT ?, ? [7, x]");
    }

    @Test
    void aRefusedQueryIsTheCallersRefusal() {
        door.batches = Flux.error(new DataPrismException(ErrorCode.PERMISSION_DENIED, "table 'x'", "Grant it."));

        assertThatThrownBy(() -> value(process, call("query", Map.of("sql", "SELECT 1"))))
                .isInstanceOfSatisfying(
                        DataPrismException.class,
                        failure -> assertThat(failure.code()).isEqualTo(ErrorCode.PERMISSION_DENIED));
    }

    @Test
    void aFailureAfterBatchesFailsTheStream() {
        assertFails("failLate", ErrorCode.REQUEST_INVALID, "late");
    }

    @Test
    void twoSchemasInOneStreamAreRefused() {
        assertFails("twoSchemas", ErrorCode.PLUGIN_FAILED, "one schema");
    }

    @Test
    void aStackOverflowFailsTheOperationAlone() {
        assertFails("deepLate", ErrorCode.PLUGIN_FAILED, "StackOverflowError");
        assertThatThrownBy(() -> value(process, call("deep", Map.of()))).hasMessageContaining("StackOverflowError");
        assertThat(value(process, call("echo", Map.of()))).isEqualTo(Map.of());
    }

    @Test
    void withoutFontsSvgWorksAndPngSaysWhatIsMissing() {
        PluginProcesses.Launch drawing = sandboxes.launch("Drawer", "visualization");
        PluginProcess drawer =
                sandboxes.processes.start(withoutFonts(drawing), door).block(BOUND);
        drawer.initialize().block(BOUND);

        assertThat(draw(drawer, ExportFormat.SVG).format()).isEqualTo(ExportFormat.SVG);
        assertThatThrownBy(() -> draw(drawer, ExportFormat.PNG)).hasMessageContaining("permission 'ui'");
        drawer.close();
    }

    private static PluginProcesses.Launch withoutFonts(PluginProcesses.Launch launch) {
        return new PluginProcesses.Launch(
                launch.name(),
                launch.version(),
                launch.coreVersion(),
                launch.category(),
                launch.packageFile(),
                launch.entryPoint(),
                launch.directory(),
                launch.quota(),
                false,
                launch.configuration(),
                launch.manifest());
    }

    @Test
    void aCancelledDatasetLeavesNothing() {
        dataset(call("generate", Kind.DATASET, Map.of("batches", 1000), null))
                .doOnNext(Batch::close)
                .take(2)
                .blockLast(BOUND);
    }

    @Test
    void aCallBeyondTheQuotaOfThreadsIsRefused() {
        Flux<Object> many = Flux.range(0, 20)
                .flatMap(
                        index -> process.execute(new Call(
                                        "never" + index,
                                        "never",
                                        Kind.VALUE,
                                        Map.of(),
                                        Flux.empty(),
                                        null,
                                        Duration.ofSeconds(2)))
                                .cast(Object.class)
                                .onErrorResume(
                                        DataPrismException.class,
                                        failure -> reactor.core.publisher.Mono.just(failure.code())),
                        20);

        assertThat(many.collectList().block(BOUND))
                .hasSize(20)
                .contains(ErrorCode.QUOTA_EXCEEDED, ErrorCode.PLUGIN_TIMEOUT);
    }

    @Test
    void anEndlessLoopEndsAtItsDeadlineForTheCaller() {
        Call endless = new Call("endless", "spin", Kind.VALUE, Map.of(), null, null, Duration.ofMillis(300));

        assertThatThrownBy(() -> value(process, endless))
                .isInstanceOfSatisfying(
                        DataPrismException.class,
                        failure -> assertThat(failure.code()).isEqualTo(ErrorCode.PLUGIN_TIMEOUT));
        assertThat(value(process, call("echo", Map.of()))).isEqualTo(Map.of());
    }

    @Test
    void aDrawingIsRenderedAsSvgAndAsPngWithText() throws IOException {
        PluginProcess drawer = sandboxes.started("Drawer", door);

        assertThat(new String(draw(drawer, ExportFormat.SVG).bytes())).isEqualTo("<svg rows='30'/>");
        Rendering png = draw(drawer, ExportFormat.PNG);
        assertThat(png.format()).isEqualTo(ExportFormat.PNG);
        assertThat(ImageIO.read(new ByteArrayInputStream(png.bytes())).getWidth())
                .isEqualTo(200);
        drawer.close();
    }

    private Rendering draw(PluginProcess drawer, ExportFormat format) {
        Call call = new Call(
                "draw" + format,
                "draw",
                Kind.RENDERING,
                Map.of(),
                sandboxes.numbers(3, 10),
                format,
                Duration.ofSeconds(10));
        return ((Answer.Drawing) drawer.execute(call).block(BOUND)).rendering();
    }

    private void assertFails(String operation, ErrorCode code, String detail) {
        assertThatThrownBy(() -> rows(dataset(call(operation, Kind.DATASET, Map.of(), null))))
                .isInstanceOfSatisfying(DataPrismException.class, failure -> {
                    assertThat(failure.code()).isEqualTo(code);
                    assertThat(failure.detail()).contains(detail);
                });
    }

    private static Flux<Batch> dataset(Call call) {
        return ((Answer.Dataset) process.execute(call).block(BOUND)).batches();
    }

    private static long rows(Flux<Batch> batches) {
        return batches.map(batch -> {
                    try (batch) {
                        return (long) batch.rowCount();
                    }
                })
                .reduce(0L, Long::sum)
                .block(BOUND);
    }
}
