package io.dataprism.gateway.live;

import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.Deque;

/** The channels of one event loop that were written to in this turn: each is flushed once, when the turn is over. On that loop. */
final class LoopFlush {

    private final EventLoop loop;
    private final Deque<LiveChannel> written = new ArrayDeque<>();

    LoopFlush(EventLoop loop) {
        this.loop = loop;
    }

    /** To be flushed; told once until it is. */
    void add(LiveChannel channel) {
        if (written.isEmpty()) {
            loop.execute(this::flush);
        }
        written.add(channel);
    }

    private void flush() {
        for (LiveChannel next = written.poll(); next != null; next = written.poll()) {
            next.flush();
        }
    }
}
