package io.dataprism.plugins.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.plugin.Event;
import io.dataprism.plugin.PluginException;
import io.dataprism.plugins.testing.TestHost;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

class TaskSchedulerTest {

    private final TestHost host = new TestHost("scheduler", 64 << 20, null);
    private final Map<String, Object> stored = new HashMap<>();
    private final List<String> calls = new ArrayList<>();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private Mono<Object> answer = Mono.just("done");
    private TaskScheduler plugin = new TaskScheduler(() -> now);

    @BeforeEach
    void start() {
        host.pluginCalls((name, operation, params) -> Mono.defer(() -> {
            calls.add(name + "." + operation + params);
            return answer;
        }));
        host.hostCalls((address, body) -> Mono.fromSupplier(() -> switch (address) {
            case "dataprism.service.storage.get" -> {
                Map<String, @Nullable Object> reply = new HashMap<>();
                reply.put("value", stored.get(String.valueOf(body.get("key"))));
                yield reply;
            }
            case "dataprism.service.storage.set" -> {
                stored.put(String.valueOf(body.get("key")), Objects.requireNonNull(body.get("value")));
                yield Map.of();
            }
            default -> throw new PluginException("NOT_FOUND", address);
        }));
    }

    @SafeVarargs
    private final void configured(Map<String, Object>... tasks) {
        host.configuration(Map.of("tasks", List.of(tasks)));
        plugin.initialize(host.context()).block();
    }

    private static Map<String, Object> every(String name, String every) {
        return Map.of("name", name, "plugin", "p", "operation", "go", "params", Map.of("n", 1), "every", every);
    }

    @Test
    void aTaskRunsAtItsTimesAndTellsOfIt() {
        configured(every("often", "10m"));
        pass(Duration.ofMinutes(9));
        assertThat(calls).isEmpty();
        pass(Duration.ofMinutes(1));
        pass(Duration.ofSeconds(1));
        assertThat(calls).containsExactly("p.go{n=1}");
        pass(Duration.ofMinutes(10));
        assertThat(calls).hasSize(2);
        assertThat(host.published())
                .extracting(Event::topic)
                .containsOnly(TaskScheduler.RAN)
                .hasSize(2);
        assertThat(task(0)).containsEntry("runs", 2L).containsEntry("lastOutcome", "succeeded");
    }

    @Test
    void runsOfATaskNeverOverlap() {
        Sinks.One<Object> slow = Sinks.one();
        answer = slow.asMono();
        configured(every("slow", "1m"), every("other", "1m"));
        pass(Duration.ofMinutes(1));
        assertThat(calls).hasSize(2);
        pass(Duration.ofMinutes(1));
        assertThat(calls).hasSize(2);
        assertThat(task(0)).containsEntry("skipped", 1L).containsEntry("running", true);
        slow.tryEmitValue("done");
        assertThat(task(0)).containsEntry("running", false);
        pass(Duration.ofMinutes(1));
        assertThat(calls).hasSize(4);
    }

    @Test
    void afterARestartATaskGoesOnAndWhatWasMissedIsMadeUpForOnce() {
        configured(every("hourly", "1h"));
        pass(Duration.ofHours(1));
        assertThat(stored).containsEntry("last-run:hourly", "2026-01-01T01:00:00Z");

        plugin = new TaskScheduler(() -> now);
        configured(every("hourly", "1h"));
        pass(Duration.ofMinutes(30));
        assertThat(calls).hasSize(1);
        pass(Duration.ofMinutes(30));
        assertThat(calls).hasSize(2);

        now = now.plus(Duration.ofHours(5));
        plugin = new TaskScheduler(() -> now);
        configured(every("hourly", "1h"));
        pass(Duration.ofSeconds(1));
        pass(Duration.ofSeconds(1));
        assertThat(calls).hasSize(3);
    }

    @Test
    void whileAVersionTakesOverARunIsMadeByOneOfBoth() {
        configured(every("hourly", "1h"));
        TaskScheduler old = plugin;
        plugin = new TaskScheduler(() -> now);
        configured(every("hourly", "1h"));
        for (int hour = 1; hour <= 3; hour++) {
            now = now.plus(Duration.ofHours(1));
            old.tick();
            now = now.plusMillis(300);
            plugin.tick();
            assertThat(calls).hasSize(hour);
        }
        assertThat(task(0)).containsEntry("runs", 0L).containsEntry("running", false);
        pass(Duration.ofHours(1));
        assertThat(calls).hasSize(4);
    }

    @Test
    void aClockThatWasAheadStopsNoTask() {
        stored.put("last-run:a", "2027-01-01T00:00:00Z");
        configured(every("a", "10m"));
        pass(Duration.ofMinutes(10));
        assertThat(calls).hasSize(1);
    }

    @Test
    void aFailureIsToldWithItsCall() {
        answer = Mono.error(new PluginException("OVERLOADED", "too much"));
        configured(every("often", "1m"));
        pass(Duration.ofMinutes(1));
        assertThat(task(0)).containsEntry("failures", 1L).containsEntry("lastError", "too much");
        Event error = host.published().getLast();
        assertThat(error.topic()).isEqualTo(TaskScheduler.ERROR);
        assertThat(String.valueOf(error.data())).contains("OVERLOADED", "operation=go", "too much");
    }

    @Test
    void otherSettingsLeaveTasksThatStayAsTheyAre() {
        Map<String, Object> cron =
                Map.of("name", "c", "plugin", "p", "operation", "go", "cron", "0 * * * *", "zone", "Europe/Berlin");
        configured(every("a", "10m"), cron);
        pass(Duration.ofMinutes(5));
        plugin.configure(Map.of("tasks", List.of(every("a", "10m"), cron, every("b", "1m"))))
                .block();
        pass(Duration.ofMinutes(5));
        assertThat(calls).hasSize(2);
        plugin.configure(Map.of()).block();
        pass(Duration.ofDays(1));
        assertThat(calls).hasSize(2);
    }

    @Test
    void aTaskIsRunByHandAndItsPlanStays() {
        configured(every("a", "10m"));
        assertThat(plugin.execute("run", Map.of("task", "a")).block()).isEqualTo("done");
        assertThat(task(0)).containsEntry("runs", 0L);
        assertThatThrownBy(() -> plugin.execute("run", Map.of("task", "z")).block())
                .hasMessageContaining("'z'")
                .hasMessageContaining("[a]");
        assertThatThrownBy(() -> plugin.execute("guess", Map.of()).block()).hasMessageContaining("guess");
    }

    @Test
    void settingsThatASchemaCannotRefuseAreRefused() {
        assertThatThrownBy(() -> configured(every("a", "1m"), every("a", "2m"))).hasMessageContaining("'a'");
        assertThatThrownBy(() -> configured(Map.of(
                        "name", "a", "plugin", "p", "operation", "o", "cron", "* * * * *", "zone", "Mars/North")))
                .hasMessageContaining("Mars/North");
        assertThatThrownBy(() -> configured(Map.of("name", "a", "plugin", "p", "operation", "o", "cron", "0 0 30 2 *")))
                .hasMessageContaining("'0 0 30 2 *' of the task 'a' names no day that comes");
    }

    @Test
    void aStoreThatDoesNotAnswerStopsNoTask() {
        host.hostCalls((address, body) -> Mono.error(new PluginException("PERMISSION_DENIED", "no")));
        configured(every("a", "1m"));
        pass(Duration.ofMinutes(1));
        assertThat(calls).hasSize(1);
    }

    private void pass(Duration time) {
        now = now.plus(time);
        plugin.tick();
    }

    @SuppressWarnings("unchecked")
    private Map<String, @Nullable Object> task(int index) {
        Map<?, ?> answered = (Map<?, ?>)
                Objects.requireNonNull(plugin.execute("tasks", Map.of()).block());
        return ((List<Map<String, @Nullable Object>>) Objects.requireNonNull(answered.get("tasks"))).get(index);
    }
}
