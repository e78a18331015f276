package io.dataprism.plugins.testing;

import io.dataprism.plugin.DataService;
import io.dataprism.plugin.Event;
import io.dataprism.plugin.EventBus;
import io.dataprism.plugin.PluginContext;
import io.dataprism.plugin.PluginException;
import io.dataprism.plugin.PluginLogger;
import io.dataprism.plugin.ResourceQuota;
import io.dataprism.plugin.Services;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * A host in memory for one plugin: events by pattern, an engine where one is given, operations of other plugins where they are
 * given. Whatever else the plugin asks for fails with {@code NOT_FOUND}, so that a new service does not pass unseen.
 */
public final class TestHost implements EventBus {

    private final String pluginName;
    private final long memoryBytes;
    private final @Nullable DataService data;
    private final Map<String, Sinks.Many<Event>> subscriptions = new ConcurrentHashMap<>();
    private final Queue<String> followed = new ConcurrentLinkedQueue<>();
    private final List<Event> published = Collections.synchronizedList(new ArrayList<>());
    private final Map<String, Path> mounts = new ConcurrentHashMap<>();
    private final AtomicLong sequence = new AtomicLong();
    private volatile Map<String, @Nullable Object> configuration = Map.of();
    private volatile PluginCalls pluginCalls =
            (plugin, operation, params) -> Mono.error(missing("the plugin " + plugin));

    private volatile HostCalls hostCalls = (address, body) -> Mono.error(missing(address));

    /** Operations of other plugins. */
    @FunctionalInterface
    public interface PluginCalls {
        Mono<Object> call(String plugin, String operation, Map<String, @Nullable Object> params);
    }

    /** The host's addresses. */
    @FunctionalInterface
    public interface HostCalls {
        Mono<Object> call(String address, Map<String, @Nullable Object> body);
    }

    /**
     * @param memoryBytes of the plugin's quota
     * @param data the engine; null where the plugin must not need one
     */
    public TestHost(String pluginName, long memoryBytes, @Nullable DataService data) {
        this.pluginName = pluginName;
        this.memoryBytes = memoryBytes;
        this.data = data;
    }

    /** The configuration from now on, as {@code initialize} finds it; a plugin that runs needs {@code configure} too. */
    public TestHost configuration(Map<String, @Nullable Object> settings) {
        configuration = settings;
        return this;
    }

    /** Who answers calls of other plugins from now on. */
    public TestHost pluginCalls(PluginCalls calls) {
        pluginCalls = calls;
        return this;
    }

    /** A folder that the operator has opened, under that name, from now on. */
    public TestHost mount(String name, Path folder) {
        mounts.put(name, folder);
        return this;
    }

    /** The context for {@code initialize}. */
    public PluginContext context() {
        return proxy(PluginContext.class, (self, method, arguments) -> switch (method.getName()) {
            case "pluginName" -> pluginName;
            case "pluginVersion", "coreVersion" -> "0.1.0";
            case "events" -> this;
            case "services" -> services();
            case "logger" -> (PluginLogger) (level, message) -> {};
            case "configuration" -> configuration;
            case "resources" -> new ResourceQuota(memoryBytes, 1, 32, Duration.ofSeconds(30), 1 << 20);
            case "directory" -> Path.of(".");
            case "mount" -> mounted(String.valueOf(arguments[0]));
            default -> throw missing(method.getName());
        });
    }

    private Path mounted(String name) {
        Path folder = mounts.get(name);
        if (folder == null) {
            throw new PluginException("PERMISSION_DENIED", "The folder '" + name + "' is not open to this plugin.");
        }
        return folder;
    }

    /** Who answers requests to addresses of the host from now on. */
    public TestHost hostCalls(HostCalls calls) {
        hostCalls = calls;
        return this;
    }

    private Services services() {
        return proxy(Services.class, (self, method, arguments) -> switch (method.getName()) {
            case "call" -> hostCalls.call((String) arguments[0], params(arguments[1]));
            case "data" -> {
                if (data == null) {
                    throw missing("data");
                }
                yield data;
            }
            case "callPlugin" -> pluginCalls.call((String) arguments[0], (String) arguments[1], params(arguments[2]));
            default -> {
                if (!method.isDefault()) {
                    throw missing(method.getName());
                }
                yield InvocationHandler.invokeDefault(self, method, arguments);
            }
        });
    }

    @SuppressWarnings("unchecked")
    private static Map<String, @Nullable Object> params(Object argument) {
        return (Map<String, @Nullable Object>) argument;
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static PluginException missing(String what) {
        return new PluginException("NOT_FOUND", "This test's host has no " + what + ".");
    }

    /** Publishes as somebody else; whoever follows the topic has it when this returns. */
    public void emit(String topic, String source, Instant time, @Nullable Object eventData) {
        Event event = new Event(topic, source, time, eventData, Long.toString(sequence.incrementAndGet()));
        subscriptions.forEach((pattern, sink) -> {
            if (matches(pattern, topic)) {
                sink.emitNext(event, Sinks.EmitFailureHandler.FAIL_FAST);
            }
        });
    }

    /** What the plugin itself published, in order. */
    public List<Event> published() {
        return List.copyOf(published);
    }

    /** The patterns that were followed so far, in order of their letters; one that was asked for twice is there twice. */
    public List<String> followed() {
        return followed.stream().sorted().toList();
    }

    @Override
    public Mono<String> publish(String topic, @Nullable Object eventData) {
        return Mono.fromCallable(() -> {
            String cursor = Long.toString(sequence.incrementAndGet());
            published.add(new Event(topic, "/plugins/" + pluginName, Instant.EPOCH, eventData, cursor));
            return cursor;
        });
    }

    @Override
    public Flux<Event> subscribe(String pattern) {
        Flux<Event> events = subscriptions
                .computeIfAbsent(pattern, each -> Sinks.many().multicast().directBestEffort())
                .asFlux();
        return events.doOnSubscribe(subscription -> followed.add(pattern));
    }

    private static boolean matches(String pattern, String topic) {
        String[] wanted = pattern.split(":");
        String[] found = topic.split(":");
        for (int index = 0; index < wanted.length; index++) {
            if (wanted[index].equals("**")) {
                return found.length > index;
            }
            if (index >= found.length || !(wanted[index].equals("*") || wanted[index].equals(found[index]))) {
                return false;
            }
        }
        return wanted.length == found.length;
    }
}
