package io.dataprism.sandbox.stream;

import io.dataprism.plugin.Batch;
import io.dataprism.sandbox.frame.Exchange;
import io.dataprism.sandbox.frame.Frame;
import io.dataprism.sandbox.frame.FrameType;
import io.dataprism.sandbox.frame.Link;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;
import reactor.core.publisher.Flux;
import reactor.util.context.Context;

/** One end of a link whose streams have numbers that both ends know, for tests. */
final class BatchEnd implements Link.Owner {

    private final ExecutorService signals;
    private final AtomicInteger withFrames;
    private final Link.Side side;
    final BufferAllocator allocator;
    final BatchArea area;
    final AtomicInteger placed = new AtomicInteger();
    final AtomicInteger late = new AtomicInteger();
    private final Map<Long, StreamSender<Batch>> senders = new ConcurrentHashMap<>();
    Link link;
    private BatchStreams streams;
    private Pipe in;
    private Pipe out;

    BatchEnd(Link.Side side, BufferAllocator allocator, ExecutorService signals, AtomicInteger withFrames) {
        this.signals = signals;
        this.withFrames = withFrames;
        this.side = side;
        this.allocator = allocator;
        this.area = new BatchArea(side);
    }

    void connect(Pipe from, Pipe to) {
        in = from;
        out = to;
        link = new Link(side, Channels.newInputStream(from.source()), Channels.newOutputStream(to.sink()), this);
        streams = new BatchStreams(link, allocator, area, side == Link.Side.CHILD, withFrames::incrementAndGet);
        for (int opened = 0; opened < 8; opened++) {
            link.open(new Nobody());
        }
        Thread.ofPlatform().daemon().start(link::read);
        Thread.ofPlatform().daemon().start(link::write);
    }

    void receive(long id, Consumer<Flux<Batch>> use) {
        IncomingBatches incoming = streams.incoming(id, signals, () -> {});
        link.accept(id, new Incoming(id, incoming));
        use.accept(Flux.from(incoming.batches()));
    }

    void send(long id, Flux<Batch> batches) {
        StreamSender<Batch> sender = senders.computeIfAbsent(
                id,
                stream -> new StreamSender<>(
                        link,
                        stream,
                        streams.outgoing(),
                        failure -> Frame.of(FrameType.CANCEL, stream),
                        () -> {},
                        Context.empty(),
                        0));
        link.accept(id, new Outgoing(sender));
        sender.start(batches);
    }

    void credit(long id, long total) {
        StreamSender<Batch> sender = new StreamSender<>(
                link, id, streams.outgoing(), failure -> Frame.of(FrameType.CANCEL, id), () -> {}, Context.empty(), 0);
        senders.put(id, sender);
        sender.credit(total);
    }

    void stop() {
        try {
            if (link != null) {
                link.end(new IOException("The test is over."));
                in.source().close();
                out.sink().close();
            }
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    @Override
    public void onLinkFrame(Frame frame) {
        streams.freed(frame);
    }

    @Override
    public void onLateFrame(Frame frame) {
        late.addAndGet(frame.type() == FrameType.PLACED ? 1 : 0);
        streams.late(frame);
    }

    @Override
    public void onCall(Frame call) {}

    @Override
    public void onEnded(Throwable reason) {}

    private final class Incoming implements Exchange {

        private final long id;
        private final IncomingBatches batches;

        Incoming(long id, IncomingBatches batches) {
            this.id = id;
            this.batches = batches;
        }

        @Override
        public void onFrame(Frame frame) {
            if (frame.type() == FrameType.PLACED) {
                placed.incrementAndGet();
            }
            batches.onFrame(frame, payload -> new IOException("failed"));
        }

        @Override
        public void onLinkEnded(Throwable reason) {
            batches.fail(reason);
        }
    }

    private final class Outgoing implements Exchange {

        private final StreamSender<Batch> sender;

        Outgoing(StreamSender<Batch> sender) {
            this.sender = sender;
        }

        @Override
        public void onFrame(Frame frame) {
            sender.credit(frame.number());
        }

        @Override
        public void onLinkEnded(Throwable reason) {
            sender.cancel();
        }
    }

    private final class Nobody implements Exchange {

        @Override
        public void onFrame(Frame frame) {}

        @Override
        public void onLinkEnded(Throwable reason) {}
    }
}
