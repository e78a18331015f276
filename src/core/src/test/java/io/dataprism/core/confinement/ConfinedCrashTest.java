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
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfinedCrashTest {

    private Sandboxes sandboxes;

    @BeforeEach
    void open() throws IOException {
        sandboxes = new Sandboxes();
    }

    @AfterEach
    void closeAndProveThatNothingIsLeft() {
        sandboxes.close();
    }

    @ParameterizedTest
    @CsvSource({"exit, exit code 7", "halt, exit code 9", "heap, out of memory"})
    void aCrashFailsAllThatIsUnderWayAtOnce(String operation, String reason) throws Exception {
        PluginProcess process = sandboxes.started("Worker", new RecordingDoor());
        CompletableFuture<Answer> waiting = process.execute(
                        call("never", Kind.VALUE, Map.of(), sandboxes.numbers(5, 5)))
                .toFuture();

        assertCrashed(() -> value(process, call(operation, Map.of())), reason);
        assertThatThrownBy(() -> waiting.get(2, TimeUnit.SECONDS)).hasRootCauseInstanceOf(DataPrismException.class);
        assertThat(process.exited().toCompletableFuture().get(5, TimeUnit.SECONDS))
                .contains(reason);
        assertCrashed(() -> value(process, call("echo", Map.of())), reason);
        assertCrashed(() -> process.ping().block(BOUND), reason);
    }

    @Test
    void aCrashWithinADatasetFailsTheStream() {
        PluginProcess process = sandboxes.started("Worker", new RecordingDoor());
        Answer.Dataset dataset = (Answer.Dataset)
                process.execute(call("exitLate", Kind.DATASET, Map.of(), null)).block(BOUND);

        assertCrashed(() -> dataset.batches().doOnNext(Batch::close).blockLast(BOUND), "exit code 9");
    }

    @Test
    void twoOperationsThatRunOnAfterTheirDeadlineEndTheChild() throws Exception {
        PluginProcess process = sandboxes.started("Worker", new RecordingDoor());
        for (int index = 0; index < Stragglers.MOST_STUCK; index++) {
            Call endless = new Call("spin" + index, "spin", Kind.VALUE, Map.of(), null, null, Duration.ofMillis(200));
            assertThatThrownBy(() -> value(process, endless))
                    .isInstanceOfSatisfying(
                            DataPrismException.class,
                            failure -> assertThat(failure.code()).isEqualTo(ErrorCode.PLUGIN_TIMEOUT));
        }

        assertThat(process.exited().toCompletableFuture().get(10, TimeUnit.SECONDS))
                .contains("still ran");
        assertCrashed(() -> value(process, call("echo", Map.of())), "still ran");
    }

    @Test
    @Tag("longer")
    void operationsThatEndWhenTheyAreGivenUpAreForgiven() {
        PluginProcess process = sandboxes.started("Worker", new RecordingDoor());
        for (int index = 0; index < 3 * Stragglers.MOST_STUCK; index++) {
            Call waiting = new Call("never" + index, "never", Kind.VALUE, Map.of(), null, null, Duration.ofMillis(100));
            assertThatThrownBy(() -> value(process, waiting)).isInstanceOf(DataPrismException.class);
        }

        await().during(Duration.ofMillis(Stragglers.PATIENCE_MILLIS + 500))
                .atMost(BOUND)
                .untilAsserted(() ->
                        assertThat(value(process, call("echo", Map.of()))).isEqualTo(Map.of()));
    }

    @Test
    void aBatchThatLiesKillsTheChild() {
        PluginProcess process = sandboxes.started("Worker", new RecordingDoor());

        assertCrashed(
                () -> {
                    Answer.Dataset dataset = (Answer.Dataset) process.execute(call("lie", Kind.DATASET, Map.of(), null))
                            .block(BOUND);
                    dataset.batches().doOnNext(Batch::close).blockLast(BOUND);
                },
                "offset 1000000");
    }

    @Test
    void aChildKilledFromOutsideSaysBySignal() {
        PluginProcess process = sandboxes.started("Worker", new RecordingDoor());
        ProcessHandle.of(process.pid()).orElseThrow().destroyForcibly();

        assertCrashed(() -> value(process, call("never", Kind.VALUE, Map.of(), sandboxes.numbers(1, 1))), "signal 9");
    }

    @Test
    void aChildThatStopsReadingBlocksNobody() throws Exception {
        PluginProcess process = sandboxes.started("Worker", new RecordingDoor());
        stop(process, "STOP");
        String big = "x".repeat(100_000);
        List<CompletableFuture<Answer>> calls = new ArrayList<>();
        long begun = System.nanoTime();
        for (int index = 0; index < 50; index++) {
            calls.add(process.execute(new Call(
                            "c" + index, "echo", Kind.VALUE, Map.of("x", big), null, null, Duration.ofSeconds(1)))
                    .toFuture());
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
        for (CompletableFuture<Answer> each : calls) {
            assertThatThrownBy(() -> each.get(10, TimeUnit.SECONDS)).rootCause().isInstanceOf(DataPrismException.class);
        }
        process.close();
        assertThat(process.exited().toCompletableFuture().get(10, TimeUnit.SECONDS))
                .contains("ended by the host");
    }

    @Test
    void manyChildrenEndWithTheirHost() throws Exception {
        PluginProcess one = sandboxes.start("Worker", new RecordingDoor());
        PluginProcess other = sandboxes.start("Worker", new RecordingDoor());
        sandboxes.processes.close();

        assertThat(one.exited().toCompletableFuture().isDone()).isTrue();
        assertThat(other.exited().toCompletableFuture().isDone()).isTrue();
        assertThatThrownBy(() -> sandboxes.start("Worker", new RecordingDoor()))
                .isInstanceOfSatisfying(
                        DataPrismException.class,
                        failure -> assertThat(failure.code()).isEqualTo(ErrorCode.DRAINING));
    }

    private static void stop(PluginProcess process, String signal) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    private static void assertCrashed(org.assertj.core.api.ThrowableAssert.ThrowingCallable action, String reason) {
        assertThatThrownBy(action).isInstanceOfSatisfying(DataPrismException.class, failure -> {
            assertThat(failure.code()).isEqualTo(ErrorCode.PLUGIN_CRASHED);
            assertThat(failure.detail()).contains(reason);
        });
    }
}
