package io.dataprism.plugins.monitor;

import io.dataprism.plugin.PluginException;
import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** What a threshold can be set for. */
enum Metric {
    LATENCY_P50_MILLIS("latencyP50Millis", QueryFigures::p50Millis, null),
    LATENCY_P95_MILLIS("latencyP95Millis", QueryFigures::p95Millis, null),
    LATENCY_P99_MILLIS("latencyP99Millis", QueryFigures::p99Millis, null),
    LATENCY_MAX_MILLIS("latencyMaxMillis", QueryFigures::maxMillis, null),
    QUERIES_PER_SECOND("queriesPerSecond", QueryFigures::perSecond, null),
    ERROR_RATIO("errorRatio", QueryFigures::errorRatio, null),
    QUERIES_WAITING("queriesWaiting", null, NodeSample::queriesWaiting),
    QUERIES_OPEN("queriesOpen", null, NodeSample::queriesOpen),
    HEAP_USED_RATIO("heapUsedRatio", null, NodeSample::heapUsedRatio);

    private final String label;
    private final @Nullable ToDoubleFunction<QueryFigures> ofQueries;
    private final @Nullable ToDoubleFunction<NodeSample> ofNode;

    Metric(
            String label,
            @Nullable ToDoubleFunction<QueryFigures> ofQueries,
            @Nullable ToDoubleFunction<NodeSample> ofNode) {
        this.label = label;
        this.ofQueries = ofQueries;
        this.ofNode = ofNode;
    }

    /** Its name in the configuration. */
    String label() {
        return label;
    }

    /** The metric of that name; the manifest's schema has let no other through. */
    static Metric ofLabel(String label) {
        return Arrays.stream(values())
                .filter(metric -> metric.label.equals(label))
                .findFirst()
                .orElseThrow(() -> new PluginException(
                        "CONFIGURATION_INVALID",
                        "There is no metric '" + label + "'; there are "
                                + Arrays.stream(values()).map(Metric::label).toList() + "."));
    }

    /**
     * The value now; empty where it is not known.
     *
     * @param minimumQueries in the window, without which figures of queries say nothing
     */
    OptionalDouble value(QueryFigures queries, @Nullable NodeSample node, long minimumQueries) {
        if (ofQueries != null) {
            return queries.count() >= minimumQueries
                    ? OptionalDouble.of(ofQueries.applyAsDouble(queries))
                    : OptionalDouble.empty();
        }
        return ofNode == null || node == null ? OptionalDouble.empty() : OptionalDouble.of(ofNode.applyAsDouble(node));
    }
}
