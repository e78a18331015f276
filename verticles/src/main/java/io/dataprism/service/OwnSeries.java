package io.dataprism.service;

import io.dataprism.bus.Addresses;
import io.dataprism.bus.MessageBody;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.host.PluginHost;
import io.dataprism.plugin.PluginLogger.Level;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * A plugin's own counters, gauges and timers, in the node's registry as {@code dataprism.plugin.custom.<name>} with the tag
 * {@code plugin}. Bounds: 64 series a plugin, 4,096 in all. What is not taken is dropped, told in the plugin's log and in the
 * answer. On the verticle's event loop alone.
 */
final class OwnSeries implements Service {

    private static final String PREFIX = "dataprism.plugin.custom.";
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,63}");
    private static final Pattern LABEL = Pattern.compile("[a-z][a-z0-9_]{0,31}");
    private static final int LABEL_CHARACTERS = 64;
    private static final int LABELS_LIMIT = 4;
    private static final int SERIES_LIMIT = 64;
    private static final int SERIES_IN_ALL_LIMIT = 4_096;

    private final MeterRegistry meters;
    private final PluginHost plugins;
    private final Map<Key, Measure> series = new HashMap<>();
    private final Map<String, Integer> perPlugin = new HashMap<>();
    /** Prometheus has one kind and one set of label names for each name, whosever it is. */
    private final Map<String, String> shapes = new HashMap<>();

    OwnSeries(MeterRegistry meters, PluginHost plugins) {
        this.meters = meters;
        this.plugins = plugins;
    }

    @Override
    public Map<String, Function<ServiceRequest, Future<?>>> addresses() {
        return Map.of(Addresses.METRICS_RECORD, this::record);
    }

    private Future<JsonObject> record(ServiceRequest request) {
        JsonArray points = request.typed().array("points");
        AtomicReference<DataPrismException> first = new AtomicReference<>();
        for (Object point : points) {
            try {
                if (!(point instanceof JsonObject json)) {
                    throw request.invalid("points", "must be objects");
                }
                record(request, json);
            } catch (DataPrismException refused) {
                first.compareAndSet(null, refused);
            }
        }
        DataPrismException refused = first.get();
        if (refused == null) {
            return Future.succeededFuture(new JsonObject());
        }
        plugins.log(request.plugin(), Level.WARN, refused.detail(), new JsonObject());
        return Future.failedFuture(refused);
    }

    private void record(ServiceRequest request, JsonObject point) {
        MessageBody typed = new MessageBody(request.address(), point);
        String kind = typed.text("kind");
        String name = typed.text("name");
        Map<String, String> labels = labels(request, point);
        if (!NAME.matcher(name).matches()) {
            throw request.invalid("name", "is '" + name + "', legal is " + NAME.pattern());
        }
        Key key = new Key(request.plugin(), name, labels);
        Measure measure = series.get(key);
        if (measure == null) {
            measure = make(request, key, kind);
        }
        measure.take(point);
    }

    private Measure make(ServiceRequest request, Key key, String kind) {
        int own = perPlugin.getOrDefault(key.plugin(), 0);
        if (own >= SERIES_LIMIT || series.size() >= SERIES_IN_ALL_LIMIT) {
            throw new DataPrismException(
                    ErrorCode.QUOTA_EXCEEDED,
                    "Plugin " + key.plugin() + " has " + own + " series of its own; '" + key.name()
                            + "' would be one more than the " + SERIES_LIMIT + " that it may have.",
                    "Use fewer names and label values.");
        }
        String shape = kind + " with the labels " + new TreeSet<>(key.labels().keySet());
        String known = shapes.getOrDefault(key.name(), shape);
        if (!known.equals(shape)) {
            throw request.invalid("name", "is '" + key.name() + "', which is a " + known + " already, not a " + shape);
        }
        Tags tags = Tags.of("plugin", key.plugin());
        for (Map.Entry<String, String> label : key.labels().entrySet()) {
            tags = tags.and(label.getKey(), label.getValue());
        }
        Measure measure = switch (kind) {
            case "counter" -> counter(request, key.name(), tags);
            case "gauge" -> gauge(request, key.name(), tags);
            case "timer" -> timer(request, key.name(), tags);
            default -> throw request.invalid("kind", "is '" + kind + "', legal are counter, gauge and timer");
        };
        shapes.put(key.name(), shape);
        series.put(key, measure);
        perPlugin.merge(key.plugin(), 1, Integer::sum);
        return measure;
    }

    private Measure counter(ServiceRequest request, String name, Tags tags) {
        Counter counter = Counter.builder(PREFIX + name).tags(tags).register(meters);
        return point -> counter.increment(finite(request, point.getValue("value")));
    }

    private Measure gauge(ServiceRequest request, String name, Tags tags) {
        AtomicReference<Double> value = new AtomicReference<>(0.0);
        Gauge.builder(PREFIX + name, value, AtomicReference::get).tags(tags).register(meters);
        return point -> {
            if (!(point.getValue("value") instanceof Number number) || !Double.isFinite(number.doubleValue())) {
                throw request.invalid("value", "must be a finite number");
            }
            value.set(number.doubleValue());
        };
    }

    private Measure timer(ServiceRequest request, String name, Tags tags) {
        Timer timer = Timer.builder(PREFIX + name).tags(tags).register(meters);
        return point -> {
            JsonArray values = new MessageBody(request.address(), point).array("values");
            values.forEach(seconds -> timer.record(Duration.ofNanos((long) (finite(request, seconds) * 1e9))));
        };
    }

    private static double finite(ServiceRequest request, Object value) {
        if (value instanceof Number number && number.doubleValue() >= 0 && Double.isFinite(number.doubleValue())) {
            return number.doubleValue();
        }
        throw request.invalid("value", "must be a finite number of 0 or more");
    }

    private static Map<String, String> labels(ServiceRequest request, JsonObject point) {
        Map<String, String> labels = new HashMap<>();
        for (Map.Entry<String, Object> label : new MessageBody(request.address(), point).optionalObject("labels")) {
            boolean named =
                    LABEL.matcher(label.getKey()).matches() && !label.getKey().equals("plugin");
            if (!named || !(label.getValue() instanceof String value) || value.length() > LABEL_CHARACTERS) {
                throw request.invalid(
                        "labels",
                        "have '" + label.getKey() + "'; legal are names of " + LABEL.pattern()
                                + " but `plugin`, and texts of at most " + LABEL_CHARACTERS + " characters");
            }
            labels.put(label.getKey(), value);
        }
        if (labels.size() > LABELS_LIMIT) {
            throw request.invalid("labels", "are " + labels.size() + ", at most " + LABELS_LIMIT + " are legal");
        }
        return Map.copyOf(labels);
    }

    private record Key(String plugin, String name, Map<String, String> labels) {}

    private interface Measure {
        void take(JsonObject point);
    }
}
