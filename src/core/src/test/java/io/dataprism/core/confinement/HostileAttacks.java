package io.dataprism.core.confinement;

import static io.dataprism.core.confinement.Sandboxes.BOUND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.core.confinement.PluginProcess.Answer;
import io.dataprism.core.confinement.PluginProcess.Call;
import io.dataprism.core.confinement.PluginProcess.Kind;
import io.dataprism.core.confinement.PluginProcesses.Launch;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.quota.IsolationLevel;
import io.dataprism.core.quota.ProcessQuotas;
import io.dataprism.core.quota.ResourcePolicy;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import reactor.core.publisher.Mono;

/** Lets a plugin of the hostile corpus attack, in the real sandbox: what comes of it, and that nothing of the host is lost, changed or left behind. */
abstract class HostileAttacks {

    private static final long MIB = 1L << 20;
    private static final ResourcePolicy POLICY = new ResourcePolicy(
            ResourcePolicy.defaults().most(),
            128,
            1000,
            64 * MIB,
            new ResourcePolicy.Group(2048 * MIB, 1.5),
            IsolationLevel.NO_CGROUP);

    /** For what takes long on a busy machine, and must come. */
    private static final Duration ENOUGH = Duration.ofSeconds(60);

    private static HostileGround ground; // of one class, and of all its rows

    private final Function<ResourcePolicy, ProcessQuotas> quotas;
    private PluginProcess process;

    HostileAttacks(Function<ResourcePolicy, ProcessQuotas> quotas) {
        this.quotas = quotas;
    }

    @AfterAll
    static void closeAndProveThatNothingIsLeft() throws IOException {
        if (ground != null) {
            ground.close();
            ground = null;
        }
    }

    final void attack(HostileRow row) throws Exception {
        if (ground == null) {
            ground = new HostileGround(quotas.apply(POLICY));
        }
        Launch launch = ground.launch(row.attack());
        try {
            switch (row.outcome()) {
                case DIES -> assertThatThrownBy(() -> live(launch)).satisfies(failure -> reason(row, failure));
                case REFUSED -> {
                    started(launch);
                    assertThat(perform(ENOUGH).block()).isEqualTo(new Answer.Value(List.of()));
                    proveThatItLives();
                }
                case HARMLESS -> {
                    started(launch);
                    perform(ENOUGH).block();
                    proveThatItLives();
                }
                case FAILS -> {
                    started(launch);
                    assertThatThrownBy(() -> perform(ENOUGH).block()).satisfies(failure -> reason(row, failure));
                    proveThatItLives();
                }
                case STUCK -> {
                    started(launch);
                    assertLate();
                    assertLate();
                    assertThat(exited()).containsPattern(row.reason());
                }
                case ENDED -> {
                    started(launch);
                    perform(ENOUGH).onErrorComplete().block();
                    assertThat(exited()).containsPattern(row.reason());
                }
                case HELD -> {
                    started(launch);
                    perform(Duration.ofSeconds(8)).onErrorComplete().block();
                    heldOrEnded(row);
                }
            }
            if (row.attack().equals("FloodsTopics")) {
                assertThat(ground.door.asked.get()).isBetween(1L, 18_000L);
            }
            assertThat(ground.door.servedCalls).doesNotContain("another-call");
        } finally {
            if (process != null) {
                HostileGround.end(process);
            }
        }
        ground.proveThatNothingHappened(launch);
    }

    private void started(Launch launch) {
        process = ground.sandboxes.processes.start(launch, ground.door).block(BOUND);
        process.initialize().block(BOUND);
        process.activate().block(BOUND);
    }

    private void live(Launch launch) {
        started(launch);
        for (Function<PluginProcess, Mono<Void>> step : List.<Function<PluginProcess, Mono<Void>>>of(
                each -> each.configure(Map.of()), PluginProcess::deactivate, PluginProcess::cleanup)) {
            step.apply(process).block(BOUND);
        }
    }

    private Mono<Answer> perform(Duration timeout) {
        return call("attack", timeout);
    }

    private Mono<Answer> call(String operation, Duration timeout) {
        return process.execute(
                new Call(UUID.randomUUID().toString(), operation, Kind.VALUE, ground.target(), null, null, timeout));
    }

    private void proveThatItLives() {
        assertThat(call("alive", BOUND).block(BOUND)).isEqualTo(new Answer.Value("alive"));
    }

    private void assertLate() {
        assertThatThrownBy(() -> perform(Duration.ofMillis(500)).block())
                .isInstanceOfSatisfying(
                        DataPrismException.class,
                        failure -> assertThat(failure.code()).isEqualTo(ErrorCode.PLUGIN_TIMEOUT));
    }

    private String exited() throws Exception {
        return process.exited().toCompletableFuture().get(ENOUGH.toSeconds(), TimeUnit.SECONDS);
    }

    private void heldOrEnded(HostileRow row) throws Exception {
        if (process.exited().toCompletableFuture().isDone()) {
            assertThat(exited()).containsPattern(row.reason());
        } else {
            process.ping()
                    .onErrorResume(failure -> Mono.fromRunnable(() -> reason(row, failure)))
                    .block(BOUND);
        }
    }

    private static void reason(HostileRow row, Throwable failure) {
        DataPrismException known = (DataPrismException) failure;
        assertThat(known.code() + " " + known.detail()).containsPattern(row.reason());
    }
}
