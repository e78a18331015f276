package io.dataprism.plugin;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * What the node measures, and what a plugin measures itself. A plugin's own series need no permission and reach {@code
 * /metrics} as {@code dataprism_plugin_custom_<name>{plugin="<plugin>", ...}}; they are sent together, ten times a second at
 * most. At most 64 series a plugin: what is beyond is dropped, and the plugin's log says so. Any thread; nothing blocks.
 */
public final class MetricsService {

    private static final String ADDRESS = "dataprism.service.metrics.";
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,63}");
    private static final long PAUSE_MILLIS = 100;
    private static final int WAITING_LIMIT = 256;

    private final Services services;
    private final Executor later =
            CompletableFuture.delayedExecutor(PAUSE_MILLIS, TimeUnit.MILLISECONDS, Runnable::run);
    private final Map<Series, Map<String, Object>> waiting = new LinkedHashMap<>();

    /** One that sends through these services. */
    public MetricsService(Services services) {
        this.services = services;
    }

    /** The node's series, as {@code {"metrics": [{name, tags, value}]}}. Needs {@code core} {@code read}, scope {@code metrics}. */
    public Mono<Map<?, ?>> metrics() {
        return services.call(ADDRESS + "getMetrics", Map.of()).map(Replies::object);
    }

    /** The node and its plugins with their states. Needs the same. */
    public Mono<Map<?, ?>> status() {
        return services.call(ADDRESS + "getStatus", Map.of()).map(Replies::object);
    }

    /** Memory of the node and of this plugin, in bytes. Needs the same. */
    public Mono<Map<?, ?>> memoryUsage() {
        return services.call(ADDRESS + "getMemoryUsage", Map.of()).map(Replies::object);
    }

    /**
     * A count that only grows.
     *
     * @param name {@code [a-z][a-z0-9_]*}, at most 64 characters
     * @param labels at most 4, with names of the same form and values of at most 64 characters; for one name always the same
     * @throws PluginException {@code REQUEST_INVALID} where the name is not legal
     */
    public Counter counter(String name, Map<String, String> labels) {
        Series series = new Series("counter", checked(name), Map.copyOf(labels));
        return amount -> add(series, amount);
    }

    /** A value that goes up and down; parameters as {@link #counter}. */
    public Gauge gauge(String name, Map<String, String> labels) {
        Series series = new Series("gauge", checked(name), Map.copyOf(labels));
        return value -> put(series, Map.of("value", value));
    }

    /** Durations, of which the number, the sum and the longest are kept; parameters as {@link #counter}. */
    public Timer timer(String name, Map<String, String> labels) {
        Series series = new Series("timer", checked(name), Map.copyOf(labels));
        return duration -> record(series, duration.toNanos() / 1e9);
    }

    private static String checked(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new PluginException(
                    "REQUEST_INVALID", "'" + name + "' is no name of a series; legal is " + NAME.pattern() + ".");
        }
        return name;
    }

    private void add(Series series, double amount) {
        if (!(amount >= 0) || Double.isInfinite(amount)) {
            throw new PluginException("REQUEST_INVALID", "A counter grows by 0 or more, not by " + amount + ".");
        }
        synchronized (waiting) {
            double before = waiting.get(series) instanceof Map<?, ?> point && point.get("value") instanceof Number sum
                    ? sum.doubleValue()
                    : 0;
            put(series, Map.of("value", before + amount));
        }
    }

    private void record(Series series, double seconds) {
        synchronized (waiting) {
            List<Object> values = new ArrayList<>();
            if (waiting.get(series) instanceof Map<?, ?> point && point.get("values") instanceof List<?> before) {
                values.addAll(before);
            }
            if (values.size() < WAITING_LIMIT) {
                values.add(seconds);
            }
            put(series, Map.of("values", values));
        }
    }

    private void put(Series series, Map<String, Object> point) {
        boolean first;
        synchronized (waiting) {
            first = waiting.isEmpty();
            if (waiting.size() < WAITING_LIMIT || waiting.containsKey(series)) {
                waiting.put(series, point);
            }
        }
        if (first) {
            later.execute(this::send);
        }
    }

    private void send() {
        List<Object> points = new ArrayList<>();
        synchronized (waiting) {
            waiting.forEach((series, point) -> {
                Map<String, @Nullable Object> all = new HashMap<>(point);
                all.put("kind", series.kind());
                all.put("name", series.name());
                all.put("labels", series.labels());
                points.add(all);
            });
            waiting.clear();
        }
        // The host says in the plugin's log what it does not take: nobody waits for the answer here.
        services.call(ADDRESS + "record", Map.of("points", points)).subscribe(taken -> {}, refused -> {});
    }

    private record Series(String kind, String name, Map<String, String> labels) {}

    /** A count that only grows. */
    public interface Counter {

        /** Adds a finite amount of 0 or more; {@code REQUEST_INVALID} otherwise. */
        void increment(double amount);

        default void increment() {
            increment(1);
        }
    }

    /** A value that goes up and down. */
    public interface Gauge {

        /** Sets a finite value. */
        void set(double value);
    }

    /** Durations. */
    public interface Timer {

        /** Adds a duration; of more than 256 within a tenth of a second, the rest is not counted. */
        void record(Duration duration);
    }
}
