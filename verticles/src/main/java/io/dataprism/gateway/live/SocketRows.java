package io.dataprism.gateway.live;

import io.dataprism.bus.Replies;
import io.dataprism.plugin.Batch;
import io.dataprism.plugin.TableInfo;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;

/**
 * A dataset on its way to a WebSocket. Asks for a batch only while the client has demanded it and the socket has room, and for
 * at most {@value #AHEAD_BATCHES} at once.
 */
final class SocketRows implements SocketCall {

    /** What a client gets before it says anything. */
    static final long FIRST_DEMAND_BATCHES = 4;

    private static final int AHEAD_BATCHES = 2;

    /** How rows travel. */
    enum Format {
        ARROW,
        JSON;

        static Format of(@Nullable String text) {
            return text == null ? JSON : valueOf(text.toUpperCase(Locale.ROOT));
        }
    }

    private final SocketWriter writer;
    private final String id;
    private final Format format;
    private final RowsEncoder encoder;
    private final Runnable ended;
    private final ArrowFrames arrow;
    private List<TableInfo.Column> columns = List.of();
    private @Nullable Source source;
    private long demand;
    private long requested;
    private long batches;
    private long rows;
    private boolean cancelled;
    private Runnable abandon = () -> {};

    /** {@code ended}: called once when it has completed or failed by itself. */
    SocketRows(SocketWriter writer, String id, Format format, long demand, RowsEncoder encoder, Runnable ended) {
        this.writer = writer;
        this.id = id;
        this.format = format;
        this.demand = demand;
        this.encoder = encoder;
        this.ended = ended;
        this.arrow = new ArrowFrames(id);
    }

    /** Begins; where it was cancelled before, only lets the source go. */
    void begin(Schema schema, List<TableInfo.Column> shown, Flux<Batch> flux) {
        if (cancelled) {
            flux.subscribe(new Refused());
            return;
        }
        columns = shown;
        if (format == Format.ARROW) {
            writer.binary(arrow.schema(schema));
        } else {
            JsonArray described = new JsonArray();
            shown.forEach(column ->
                    described.add(new JsonObject().put("name", column.name()).put("type", column.type())));
            writer.send(new JsonObject().put("op", "schema").put("id", id).put("schema", described));
        }
        Source opened = new Source();
        source = opened;
        flux.subscribe(opened);
    }

    /** What is to be done where it is cancelled before it has begun. */
    void whenAbandoned(Runnable task) {
        abandon = task;
    }

    /** It could not begin. */
    void fail(Throwable failure) {
        if (!cancelled) {
            cancelled = true;
            ended.run();
            writer.error(id, Replies.toProblem(failure));
        }
    }

    @Override
    public void demand(long total) {
        demand = Math.max(demand, total);
        askForMore();
    }

    @Override
    public void room() {
        askForMore();
    }

    @Override
    public void cancel() {
        boolean first = !cancelled;
        cancelled = true;
        if (source != null) {
            source.cancel();
        } else if (first) {
            abandon.run();
        }
    }

    private void askForMore() {
        Source open = source;
        while (open != null
                && !cancelled
                && requested < demand
                && requested - batches < AHEAD_BATCHES
                && writer.isReady()) {
            requested++;
            open.request(1);
        }
    }

    private void send(Batch batch) {
        if (format == Format.ARROW) {
            writer.binary(arrow.batch(batch));
        } else {
            writer.text("{\"op\":\"batch\",\"id\":" + Json.encode(id) + ",\"seq\":" + batches + ",\"rows\":"
                    + encoder.encode(batch, columns) + "}");
        }
        batches++;
        rows += batch.rowCount();
    }

    private final class Source extends BaseSubscriber<Batch> {

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            askForMore();
        }

        @Override
        protected void hookOnNext(Batch batch) {
            try (batch) {
                if (!cancelled) {
                    send(batch);
                }
            } catch (RuntimeException failure) {
                cancel();
                fail(failure);
                return;
            }
            askForMore();
        }

        @Override
        protected void hookOnComplete() {
            if (!cancelled) {
                cancelled = true;
                ended.run();
                if (format == Format.ARROW) {
                    writer.binary(arrow.end());
                }
                writer.send(new JsonObject()
                        .put("op", "complete")
                        .put("id", id)
                        .put("batches", batches)
                        .put("rows", rows));
            }
        }

        @Override
        protected void hookOnError(Throwable failure) {
            fail(failure);
        }
    }

    /** Cancels at once. */
    private static final class Refused extends BaseSubscriber<Batch> {

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            subscription.cancel();
        }

        @Override
        protected void hookOnNext(Batch batch) {
            batch.close();
        }
    }
}
