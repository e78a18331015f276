package io.dataprism.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * A node, or a cluster behind one address. One for a process is enough: all methods may be called from any thread and none
 * blocks. Nothing is sent before somebody subscribes, and each subscriber is a call or a stream of its own. Failures are {@link
 * ClientException}s.
 *
 * <p>Events and batches are delivered on virtual threads, one call at a time for each subscriber, who may block: it holds up
 * nobody else. Single answers are delivered on threads of the JDK's HTTP client, which are not to be blocked.
 */
public final class DataPrism implements AutoCloseable {

    private final Patience patience;
    private final Mono<String> tokens;
    private final HttpClient http;
    private final Requests requests;
    private final Wire wire;
    private final Scheduler scheduler = Schedulers.newSingle("dataprism-client", true);
    private final Scheduler.Worker loop = scheduler.createWorker();
    private final Executor readers = Thread::startVirtualThread;
    private final BufferAllocator allocator = new RootAllocator();
    private final Counters counters = new Counters();
    private final Set<BatchStream> streams = ConcurrentHashMap.newKeySet();
    private final EventLink events;

    private DataPrism(URI node, Mono<String> tokens, Patience patience) {
        this.patience = patience;
        this.tokens = tokens.timeout(patience.connect());
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(patience.connect())
                .build();
        String base = node.getScheme() + "://" + node.getRawAuthority();
        this.requests = new Requests(http, base, this.tokens, patience.answer());
        this.wire = new JdkWire(http, node, patience.connect());
        this.events =
                new EventLink(wire, this.tokens, patience, scheduler, readers, counters, RandomGenerator.getDefault());
    }

    /** With a token that stays. Connects to nothing yet. */
    public static DataPrism connect(URI node, String token) {
        return connect(node, Mono.just(token), Patience.usual());
    }

    /**
     * With tokens that end.
     *
     * @param node scheme http or https, host and port
     * @param tokens subscribed for each request and each connection; where a node refuses one it is asked again, and one that
     *     is the same then is an error
     */
    public static DataPrism connect(URI node, Mono<String> tokens, Patience patience) {
        boolean usable =
                ("http".equals(node.getScheme()) || "https".equals(node.getScheme())) && node.getHost() != null;
        if (!usable) {
            throw new IllegalArgumentException(
                    "The node is " + node + ": give its address, such as http://127.0.0.1:8080.");
        }
        return new DataPrism(node, tokens, patience);
    }

    /**
     * Follows events; a gap is an error, {@link GapException}, so that no loss goes unseen. After a lost connection it goes on
     * behind the last event by itself, each event once and in order.
     */
    public Flux<Event> events(Subscription subscription) {
        return signals(subscription).map(signal -> switch (signal) {
            case Event event -> event;
            case Gap gap -> throw new GapException(gap);
        });
    }

    /** The same, but gaps are told in passing, in order with the events and on their thread. */
    public Flux<Event> events(Subscription subscription, Consumer<Gap> onGap) {
        return signals(subscription).handle((signal, sink) -> {
            switch (signal) {
                case Event event -> sink.next(event);
                case Gap gap -> onGap.accept(gap);
            }
        });
    }

    /** Follows events, and the gaps between them where some are lost. */
    public Flux<Signal> signals(Subscription subscription) {
        return events.follow(subscription);
    }

    /**
     * Publishes; the answer means that the event is in the log, backups included. Not repeated by itself: after a {@link
     * ConnectionException} it may be there or not.
     *
     * @param data any JSON
     */
    public Mono<Published> publish(String topic, JsonNode data) {
        ObjectNode body = Answers.JSON.createObjectNode();
        body.set("data", data);
        return requests.send("POST", "/v1/events/" + Requests.segment(topic), body)
                .map(answer -> new Published(answer.path("cursor").asText()));
    }

    /** Runs a query; see {@link #query(Query)}. */
    public Flux<Batch> query(String sql, @Nullable Object... parameters) {
        return query(Query.of(sql, parameters));
    }

    /**
     * Runs a query. What the reader requests is what the node may send, a few batches ahead at most; one that stops requesting
     * stops the engine, and one that cancels ends the query. The reader closes each batch that it gets. Operators between, that
     * keep batches or drop them, need {@code doOnDiscard(Batch.class, Batch::close)} behind them.
     */
    public Flux<Batch> query(Query query) {
        return Flux.defer(() -> rows(query.members().put("op", "query").put("format", "arrow")));
    }

    /**
     * Runs a query whose answer is a text or a file.
     *
     * @param mediaType such as {@code text/csv}; in {@code application/x-ndjson} a last line {@code {"$error": ...}} is a failure
     * @return the answer as it comes; whoever gets it closes it, and reading it blocks
     */
    public Mono<InputStream> query(Query query, String mediaType) {
        Duration firstRowLimit =
                query.timeout() == null ? patience.answer() : patience.answer().plus(query.timeout());
        return Mono.defer(() -> requests.open(requests.withJson("POST", "/v1/query", query.members(), mediaType)
                .within(firstRowLimit)));
    }

    /** Calls an operation that answers a value. */
    public Mono<JsonNode> call(String plugin, String operation, JsonNode params) {
        return call(Call.of(plugin, operation).params(params));
    }

    /** Calls an operation that answers a value; of one that answers a dataset it is {@code {schema, rows, truncated}}. */
    public Mono<JsonNode> call(Call call) {
        String path =
                "/v1/plugins/" + Requests.segment(call.plugin()) + "/operations/" + Requests.segment(call.operation());
        return requests.send("POST", path, call.members())
                .map(answer -> answer.has("result") ? answer.path("result") : answer);
    }

    /** Calls an operation that answers a dataset; as for {@link #query(Query)}, the reader closes each batch. */
    public Flux<Batch> dataset(Call call) {
        return Flux.defer(() -> rows(call.members()
                .put("op", "execute")
                .put("plugin", call.plugin())
                .put("operation", call.operation())
                .put("format", "arrow")));
    }

    private Flux<Batch> rows(ObjectNode request) {
        return Flux.from(reader -> {
            BatchStream[] self = new BatchStream[1];
            BatchStream stream = new BatchStream(
                    wire,
                    tokens,
                    request,
                    loop,
                    patience.ping(),
                    readers,
                    allocator,
                    reader,
                    () -> streams.remove(self[0]));
            self[0] = stream;
            streams.add(stream);
            reader.onSubscribe(stream.outlet());
            if (!Loops.run(loop, stream::begin)) {
                stream.end(ConnectionException.broken("The client is closed.", null));
            }
        });
    }

    /** Plugins: the catalog and the life of each. */
    public Plugins plugins() {
        return new Plugins(requests);
    }

    /** Tables: what there is, and loading more. */
    public Tables tables() {
        return new Tables(requests);
    }

    /** API tokens. */
    public Tokens tokens() {
        return new Tokens(requests);
    }

    /** The cluster that the node is one of. */
    public Cluster cluster() {
        return new Cluster(requests);
    }

    /** Version, limits and isolation of the node. */
    public Mono<JsonNode> status() {
        return requests.get("/v1/status");
    }

    /** What is counted of events. */
    public Counters counters() {
        return counters;
    }

    /** The bytes of batches that are not closed yet. */
    public long allocatedBytes() {
        return allocator.getAllocatedMemory();
    }

    /** Ends all subscriptions and streams, with an error. Batches that were delivered stay good until they are closed. */
    @Override
    public void close() {
        endStreams();
        events.close();
        Loops.run(loop, () -> {
            http.shutdownNow();
            scheduler.dispose();
            endStreams(); // those that came meanwhile: the loop runs no more for them
        });
    }

    private void endStreams() {
        streams.forEach(stream -> stream.end(ConnectionException.broken("The client was closed.", null)));
    }
}
