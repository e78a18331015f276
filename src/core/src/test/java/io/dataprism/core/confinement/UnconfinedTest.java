package io.dataprism.core.confinement;

import static io.dataprism.core.confinement.Sandboxes.BOUND;
import static io.dataprism.core.confinement.Sandboxes.call;
import static io.dataprism.core.confinement.Sandboxes.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.core.confinement.PluginProcess.Answer;
import io.dataprism.core.confinement.PluginProcess.Kind;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.plugin.Batch;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A machine that cannot confine. */
class UnconfinedTest {

    private static final String MISSING = "This machine has no Landlock.";

    private Sandboxes sandboxes;

    @AfterEach
    void closeAndProveThatNothingIsLeft() {
        sandboxes.close();
    }

    @Test
    void onlyAllowUnconfinedRunsProcessPluginsThere() throws IOException {
        sandboxes = Sandboxes.withoutConfinement(MISSING, false);
        assertThatThrownBy(() -> sandboxes.start("Worker", new RecordingDoor()))
                .isInstanceOfSatisfying(DataPrismException.class, failure -> {
                    assertThat(failure.code()).isEqualTo(ErrorCode.SANDBOX_UNAVAILABLE);
                    assertThat(failure.detail()).contains(MISSING);
                });
        assertThat(Sandboxes.children()).isZero();
    }

    @Test
    void whereItIsAllowedPluginsRunAndTheLevelSaysThatNothingHoldsThem() throws Exception {
        sandboxes = Sandboxes.withoutConfinement(MISSING, true);
        PluginProcess process = sandboxes.started("Worker", new RecordingDoor());
        assertThat(process.level()).isEqualTo("jvm-only");
        assertThat(sandboxes.processes.level()).isEqualTo("jvm-only");
        assertThat(sandboxes.processes.missing()).contains(MISSING);
        assertThat((String) value(process, call("forbidden", Map.of("what", "read", "path", "/etc/passwd"))))
                .as("as unconfined as it says")
                .doesNotStartWith("refused");
        assertThat(value(process, call("sum", Kind.VALUE, Map.of(), sandboxes.numbers(4, 50_000))))
                .isEqualTo(200_000L * 199_999 / 2);
        Answer.Dataset answer =
                (Answer.Dataset) process.execute(call("pass", Kind.DATASET, Map.of(), sandboxes.numbers(4, 50_000)))
                        .block(BOUND);
        assertThat(answer.batches().doOnNext(Batch::close).count().block(BOUND)).isEqualTo(4);
        assertThat(Sandboxes.sharedMemory()).isEmpty();
        assertThat(Sandboxes.children()).as("none waits").isEqualTo(1);
        process.close();
        process.exited().toCompletableFuture().get(BOUND.toSeconds(), TimeUnit.SECONDS);
    }
}
