package io.dataprism.plugins.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.dataprism.plugin.Event;
import io.dataprism.plugin.PluginException;
import io.dataprism.plugins.testing.TestHost;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

class PerformanceMonitorTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final TestHost host = new TestHost("performance-monitor", 64 << 20, null);
    private Instant now = START;
    private double waiting = 3;
    private long heapUsedBytes = 500;
    private final PerformanceMonitor plugin = new PerformanceMonitor(() -> now);

    @BeforeEach
    void start() {
        host.hostCalls((address, body) -> switch (address) {
            case "dataprism.service.metrics.getMetrics" ->
                Mono.just(Map.of(
                        "metrics",
                        List.of(
                                Map.of("name", "dataprism.other", "value", 77),
                                Map.of("name", "dataprism.engine.queries.waiting", "value", waiting),
                                Map.of("name", "dataprism.queries.open", "value", 5))));
            case "dataprism.service.metrics.getMemoryUsage" ->
                Mono.just(Map.of(
                        "node", Map.of("heapUsedBytes", heapUsedBytes, "heapMaxBytes", 1_000, "directBytes", 9)));
            default -> Mono.error(new PluginException("NOT_FOUND", address));
        });
        plugin.initialize(host.context()).block();
        plugin.activate().block();
    }

    @AfterEach
    void stop() {
        plugin.deactivate().block();
        plugin.cleanup().block();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void figuresOfTheWindowAreThoseOfItsQueries(long seed) {
        Random random = new Random(seed);
        long[] durations = new long[5_000];
        for (int query = 0; query < durations.length; query++) {
            durations[query] = (long) Math.exp(random.nextDouble() * 12);
            now = START.plusMillis(query * 50L);
            ended(durations[query], query % 10 == 0 ? "QUERY_TIMEOUT" : null);
        }
        Arrays.sort(durations);
        Map<String, @Nullable Object> queries = map(report().get("queries"));
        assertThat(queries.get("count")).isEqualTo(5_000L);
        assertThat(queries.get("errors")).isEqualTo(500L);
        assertThat(queries.get("errorRatio")).isEqualTo(0.1);
        assertThat(queries.get("errorsByCode")).isEqualTo(Map.of("QUERY_TIMEOUT", 500L));
        assertThat(queries.get("rows")).isEqualTo(35_000L);
        assertThat((Double) queries.get("perSecond")).isCloseTo(5_000.0 / 300, within(1e-9));
        Map<String, @Nullable Object> latency = map(queries.get("latencyMillis"));
        assertThat(latency.get("max")).isEqualTo(durations[4_999]);
        assertThat((Double) latency.get("mean"))
                .isCloseTo(Arrays.stream(durations).average().orElseThrow(), within(1e-6));
        closeTo(latency.get("p50"), durations[2_499]);
        closeTo(latency.get("p95"), durations[4_749]);
        closeTo(latency.get("p99"), durations[4_949]);
    }

    private static void closeTo(@Nullable Object figure, long exact) {
        assertThat((Double) figure).isCloseTo(exact, within(0.02 * exact + 0.5));
    }

    @Test
    void whatIsOlderThanTheWindowCountsForNothing() {
        ended(100, null);
        now = START.plusSeconds(200);
        ended(200, null);
        now = START.plusSeconds(301);
        assertThat(map(report().get("queries")).get("count")).isEqualTo(1L);
        now = START.plusSeconds(501);
        assertThat(map(report().get("queries")).get("count")).isEqualTo(0L);
        host.emit(PerformanceMonitor.QUERIES, "/nodes/n", START, Map.of("durationMillis", 5));
        assertThat(map(report().get("queries")).get("count")).isEqualTo(0L);
    }

    @Test
    void eventsThatAreNoQueriesAreLeftOut() {
        host.emit(PerformanceMonitor.QUERIES, "/nodes/n", now, "odd");
        host.emit(PerformanceMonitor.QUERIES, "/nodes/n", now, Map.of("durationMillis", "long"));
        assertThat(map(report().get("queries")).get("count")).isEqualTo(0L);
    }

    @Test
    void theNodeIsSampledAndAFailureIsTold() {
        assertThat(report()).containsEntry("node", null);
        plugin.tick().block();
        Map<String, @Nullable Object> node = map(report().get("node"));
        assertThat(node.get("queriesWaiting")).isEqualTo(3.0);
        assertThat(node.get("queriesOpen")).isEqualTo(5.0);
        assertThat(node.get("heapUsedRatio")).isEqualTo(0.5);
        assertThat(report()).containsEntry("problem", null);

        host.hostCalls((address, body) -> Mono.error(new PluginException("PERMISSION_DENIED", "not granted")));
        plugin.tick().block();
        assertThat(report()).containsEntry("problem", "not granted");
        assertThat(map(report().get("node"))).isEqualTo(node);
    }

    @Test
    void aThresholdIsToldOnceWhenPassedAndOnceWhenCleared() {
        plugin.configure(Map.of(
                        "windowSeconds",
                        60,
                        "thresholds",
                        List.of(
                                Map.of("name", "slow", "metric", "latencyMaxMillis", "above", 100, "minimumQueries", 2),
                                Map.of("name", "heap", "metric", "heapUsedRatio", "above", 0.9))))
                .block();
        ended(500, null);
        plugin.tick().block();
        assertThat(host.published()).isEmpty();

        ended(10, null);
        heapUsedBytes = 950;
        plugin.tick().block();
        plugin.tick().block();
        assertThat(host.published()).extracting(Event::topic).containsOnly(PerformanceMonitor.THRESHOLD);
        assertThat(host.published())
                .extracting(Event::data)
                .containsExactly(
                        event("slow", "latencyMaxMillis", 100, 500, "passed"),
                        event("heap", "heapUsedRatio", 0.9, 0.95, "passed"));
        assertThat(list(thresholds().get("thresholds")))
                .extracting(each -> map(each).get("passed"))
                .containsExactly(true, true);

        now = START.plusSeconds(120);
        heapUsedBytes = 900;
        plugin.tick().block();
        assertThat(host.published().stream().skip(2))
                .extracting(each -> map(each.data()).get("state"))
                .containsExactly("cleared", "cleared");
        assertThat(list(thresholds().get("thresholds")))
                .extracting(each -> map(each).get("value"))
                .containsExactly(null, 0.9);
    }

    private static Map<String, @Nullable Object> event(
            String name, String metric, double above, double value, String state) {
        Map<String, @Nullable Object> event = new LinkedHashMap<>();
        event.put("name", name);
        event.put("metric", metric);
        event.put("above", above);
        event.put("value", value);
        event.put("state", state);
        return event;
    }

    @Test
    void aConfigurationKeepsTheWindowUnlessItsLengthChanges() {
        ended(100, null);
        plugin.configure(Map.of("sampleSeconds", 1)).block();
        assertThat(map(report().get("queries")).get("count")).isEqualTo(1L);
        ended(100, null);
        assertThat(map(report().get("queries")).get("count")).isEqualTo(2L);
        plugin.configure(Map.of("windowSeconds", 10)).block();
        assertThat(map(report().get("queries")).get("count")).isEqualTo(0L);
        ended(100, null);
        assertThat(map(report().get("queries")).get("count")).isEqualTo(1L);
    }

    @Test
    void aConfigurationDoesNotSubscribeAgainSoThatNoQueryIsMissed() {
        plugin.configure(Map.of("sampleSeconds", 1)).block();
        plugin.configure(Map.of("windowSeconds", 10)).block();
        assertThat(host.followed()).containsExactly(PerformanceMonitor.QUERIES);
    }

    @Test
    void afterItIsDeactivatedNothingIsCounted() {
        plugin.deactivate().block();
        ended(100, null);
        assertThat(map(report().get("queries")).get("count")).isEqualTo(0L);
    }

    @Test
    void manyCodesOfErrorsAreCountedTogether() {
        for (int code = 0; code < 100; code++) {
            ended(1, "CODE_" + code);
        }
        assertThat(map(map(report().get("queries")).get("errorsByCode")))
                .hasSize(33)
                .containsKey("OTHER");
    }

    @Test
    void anOperationThatIsNotThereIsRefused() {
        assertThatThrownBy(() -> plugin.execute("guess", Map.of()).block()).hasMessageContaining("guess");
    }

    private void ended(long millis, @Nullable String code) {
        Map<String, @Nullable Object> data = new LinkedHashMap<>();
        data.put("durationMillis", millis);
        data.put("rows", 7);
        data.put("bytes", 70);
        data.put("code", code);
        host.emit(PerformanceMonitor.QUERIES, "/nodes/n", now, data);
    }

    private Map<String, @Nullable Object> thresholds() {
        return map(plugin.execute("thresholds", Map.of()).block());
    }

    private Map<String, @Nullable Object> report() {
        Map<String, @Nullable Object> report = new LinkedHashMap<>();
        map(plugin.execute("report", Map.of()).block())
                .forEach((name, value) -> report.put(String.valueOf(name), value));
        return report;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, @Nullable Object> map(@Nullable Object value) {
        return (Map<String, @Nullable Object>) Objects.requireNonNull(value);
    }

    private static List<?> list(@Nullable Object value) {
        return (List<?>) Objects.requireNonNull(value);
    }
}
