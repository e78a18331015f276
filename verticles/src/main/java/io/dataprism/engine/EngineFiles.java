package io.dataprism.engine;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.engine.EngineRoute.Way;
import io.dataprism.stream.StreamEndpoint;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.function.Function;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * How a file on this node's disk gets to an engine: to this node's by its name, to another's in pieces over a stream, as fast as that node
 * writes them. Nothing blocks.
 */
public final class EngineFiles {

    private final Vertx vertx;
    private final @Nullable StreamEndpoint streams;
    private final @Nullable BufferAllocator allocator;

    private EngineFiles(Vertx vertx, @Nullable StreamEndpoint streams, @Nullable BufferAllocator allocator) {
        this.vertx = vertx;
        this.streams = streams;
        this.allocator = allocator;
    }

    /**
     * To whichever node.
     *
     * @param allocator of the pieces under way
     */
    public static EngineFiles over(Vertx vertx, StreamEndpoint streams, BufferAllocator allocator) {
        return new EngineFiles(vertx, streams, allocator);
    }

    /** To this node's engine alone. */
    static EngineFiles here(Vertx vertx) {
        return new EngineFiles(vertx, null, null);
    }

    /**
     * Makes a file known to an engine, which takes it with the message that has these options.
     *
     * @param start asks the engine of a way to receive a file
     * @return the options with what names the file
     */
    Future<DeliveryOptions> handOver(
            Way way, Path file, DeliveryOptions options, Function<JsonObject, Future<JsonObject>> start) {
        return switch (way) {
            case Way.Here here ->
                Future.succeededFuture(options.addHeader(EngineMessages.FILE_HEADER, file.toString()));
            case Way.There there -> {
                StreamEndpoint to = streams;
                BufferAllocator memory = allocator;
                yield to == null || memory == null
                        ? Future.failedFuture(refused(there))
                        : start.apply(new JsonObject().put("op", "receive"))
                                .compose(open -> send(to, memory, file, open).map(sent -> open.getString("upload")))
                                .map(id -> options.addHeader(EngineMessages.UPLOAD_HEADER, id));
            }
        };
    }

    /** Done when the last piece has been handed to the stream. */
    private Future<Void> send(StreamEndpoint to, BufferAllocator memory, Path file, JsonObject open) {
        Promise<Void> sent = ((ContextInternal) vertx.getOrCreateContext()).promise();
        to.send(
                open.getJsonObject("stream"),
                FilePieces.of(vertx, file, memory)
                        .doOnComplete(sent::tryComplete)
                        .doOnError(sent::tryFail)
                        .doOnCancel(() -> sent.tryFail(cutOff())));
        return sent.future();
    }

    private static DataPrismException cutOff() {
        return new DataPrismException(
                ErrorCode.NODE_LOST,
                "The node with the engine took no more of the file.",
                "Send it again; another node takes it, where there is one.");
    }

    private static DataPrismException refused(Way.There there) {
        return new DataPrismException(
                ErrorCode.STATE_CONFLICT,
                "This node has no engine, and sends no files to others.",
                "Send it to node " + there.node().id() + " at " + there.node().address() + ", which has one.");
    }
}
