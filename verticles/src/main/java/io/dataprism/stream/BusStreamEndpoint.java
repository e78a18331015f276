package io.dataprism.stream;

import io.dataprism.bus.Addresses;
import io.dataprism.bus.Registration;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.stream.StreamFrame;
import io.dataprism.core.stream.StreamReceiver;
import io.dataprism.core.stream.StreamSender;
import io.dataprism.plugin.Batch;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumerOptions;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;

/**
 * The streams of a node, on the bus. Deploy one per node, on an event loop, before anything opens a stream: everything that it
 * says, it says from its own context, so as the node. One timer beats for all streams. What ends on the node where it begins does
 * not touch the bus.
 */
public final class BusStreamEndpoint extends VerticleBase implements StreamEndpoint {

    private static final Logger LOG = LoggerFactory.getLogger(BusStreamEndpoint.class);

    static final int OPENING_CREDIT = 4;
    static final int CREDIT_POOL = 80;

    /**
     * Messages that may wait for this verticle; the bus drops what is beyond, although it is never paused. Credit is the true bound:
     * this is more than the pieces of all that it allows.
     */
    private static final int MOST_WAITING_MESSAGES = 1 << 20;

    private static final Duration STOP_LIMIT = Duration.ofSeconds(1);

    private final String nodeId;
    private final BufferAllocator allocator;
    private final Duration lease;
    private final CreditPool credit = new CreditPool(CREDIT_POOL, OPENING_CREDIT);
    private final Map<String, Inbox> inbound = new ConcurrentHashMap<>();
    private final Map<String, OutboundStream> outbound = new ConcurrentHashMap<>();
    private final Map<String, NodeLane> lanes = new HashMap<>();
    private final LongAdder batchesSent = new LongAdder();
    private final LongAdder batchesReceived = new LongAdder();
    private long tickedNanos;
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
        vertx.eventBus().registerCodec(new StreamMessageCodec());
        vertx.setPeriodic(Math.max(1, lease.toMillis() / 4), timer -> tick());
        MessageConsumerOptions consumer = new MessageConsumerOptions()
                .setAddress(Addresses.streams(nodeId))
                .setMaxBufferedMessages(MOST_WAITING_MESSAGES);
        return Registration.of(vertx, () -> vertx.eventBus().<StreamMessage>consumer(consumer, this::receive));
    }

    /** Ends all streams; waits at most 1 s for consumers whose own threads are busy. */
    @Override
    public Future<?> stop() {
        List.copyOf(outbound.values()).forEach(OutboundStream::close);
        DataPrismException draining =
                new DataPrismException(ErrorCode.DRAINING, "This node is stopping.", "Try again on another node.");
        List<Future<Void>> ended = new ArrayList<>();
        for (Inbox inbox : inbound.values()) {
            ended.add(inbox.ended.future());
            inbox.stream.abort(draining);
        }
        lanes.values().forEach(NodeLane::giveUp);
        vertx.eventBus().unregisterCodec(StreamMessageCodec.NAME);
        return Future.join(ended)
                .timeout(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                .otherwiseEmpty();
    }

    /** What goes on here. */
    public StreamCounters counters() {
        return new StreamCounters(
                inbound.size(), outbound.size(), credit.left(), batchesSent.sum(), batchesReceived.sum());
    }

    @Override
    public Inbound open(Duration answerWithin) {
        StreamDescriptor descriptor =
                new StreamDescriptor(nodeId, UUID.randomUUID().toString(), credit.borrow());
        Inbox inbox = new Inbox(vertx.getOrCreateContext(), descriptor, answerWithin);
        inbound.put(descriptor.stream(), inbox);
        return inbox.stream;
    }

    @Override
    public void send(JsonObject json, Flux<Batch> source) {
        StreamDescriptor descriptor = StreamDescriptor.of(json);
        Outbox outbox = new Outbox(descriptor);
        if (outbound.putIfAbsent(descriptor.stream(), outbox.stream) != null) {
            LOG.warn("Stream {} has a source already; a second one is cancelled.", descriptor.stream());
            cancel(source);
            return;
        }
        outbox.stream.begin();
        source.subscribe(outbox.stream);
    }

    @Override
    public void send(JsonObject json, List<Batch> whole) {
        StreamDescriptor descriptor = StreamDescriptor.of(json);
        if (!descriptor.node().equals(nodeId)) {
            send(json, Flux.fromIterable(whole).doOnDiscard(Batch.class, Batch::close));
            return;
        }
        Inbox inbox = inbound.get(descriptor.stream());
        if (inbox == null) {
            whole.forEach(Batch::close);
            return;
        }
        batchesSent.add(whole.size());
        batchesReceived.add(whole.size());
        inbox.stream.onWhole(whole, System.nanoTime());
    }

    private static void cancel(Flux<Batch> source) {
        source.subscribe(new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                subscription.cancel();
            }
        });
    }

    private void tick() {
        long now = System.nanoTime();
        // a tick that comes late was held up on this side, and so may be what the others have said meanwhile
        boolean onTime = now - tickedNanos < lease.toNanos() / 2;
        tickedNanos = now;
        List.copyOf(outbound.values()).forEach(stream -> stream.tick(now, onTime));
        inbound.values().forEach(inbox -> inbox.stream.tick(now, onTime));
        lanes.values().forEach(lane -> lane.tick(now));
        lanes.values().removeIf(NodeLane::isIdle);
    }

    private void receive(Message<StreamMessage> message) {
        StreamMessage body;
        try {
            body = message.body();
        } catch (IllegalArgumentException unreadable) {
            // the gap that it leaves fails its stream
            LOG.warn("A stream message cannot be read and is dropped.", unreadable);
            return;
        }
        switch (body) {
            case StreamMessage.Part part -> receive(part);
            case StreamMessage.Control(String stream, String from, StreamFrame.ToReceiver<BatchParcel> frame) ->
                receive(stream, from, frame);
            case StreamMessage.Control(String stream, String from, StreamFrame.ToSender<BatchParcel> frame) ->
                receive(stream, frame);
        }
    }

    private void receive(String stream, StreamFrame.ToSender<BatchParcel> frame) {
        OutboundStream sender = outbound.get(stream);
        if (sender != null) {
            sender.on(frame, System.nanoTime());
        }
    }

    private void receive(StreamMessage.Part part) {
        Inbox inbox = inbound.get(part.stream());
        if (inbox == null) {
            say(part.from(), part.stream(), new StreamFrame.Cancel<>());
        } else if (part.bytes() instanceof PieceBytes.Arrived bytes) {
            if (part.piece().index() == part.piece().count() - 1) {
                batchesReceived.increment();
            }
            inbox.sender = part.from();
            inbox.stream.on(part.piece(), bytes, System.nanoTime());
        }
    }

    private void receive(String stream, String from, StreamFrame.ToReceiver<BatchParcel> frame) {
        Inbox inbox = inbound.get(stream);
        if (inbox != null) {
            if (frame instanceof StreamFrame.Data<BatchParcel>) {
                batchesReceived.increment();
            }
            inbox.sender = from;
            inbox.stream.on(frame, System.nanoTime());
            return;
        }
        if (frame instanceof StreamFrame.Data<BatchParcel> data) {
            data.payload().discard();
        }
        say(from, stream, new StreamFrame.Cancel<>());
    }

    /** On any thread. */
    private void say(String node, String stream, StreamFrame.ToSender<BatchParcel> frame) {
        if (node.equals(nodeId)) {
            receive(stream, frame);
            return;
        }
        context.runOnContext(go -> write(node, new StreamMessage.Control(stream, nodeId, frame))
                .onFailure(failure -> LOG.debug("An answer of stream {} found nobody", stream, failure)));
    }

    private Future<Void> write(String node, StreamMessage message) {
        return vertx.eventBus()
                .<StreamMessage>sender(Addresses.streams(node), options)
                .write(message);
    }

    /** An inbound stream, and the node at its other end, known from its first frame on. */
    private final class Inbox {

        private final InboundStream stream;
        private final Promise<Void> ended = Promise.promise();
        private volatile @Nullable String sender;

        Inbox(Context consumer, StreamDescriptor descriptor, Duration answerWithin) {
            this.stream = new InboundStream(
                    consumer,
                    descriptor.toJson(),
                    new StreamReceiver<>(descriptor.credit(), lease),
                    new IncomingBatches(allocator),
                    System.nanoTime() + answerWithin.toNanos(),
                    frame -> {
                        String known = sender;
                        if (known != null) {
                            say(known, descriptor.stream(), frame);
                        }
                    },
                    () -> {
                        inbound.remove(descriptor.stream());
                        credit.giveBack(descriptor.credit());
                        ended.complete();
                    });
        }
    }

    /** An outbound stream, and its way to its consumer. */
    private final class Outbox implements LaneStream.Owner {

        private final StreamDescriptor to;
        private final OutboundStream stream;
        private @Nullable LaneStream lane;

        Outbox(StreamDescriptor to) {
            this.to = to;
            this.stream = new OutboundStream(
                    driver(to),
                    new StreamSender<>(to.credit(), lease, System.nanoTime()),
                    to.node().equals(nodeId) ? this::hand : frame -> lane().offer(frame),
                    this::closed);
        }

        /** Both sides of a stream within this node live on its consumer's context: a batch changes threads once. */
        private Context driver(StreamDescriptor descriptor) {
            Inbox consumer = descriptor.node().equals(nodeId) ? inbound.get(descriptor.stream()) : null;
            return consumer == null ? context : consumer.stream.context();
        }

        private void hand(StreamFrame.ToReceiver<BatchParcel> frame) {
            if (frame instanceof StreamFrame.Data<BatchParcel>) {
                batchesSent.increment();
            }
            receive(to.stream(), nodeId, frame);
        }

        private LaneStream lane() {
            LaneStream mine = lane;
            if (mine == null) {
                NodeLane way = lanes.computeIfAbsent(
                        to.node(), node -> new NodeLane(context, message -> write(node, message), 2 * lease.toNanos()));
                mine = new LaneStream(way, to.stream(), nodeId, this, batch -> batchesSent.increment());
                lane = mine;
            }
            return mine;
        }

        private void closed() {
            outbound.remove(to.stream());
            if (lane != null) {
                lane.close();
            }
        }

        @Override
        public void refused(DataPrismException problem) {
            stream.refuse(problem);
        }

        /** Nobody is there: the stream has no other end any more. */
        @Override
        public void lost(Throwable cause) {
            context.runOnContext(go -> {
                LOG.debug("A frame of stream {} found nobody", to.stream(), cause);
                stream.close();
            });
        }
    }
}
