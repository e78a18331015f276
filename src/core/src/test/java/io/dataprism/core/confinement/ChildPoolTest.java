package io.dataprism.core.confinement;

import static io.dataprism.core.confinement.Sandboxes.BOUND;
import static io.dataprism.core.confinement.Sandboxes.call;
import static io.dataprism.core.confinement.Sandboxes.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dataprism.core.confinement.PluginProcesses.Launch;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.quota.ProcessQuotas;
import io.dataprism.core.quota.ResourcePolicy;
import io.dataprism.plugin.ResourceQuota;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Children that wait, and plugins that find one. */
class ChildPoolTest {

    private static final long MIB = 1L << 20;

    private Sandboxes sandboxes;
    private ProcessQuotas quotas;

    @AfterEach
    void closeAndProveThatNothingIsLeft() {
        sandboxes.close();
        assertThat(sandboxes.folder).doesNotExist();
    }

    private void open(int size) throws IOException {
        open(size, ResourcePolicy.defaults());
    }

    private void open(int size, ResourcePolicy policy) throws IOException {
        quotas = ProcessQuotas.open(policy);
        sandboxes = new Sandboxes(SandboxRuntime.ofThisProcess(), Restriction.KERNEL, quotas, size);
        awaitWaiting(size);
    }

    private void awaitWaiting(int size) {
        await().atMost(BOUND).until(() -> sandboxes.processes.waiting() == size);
    }

    private static Set<Long> waiting() {
        return ProcessHandle.current().children().map(ProcessHandle::pid).collect(Collectors.toSet());
    }

    private Launch launch(String className) {
        return sandboxes.launch(className, "utility").within(ResourceQuota.DEFAULT);
    }

    private static void end(PluginProcess process) throws Exception {
        process.close();
        process.exited().toCompletableFuture().get(BOUND.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void aPluginFindsAChildThatWaitsAndAnotherTakesItsPlace() throws Exception {
        open(1);
        Set<Long> before = waiting();
        PluginProcess process = sandboxes.started(launch("Settler"));
        assertThat(before).containsExactly(process.pid());
        if (sandboxes.processes.level().equals("full")) {
            assertThat(groups()).as("the group of one that waited").isNotEmpty();
        }
        awaitWaiting(1);
        assertThat(waiting()).hasSize(2);
        end(process);
        assertThat(waiting()).doesNotContainAnyElementsOf(before);
    }

    @Test
    void itsFolderIsThePluginsByEveryName() throws Exception {
        open(1);
        Launch launch = launch("Settler");
        Set<Long> before = waiting();
        PluginProcess process = sandboxes.started(launch);
        assertThat(before).containsExactly(process.pid());
        assertThat(value(process, call("write", Map.of())))
                .isEqualTo(launch.directory().toString());
        try (Stream<Path> written = Files.walk(launch.directory())) {
            assertThat(written.map(path -> launch.directory().relativize(path).toString()))
                    .contains("context", "relative", "absolute", "home", "temporary", "folder/deeper/moved");
        }
        assertThat((String) value(process, call("classPath", Map.of()))).endsWith("plugin.jar");
        for (String forbidden : List.of("code", "beside")) {
            assertThatThrownBy(() -> value(process, call(forbidden, Map.of())))
                    .isInstanceOfSatisfying(
                            DataPrismException.class,
                            failure -> assertThat(failure.detail()).contains("AccessDenied"));
        }
        end(process);
        assertThat(launch.directory().resolve("context")).hasContent("x");
        assertThat(sandboxes.folder.resolve("pool"))
                .satisfies(pool -> await().atMost(BOUND)
                        .untilAsserted(() -> assertThat(slots()).hasSize(1)));
    }

    private List<Path> slots() throws IOException {
        try (Stream<Path> all = Files.list(sandboxes.folder.resolve("pool"))) {
            return all.toList();
        }
    }

    @Test
    @Tag("longer")
    void itsFolderIsMeasured() throws Exception {
        open(1);
        Launch launch = launch("Glutton");
        PluginProcess process = sandboxes.started(launch);
        process.execute(call("fill", Map.of())).onErrorComplete().block(BOUND);
        assertThat(process.exited().toCompletableFuture().get(BOUND.toSeconds(), TimeUnit.SECONDS))
                .contains("bytes in its folder and may have 16777216");
    }

    @Test
    @Tag("longer")
    void whoseFolderIsNotEmptyOrWhoAsksForMoreGetsAChildOfItsOwn() throws Exception {
        open(1);
        Set<Long> before = waiting();
        Launch used = launch("Settler");
        Files.writeString(used.directory().resolve("kept"), "x");
        Launch other = launch("Settler").within(new ResourceQuota(96 * MIB, 1, 32, BOUND, 16 * MIB));
        Launch drawing = sandboxes.launch("Drawer", "visualization").within(ResourceQuota.DEFAULT);
        for (Launch launch : List.of(used, other, drawing)) {
            PluginProcess process = sandboxes.started(launch);
            assertThat(before).doesNotContain(process.pid());
            end(process);
        }
        assertThat(used.directory().resolve("kept")).exists();
        assertThat(waiting()).isEqualTo(before);
        PluginProcess process = sandboxes.started(launch("Settler"));
        assertThat(before).contains(process.pid());
    }

    @Test
    @Tag("longer")
    void aSecondProcessInAFolderSharesItWithTheFirst() throws Exception {
        open(2);
        Launch launch = launch("Settler");
        Set<Long> before = waiting();
        PluginProcess first = sandboxes.started(launch);
        PluginProcess second = sandboxes.started(launch);
        assertThat(before).contains(first.pid()).doesNotContain(second.pid());
        value(first, call("write", Map.of()));
        Files.delete(launch.directory().resolve("relative"));
        Files.delete(launch.directory().resolve("folder/deeper/moved"));
        Files.delete(launch.directory().resolve("temporary"));
        value(second, call("write", Map.of()));
        end(first);
        end(second);
    }

    @Test
    void theMemoryOfThoseThatWaitIsSetAsideAndGivenUpForAPlugin() throws Exception {
        ResourcePolicy defaults = ResourcePolicy.defaults();
        open(
                1,
                new ResourcePolicy(
                        defaults.most(),
                        defaults.openFiles(),
                        defaults.requests(),
                        defaults.requestBytes(),
                        new ResourcePolicy.Group(300 * MIB, 1.5),
                        defaults.minimum()));
        Set<Long> before = waiting();
        PluginProcess large =
                sandboxes.started(launch("Settler").within(new ResourceQuota(200 * MIB, 1, 32, BOUND, 16 * MIB)));
        assertThat(waiting()).containsExactly(large.pid()).doesNotContainAnyElementsOf(before);
        assertThatThrownBy(() -> sandboxes.started(launch("Settler")))
                .isInstanceOfSatisfying(
                        DataPrismException.class,
                        failure -> assertThat(failure.code()).isEqualTo(ErrorCode.QUOTA_EXCEEDED));
        end(large);
        end(sandboxes.started(launch("Settler")));
        awaitWaiting(1);
    }

    @Test
    @Tag("longer")
    void oneThatHasEndedIsNotGivenToAPlugin() throws Exception {
        open(1);
        long waited = waiting().iterator().next();
        ProcessHandle.of(waited).orElseThrow().destroyForcibly();
        awaitWaiting(0);
        await().atMost(BOUND).until(() -> slots().isEmpty() && quotas.reservedBytes() == 0);
        PluginProcess process = sandboxes.started(launch("Settler"));
        assertThat(process.pid()).isNotEqualTo(waited);
        assertThat(value(process, call("nothing", Map.of()))).isNotNull();
        awaitWaiting(1);
        assertThat(slots()).hasSize(1);
    }

    @Test
    @Tag("longer")
    void aPluginWhoseChildEndsBeforeItSaysHelloGetsAnother() throws Exception {
        open(1);
        long booting = stoppedWhileItBoots();
        Mono<PluginProcess> start = sandboxes.processes.start(launch("Settler"), new RecordingDoor());
        CompletableFuture<PluginProcess> starting = start.toFuture();
        awaitWaiting(0);
        ProcessHandle.of(booting).orElseThrow().destroyForcibly();
        PluginProcess process = starting.get(BOUND.toSeconds(), TimeUnit.SECONDS);
        assertThat(process.pid()).isNotEqualTo(booting);
        process.initialize().block(BOUND);
        process.activate().block(BOUND);
        assertThat(value(process, call("nothing", Map.of()))).isNotNull();
    }

    /** One filter: the second one is there when it says hello. */
    private long stoppedWhileItBoots() throws Exception {
        for (int attempt = 0; attempt < 20; attempt++) {
            await().atMost(BOUND).pollInterval(Duration.ofMillis(1)).until(() -> sandboxes.processes.waiting() == 1);
            long pid = waiting().iterator().next();
            new ProcessBuilder("kill", "-STOP", Long.toString(pid)).start().waitFor();
            if (Files.readString(Path.of("/proc/" + pid + "/status")).contains("Seccomp_filters:\t1")) {
                return pid;
            }
            sandboxes.close();
            open(1);
        }
        throw new AssertionError("Each child had booted before it could be stopped.");
    }

    @Test
    void whatAHostThatWasKilledHasLeftIsRemovedAndNothingThatALinkLeadsTo() throws Exception {
        open(0);
        Path left = Files.createDirectories(sandboxes.folder.resolve("pool/left/code"));
        Files.writeString(left.resolve("plugin.jar"), "x");
        Path kept = Files.writeString(sandboxes.folder.resolve("kept"), "x");
        Files.createSymbolicLink(left.resolveSibling("own"), sandboxes.folder);
        PoolSlot.remove(sandboxes.folder.resolve("pool"));
        assertThat(sandboxes.folder.resolve("pool")).doesNotExist();
        assertThat(kept).exists();
        assertThat(Files.exists(left, LinkOption.NOFOLLOW_LINKS)).isFalse();
    }

    @Test
    @Tag("longer")
    void onePluginThatCrashesOverAndOverDoesNotUseThePoolUp() throws Exception {
        open(2);
        Launch launch = launch("Settler");
        Set<Long> before = waiting();
        PluginProcess first = sandboxes.started(launch);
        assertThat(before).contains(first.pid());
        end(first);
        awaitWaiting(2);
        Set<Long> then = waiting();
        for (int crash = 0; crash < 3; crash++) {
            end(sandboxes.started(launch));
        }
        assertThat(waiting()).isEqualTo(then);
    }

    @Test
    @Tag("longer")
    void aNodeThatEndsWhileThePoolIsFilledLeavesNothing() throws Exception {
        for (int millis : new int[] {450, 500, 510, 520, 540, 560, 600}) {
            sandboxes = new Sandboxes(
                    SandboxRuntime.ofThisProcess(),
                    Restriction.KERNEL,
                    ProcessQuotas.open(ResourcePolicy.defaults()),
                    3);
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
            await().atMost(BOUND).pollInterval(Duration.ofMillis(1)).until(() -> System.nanoTime() > end);
            closeAndProveThatNothingIsLeft();
            assertThat(groups()).as("after %d ms", millis).isEmpty();
        }
        open(0);
    }

    private static List<Path> groups() throws IOException {
        return Sandboxes.groups().stream()
                .filter(path -> path.getFileName().toString().startsWith("pool-"))
                .toList();
    }
}
