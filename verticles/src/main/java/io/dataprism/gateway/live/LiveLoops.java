package io.dataprism.gateway.live;

import io.netty.channel.EventLoop;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What the connections of each event loop share. Any thread; what it answers belongs to its loop. */
final class LiveLoops {

    /** The clock of a loop's connections, what flushes them, and what packs their messages. */
    record LiveLoop(LoopWheel wheel, LoopFlush flush, LoopDeflater deflater) {}

    private final Map<EventLoop, LiveLoop> loops = new ConcurrentHashMap<>();

    LiveLoop of(EventLoop loop) {
        return loops.computeIfAbsent(
                loop, fresh -> new LiveLoop(new LoopWheel(fresh), new LoopFlush(fresh), new LoopDeflater()));
    }
}
