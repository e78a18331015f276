package io.dataprism.core.confinement;

import static io.dataprism.core.confinement.Sandboxes.BOUND;
import static io.dataprism.core.confinement.Sandboxes.call;
import static io.dataprism.core.confinement.Sandboxes.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.dataprism.core.confinement.PluginProcesses.Launch;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.quota.IsolationLevel;
import io.dataprism.core.quota.ProcessQuotas;
import io.dataprism.core.quota.ResourcePolicy;
import io.dataprism.plugin.ResourceQuota;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;

/** A real child that takes more than it may, on each rung of the ladder that this machine offers. */
class QuotasHoldTest {

    private static final long MIB = 1L << 20;
    private static final ResourceQuota SMALL = new ResourceQuota(48 * MIB, 0.4, 16, Duration.ofSeconds(10), 4 * MIB);
    private static final ResourcePolicy POLICY = new ResourcePolicy(
            ResourcePolicy.defaults().most(),
            128,
            100,
            MIB,
            new ResourcePolicy.Group(2048 * MIB, 1.5),
            IsolationLevel.NO_CGROUP);

    private final RecordingDoor door = new RecordingDoor();
    private Sandboxes sandboxes;

    private enum Rung {
        GROUPS,
        WATCH
    }

    @AfterEach
    void closeAndProveThatNothingIsLeft() throws IOException {
        if (sandboxes != null) {
            sandboxes.close();
            assertThat(groups()).as("control groups that are left").isEmpty();
        }
    }

    private PluginProcess glutton(Rung rung) throws IOException {
        ProcessQuotas quotas = rung == Rung.GROUPS ? ProcessQuotas.open(POLICY) : ProcessQuotas.withoutGroups(POLICY);
        sandboxes = new Sandboxes(Restriction.KERNEL, quotas);
        if (rung == Rung.GROUPS) {
            assumeThat(quotas.level()).as(quotas.missing().toString()).isEqualTo(IsolationLevel.FULL);
        }
        PluginProcess process = sandboxes.processes.start(launch(SMALL), door).block(BOUND);
        process.initialize().block(BOUND);
        assertThat(process.level()).isEqualTo(rung == Rung.GROUPS ? "full" : "no-cgroup");
        return process;
    }

    private Launch launch(ResourceQuota quota) {
        return sandboxes.launch("Glutton", "utility").within(quota);
    }

    /** The groups of this JVM's children. */
    private static List<Path> groups() throws IOException {
        String own = "dataprism-" + ProcessHandle.current().pid() + "-";
        return Sandboxes.groups().stream()
                .filter(path -> path.getFileName().toString().startsWith(own) && !path.endsWith(own + "node"))
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        "GROUPS, offHeap, MiB",
        "WATCH, offHeap, ''",
        "GROUPS, fill, bytes in its folder and may have 4194304",
        "WATCH, fill, bytes in its folder and may have 4194304",
        "WATCH, files, more than 20000 files"
    })
    void whoTakesTooMuchIsEndedAndTheReasonSaysOfWhat(Rung rung, String operation, String reason) throws Exception {
        PluginProcess process = glutton(rung);
        process.execute(call(operation, Map.of())).onErrorComplete().block(BOUND);
        assertThat(process.exited().toCompletableFuture().get(10, TimeUnit.SECONDS))
                .contains(reason);
        PluginProcess next = sandboxes.processes.start(launch(SMALL), door).block(BOUND);
        assertThat(value(next, call("nothing", Map.of()))).isEqualTo(0);
    }

    @ParameterizedTest
    @EnumSource(Rung.class)
    @Tag("longer")
    void whoBurnsTheProcessorGetsItsShareAndNoMore(Rung rung) throws Exception {
        PluginProcess process = glutton(rung);
        long before = process.usage().cpuMillis();
        long start = System.nanoTime();
        assertThat(value(process, call("burn", Map.of()))).isEqualTo(0);
        double elapsedMillis = (System.nanoTime() - start) / 1e6;
        double share = (process.usage().cpuMillis() - before) / elapsedMillis;
        assertThat(share).as("of one processor, of which it may have 0.4").isLessThan(0.75);
        assertThat(process.usage().throttled()).isPositive();
    }

    @ParameterizedTest
    @EnumSource(Rung.class)
    void whoMakesTooManyThreadsGetsNoMoreOrIsEnded(Rung rung) throws Exception {
        PluginProcess process = glutton(rung);
        process.execute(call("threads", Map.of())).onErrorComplete().block(BOUND);
        if (rung == Rung.GROUPS) {
            assertThat(process.usage().threads()).isLessThanOrEqualTo(48);
        } else {
            assertThat(process.exited().toCompletableFuture().get(10, TimeUnit.SECONDS))
                    .contains("threads and may have 48");
        }
    }

    @Test
    void aFileBeyondTheFolderAndOneTooManyOpenAreRefusedToThePluginAlone() throws Exception {
        PluginProcess process = glutton(Rung.WATCH);
        assertThatThrownBy(() -> value(process, call("largeFile", Map.of())))
                .isInstanceOfSatisfying(
                        DataPrismException.class,
                        failure -> assertThat(failure.detail()).contains("File too large"));
        assertThatThrownBy(() -> value(process, call("open", Map.of())))
                .isInstanceOfSatisfying(
                        DataPrismException.class,
                        failure -> assertThat(failure.detail()).contains("Too many open files"));
    }

    @Test
    void whoAsksTheHostTooOftenIsToldSo() throws Exception {
        PluginProcess process = glutton(Rung.WATCH);
        door.reply = Mono.just(Map.of());
        assertThatThrownBy(() -> value(process, call("ask", Map.of())))
                .isInstanceOfSatisfying(DataPrismException.class, failure -> {
                    assertThat(failure.code()).isEqualTo(ErrorCode.QUOTA_EXCEEDED);
                    assertThat(failure.detail()).contains("more than 100 things");
                });
        assertThat(door.requests).hasSizeLessThan(500);
    }

    @Test
    void memoryIsSetAsideBeforeAStartAndGivenBackAtTheEnd() throws Exception {
        PluginProcess process = glutton(Rung.WATCH);
        ResourceQuota large = new ResourceQuota(1960 * MIB, 1, 16, Duration.ofSeconds(10), MIB);
        assertThatThrownBy(() -> sandboxes.processes.start(launch(large), door).block(BOUND))
                .isInstanceOfSatisfying(DataPrismException.class, failure -> {
                    assertThat(failure.code()).isEqualTo(ErrorCode.QUOTA_EXCEEDED);
                    assertThat(failure.detail()).contains("needs 2008 MiB", "96 MiB are reserved");
                });
        process.close();
        process.exited().toCompletableFuture().get(10, TimeUnit.SECONDS);
        PluginProcess next = sandboxes.processes.start(launch(large), door).block(BOUND);
        assertThat(next.level()).isEqualTo("no-cgroup");
    }

    @Test
    void belowTheLevelThatTheOperatorDemandsNothingIsStarted() throws Exception {
        ResourcePolicy strict = new ResourcePolicy(POLICY.most(), 128, 100, MIB, POLICY.group(), IsolationLevel.FULL);
        sandboxes = new Sandboxes(Restriction.KERNEL, ProcessQuotas.withoutGroups(strict));
        assertThatThrownBy(() -> sandboxes.processes.start(launch(SMALL), door).block(BOUND))
                .isInstanceOfSatisfying(DataPrismException.class, failure -> {
                    assertThat(failure.code()).isEqualTo(ErrorCode.SANDBOX_UNAVAILABLE);
                    assertThat(failure.detail()).contains("Control groups are not used.");
                });
    }
}
