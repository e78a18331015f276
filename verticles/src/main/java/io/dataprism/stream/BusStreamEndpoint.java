package io.dataprism.stream;

import io.dataprism.bus.Addresses;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.stream.StreamFrame;
import io.dataprism.core.stream.StreamReceiver;
import io.dataprism.core.stream.StreamSender;
import io.dataprism.plugin.Batch;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;

/**
 * The streams of a node, on the bus. Deploy one per node, on an event loop, before anything opens a stream: everything that it
 * says, it says from its own context, so as the node. One timer beats for all streams.
 */
public final class BusStreamEndpoint extends VerticleBase implements StreamEndpoint {

    private static final Logger LOG = LoggerFactory.getLogger(BusStreamEndpoint.class);

    static final int OPENING_CREDIT = 4;
    static final int CREDIT_POOL = 256;

    private final String nodeId;
    private final BufferAllocator allocator;
    private final Duration lease;
    private final CreditPool credit = new CreditPool(CREDIT_POOL, OPENING_CREDIT);
    private final Map<String, InboundStream> inbound = new ConcurrentHashMap<>();
    private final Map<String, Peer> peers = new ConcurrentHashMap<>();
    private final Map<String, OutboundStream> outbound = new ConcurrentHashMap<>();
    private final LongAdder batchesSent = new LongAdder();
    private final LongAdder batchesReceived = new LongAdder();
    private final DeliveryOptions options = new DeliveryOptions().setCodecName(StreamMessageCodec.NAME);

    /**
     * With the lease of the contract, 10 s.
     *
     * @param nodeId of this node
     * @param allocator that batches from other nodes are read into
     */
    public BusStreamEndpoint(String nodeId, BufferAllocator allocator) {
        this(nodeId, allocator, Duration.ofSeconds(10));
    }

    BusStreamEndpoint(String nodeId, BufferAllocator allocator, Duration lease) {
        this.nodeId = nodeId;
        this.allocator = allocator;
        this.lease = lease;
    }

    @Override
    public Future<?> start() {
        vertx.eventBus().registerCodec(new StreamMessageCodec(allocator));
        vertx.setPeriodic(Math.max(1, lease.toMillis() / 4), timer -> tick());
        return vertx.eventBus()
                .<StreamMessage>consumer(Addresses.streams(nodeId), this::receive)
                .completion();
    }

    @Override
    public Future<?> stop() {
        List.copyOf(outbound.values()).forEach(OutboundStream::close);
        DataPrismException draining =
                new DataPrismException(ErrorCode.DRAINING, "This node is stopping.", "Try again on another node.");
        List.copyOf(inbound.values()).forEach(stream -> stream.fail(draining));
        vertx.eventBus().unregisterCodec(StreamMessageCodec.NAME);
        return Future.succeededFuture();
    }

    /** What goes on here. */
    public StreamCounters counters() {
        return new StreamCounters(
                inbound.size(), outbound.size(), credit.left(), batchesSent.sum(), batchesReceived.sum());
    }

    @Override
    public Inbound open() {
        String id = UUID.randomUUID().toString();
        long window = credit.borrow();
        Context consumer = vertx.getOrCreateContext();
        JsonObject descriptor =
                new JsonObject().put("node", nodeId).put("stream", id).put("credit", window);
        Peer sender = new Peer();
        InboundStream stream = new InboundStream(
                consumer, descriptor, new StreamReceiver<>(window, lease), frame -> sender.say(id, frame), () -> {
                    inbound.remove(id);
                    peers.remove(id);
                    credit.giveBack(window);
                });
        peers.put(id, sender);
        inbound.put(id, stream);
        return stream;
    }

    @Override
    public void send(JsonObject descriptor, Flux<Batch> source) {
        String id = descriptor.getString("stream");
        String node = descriptor.getString("node");
        long opening = Math.clamp(descriptor.getLong("credit"), 1L, OPENING_CREDIT);
        OutboundStream stream = new OutboundStream(
                context,
                new StreamSender<>(opening, lease, System.nanoTime()),
                frame -> say(node, id, frame),
                () -> outbound.remove(id));
        outbound.put(id, stream);
        source.subscribe(stream);
    }

    private void tick() {
        long now = System.nanoTime();
        List.copyOf(outbound.values()).forEach(stream -> stream.tick(now));
        inbound.values().forEach(stream -> stream.tick(now));
    }

    private void receive(Message<StreamMessage> message) {
        StreamMessage body = message.body();
        switch (body.frame()) {
            case StreamFrame.ToReceiver<BatchParcel> frame -> receiveAsConsumer(body, frame);
            case StreamFrame.ToSender<BatchParcel> frame -> {
                OutboundStream stream = outbound.get(body.stream());
                if (stream != null) {
                    stream.on(frame, System.nanoTime());
                }
            }
        }
    }

    private void receiveAsConsumer(StreamMessage message, StreamFrame.ToReceiver<BatchParcel> frame) {
        InboundStream stream = inbound.get(message.stream());
        Peer sender = peers.get(message.stream());
        if (stream != null && sender != null) {
            sender.node = message.from();
            if (frame instanceof StreamFrame.Data<BatchParcel>) {
                batchesReceived.increment();
            }
            stream.on(frame, System.nanoTime());
            return;
        }
        if (frame instanceof StreamFrame.Data<BatchParcel> data) {
            data.payload().discard();
        }
        say(message.from(), message.stream(), new StreamFrame.Cancel<>());
    }

    private void say(String node, String stream, StreamFrame<BatchParcel> frame) {
        StreamMessage message = new StreamMessage(stream, nodeId, frame);
        if (Vertx.currentContext() == context) {
            write(node, message);
        } else {
            context.runOnContext(go -> write(node, message));
        }
    }

    private void write(String node, StreamMessage message) {
        if (message.frame() instanceof StreamFrame.Data<BatchParcel>) {
            batchesSent.increment();
        }
        vertx.eventBus()
                .<StreamMessage>sender(Addresses.streams(node), options)
                .write(message)
                .onFailure(failure -> lost(message, failure));
    }

    /** Nobody is there: the stream has no other end any more. */
    private void lost(StreamMessage message, Throwable failure) {
        LOG.debug("A frame of stream {} found nobody", message.stream(), failure);
        if (message.frame() instanceof StreamFrame.ToReceiver<BatchParcel>) {
            OutboundStream stream = outbound.get(message.stream());
            if (stream != null) {
                stream.close();
            }
        }
    }

    /** The node at the other end of an inbound stream, known from its first frame on. */
    private final class Peer {

        private volatile @Nullable String node;

        void say(String stream, StreamFrame<BatchParcel> frame) {
            String known = node;
            if (known != null) {
                BusStreamEndpoint.this.say(known, stream, frame);
            }
        }
    }
}
