package io.dataprism.host;

import io.dataprism.bus.Addresses;
import io.dataprism.bus.CallerContext;
import io.dataprism.bus.Replies;
import io.dataprism.core.confinement.HostDoor;
import io.dataprism.core.confinement.HostStream;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.permission.Caller;
import io.dataprism.core.permission.PermissionTable;
import io.dataprism.core.permission.Principal;
import io.dataprism.engine.BatchLoads;
import io.dataprism.engine.BusTableService;
import io.dataprism.engine.EngineMessages;
import io.dataprism.engine.QueryBatches;
import io.dataprism.engine.QueryService;
import io.dataprism.engine.QueryService.QueryRequest;
import io.dataprism.engine.TableService;
import io.dataprism.plugin.Batch;
import io.dataprism.plugin.Event;
import io.dataprism.plugin.PluginLogger;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What one child can reach: messages on the bus that its plugin sends, on behalf of the call it is serving, from its
 * verticle's context. Called on any thread.
 */
final class ChildDoor implements HostDoor {

    private static final Duration BACKGROUND_TIMEOUT = Duration.ofSeconds(30);
    /** Of an endpoint of language models, which keeps the operator's own; 10 minutes is the longest that is legal. */
    private static final Duration LLM_TIMEOUT = Duration.ofMinutes(10).plusSeconds(5);

    private static final String ADDRESSES = "dataprism.";
    private static final String NODES = "/nodes/";

    private final HostParts parts;
    private final Principal.Plugin plugin;
    private final Context context;
    private final Function<String, @Nullable ServedCall> calls;
    private final PluginLog log;
    private final PluginConnections connections;
    private final Inbox inbox;
    private final VersionSubscriptions subscriptions;
    private final UnheardFailures failures;
    private final BatchLoads loads;
    private final PluginCalls plugins;

    /**
     * @param context the verticle's own
     * @param plugins how others are called
     * @param calls those under way, by id; asked on that context
     */
    ChildDoor(
            HostParts parts,
            String plugin,
            Context context,
            Function<String, @Nullable ServedCall> calls,
            PluginLog log,
            PluginConnections connections,
            Inbox inbox,
            VersionSubscriptions subscriptions,
            PluginCalls plugins) {
        this.plugins = plugins;
        this.parts = parts;
        this.plugin = new Principal.Plugin(plugin);
        this.context = context;
        this.calls = calls;
        this.log = log;
        this.connections = connections;
        this.inbox = inbox;
        this.subscriptions = subscriptions;
        this.failures = new UnheardFailures(parts, this.plugin, context, log, System::nanoTime);
        this.loads = new BatchLoads(
                parts.vertx(),
                new BusTableService(parts.vertx()),
                parts.dataDirectory().resolve(PluginHost.LOADS_FOLDER));
    }

    @Override
    public Mono<Object> request(@Nullable String servingCallId, String address, Map<String, @Nullable Object> body) {
        return as(servingCallId, call -> () -> {
            // The bus's own addresses, replies among them, pass the interceptors unasked: no child may name them.
            if (!address.startsWith(ADDRESSES)) {
                throw new DataPrismException(
                        ErrorCode.PERMISSION_DENIED,
                        plugin.uri() + " may not send to '" + address + "': it is no address of the host's.",
                        "Addresses begin with " + ADDRESSES + "; see the plugin API for those that there are.");
            }
            Duration timeout = call == null ? backgroundTimeout(address) : call.left();
            JsonObject copy = json(body);
            if (address.startsWith(Addresses.PLUGIN_PREFIX)) {
                return plugins.ask(address.substring(Addresses.PLUGIN_PREFIX.length()), copy, timeout)
                        .map(reply -> answer(address, reply));
            }
            DeliveryOptions options = new DeliveryOptions().setSendTimeout(timeout.toMillis());
            String method = method(address, copy);
            if (method != null) {
                options.addHeader(PermissionTable.METHOD_HEADER, method);
            }
            return parts.vertx()
                    .eventBus()
                    .<Object>request(address, copy, options)
                    .map(reply -> answer(address, reply.body()))
                    .recover(Replies::recover);
        });
    }

    @Override
    public Flux<Batch> query(@Nullable String servingCallId, String sql, List<@Nullable Object> parameters) {
        return Flux.defer(() -> {
            String id = UUID.randomUUID().toString();
            return QueryBatches.of(
                    as(
                            servingCallId,
                            call -> () -> parts.queries()
                                    .query(new QueryRequest(
                                            id,
                                            sql,
                                            parameters,
                                            QueryService.DEFAULT_BATCH_ROWS,
                                            call == null ? BACKGROUND_TIMEOUT : call.left(),
                                            null))),
                    () -> withdraw(servingCallId, id));
        });
    }

    /** For whom the query was opened, also where the call that it was opened for is over by now. */
    private Future<Void> withdraw(@Nullable String servingCallId, String queryId) {
        ServedCall call = servingCallId == null ? null : calls.apply(servingCallId);
        return Contexts.run(
                parts.vertx(),
                CallerContext.duplicateFor(context, caller(call)),
                () -> parts.queries().withdraw(queryId));
    }

    @Override
    public Flux<Event> subscribe(@Nullable String servingCallId, String pattern) {
        return Flux.using(
                        () -> subscriptions.place(pattern),
                        place -> this.<Flux<Event>>as(
                                        servingCallId,
                                        call -> () -> parts.vertx()
                                                .eventBus()
                                                .request(
                                                        Addresses.EVENTS_SUBSCRIBE,
                                                        new JsonObject().put("topics", new JsonArray().add(pattern)))
                                                .map(admitted -> place.events())
                                                .recover(Replies::recover))
                                .flatMapMany(events -> events),
                        VersionSubscriptions.Place::giveUp)
                .filter(event -> !causedByItself(event));
    }

    /** What a plugin's own query has caused, directly or through others, does not trigger that plugin again. */
    private boolean causedByItself(Event event) {
        return event.source().startsWith(NODES)
                && event.data() instanceof Map<?, ?> data
                && data.get("chain") instanceof List<?> chain
                && chain.contains(plugin.uri());
    }

    @Override
    public Mono<Object> load(@Nullable String servingCallId, String table, String mode, Flux<Batch> batches) {
        return as(servingCallId, call -> () -> {
            LoadLimits.Bounded bounded =
                    LoadLimits.USUAL.bound(plugin.name(), table, batches, call == null ? null : call.over());
            return loads.load(table, modeOf(mode), bounded.batches(), bounded.end())
                    .map(loaded -> plain(EngineMessages.ofTable(loaded.table())));
        });
    }

    private static TableService.Mode modeOf(String mode) {
        return Arrays.stream(TableService.Mode.values())
                .filter(known -> known.name().equals(mode))
                .findFirst()
                .orElseThrow(() -> new DataPrismException(
                        ErrorCode.REQUEST_INVALID,
                        "A table is loaded with CREATE, REPLACE or APPEND, not with '" + mode + "'.",
                        "Use the modes of the plugin API."));
    }

    @Override
    public Mono<HostStream> connect(@Nullable String servingCallId, String host, int port) {
        return as(
                servingCallId,
                call -> () -> parts.vertx()
                        .eventBus()
                        .<JsonObject>request(
                                Addresses.NETWORK_CONNECT,
                                new JsonObject().put("host", host).put("port", port),
                                new DeliveryOptions().setSendTimeout(BACKGROUND_TIMEOUT.toMillis()))
                        .recover(Replies::recover)
                        .compose(admitted -> Future.fromCompletionStage(
                                connections.open(admitted.body().getString("address"), port), context)));
    }

    @Override
    public Flux<Event> messages() {
        return inbox.messages();
    }

    @Override
    public void failed(Unheard failure) {
        failures.tell(failure);
    }

    @Override
    public void log(PluginLogger.Level level, String message, Map<String, @Nullable Object> fields) {
        log.addFromPlugin(level, message, new JsonObject(new LinkedHashMap<>(fields)));
    }

    /** Does something on a context that speaks for the plugin, and for the call that it is serving. */
    private <T> Mono<T> as(@Nullable String servingCallId, Function<@Nullable ServedCall, Callable<Future<T>>> action) {
        return Contexts.mono(context, () -> {
            ServedCall call = servingCallId == null ? null : calls.apply(servingCallId);
            if (servingCallId != null && call == null) {
                throw new DataPrismException(
                        ErrorCode.STATE_CONFLICT,
                        "The call " + servingCallId + " that plugin " + plugin.name() + " says it is serving is over.",
                        "Ask for what a call needs before its answer ends.");
            }
            if (call != null) {
                call.requested();
            }
            return Contexts.run(parts.vertx(), CallerContext.duplicateFor(context, caller(call)), action.apply(call));
        });
    }

    /** How long a request outside of calls waits: an answer that was paid for is to arrive. */
    static Duration backgroundTimeout(String address) {
        return address.startsWith(Addresses.LLM_PREFIX) ? LLM_TIMEOUT : BACKGROUND_TIMEOUT;
    }

    private Caller caller(@Nullable ServedCall call) {
        return new Caller(plugin, call == null ? null : call.caller());
    }

    private JsonObject json(Map<String, @Nullable Object> body) {
        try {
            return new JsonObject(new LinkedHashMap<>(body)).copy();
        } catch (IllegalStateException notJson) {
            throw new DataPrismException(
                    ErrorCode.REQUEST_INVALID,
                    "The body that plugin " + plugin.name() + " sent holds what JSON has no form for: "
                            + notJson.getMessage(),
                    "Send maps, lists, texts, numbers, booleans and null.",
                    notJson);
        }
    }

    private static @Nullable String method(String address, JsonObject body) {
        if (!address.equals(Addresses.NETWORK_FETCH)) {
            return null;
        }
        return body.getValue("method") instanceof String method ? method : "GET";
    }

    /** The reply as JSON values; of another plugin: the result itself. */
    private static @Nullable Object answer(String address, @Nullable Object reply) {
        if (address.startsWith(Addresses.PLUGIN_PREFIX)
                && reply instanceof JsonObject answer
                && answer.containsKey("result")) {
            return plain(answer.getValue("result"));
        }
        return plain(reply);
    }

    /** Vert.x's JSON values as maps, lists and scalars. */
    static @Nullable Object plain(@Nullable Object value) {
        return switch (value) {
            case JsonObject object -> {
                Map<String, @Nullable Object> map = new LinkedHashMap<>();
                object.forEach(member -> map.put(member.getKey(), plain(member.getValue())));
                yield map;
            }
            case JsonArray array ->
                array.stream().map(ChildDoor::plain).collect(ArrayList::new, ArrayList::add, ArrayList::addAll);
            case null, default -> value;
        };
    }
}
