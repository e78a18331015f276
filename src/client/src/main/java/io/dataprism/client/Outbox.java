package io.dataprism.client;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;
import reactor.core.scheduler.Scheduler;

/** Frames on their way to a node, one at a time and in order. On the loop of its connection. */
final class Outbox {

    /** More is a node that does not read. */
    static final int FRAMES_LIMIT = 4096;

    private final Wire.Line line;
    private final Scheduler.Worker loop;
    private final Consumer<Throwable> broken;
    private final Queue<String> waiting = new ArrayDeque<>();
    private boolean sending;
    private boolean ended;

    /** @param broken told on the loop when a frame could not be sent, or too many wait */
    Outbox(Wire.Line line, Scheduler.Worker loop, Consumer<Throwable> broken) {
        this.line = line;
        this.loop = loop;
        this.broken = broken;
    }

    /** Does nothing after the end. */
    void send(String frame) {
        if (ended) {
            return;
        }
        if (waiting.size() >= FRAMES_LIMIT) {
            broken.accept(ConnectionException.lost("The node does not read what it is sent.", null));
            return;
        }
        waiting.add(frame);
        sendNext();
    }

    private void sendNext() {
        String frame = sending ? null : waiting.poll();
        if (frame == null) {
            return;
        }
        sending = true;
        line.send(frame)
                .whenComplete((sent, failure) -> Loops.run(loop, () -> {
                    sending = false;
                    if (ended) {
                        return;
                    }
                    if (failure == null) {
                        sendNext();
                    } else {
                        broken.accept(failure);
                    }
                }));
    }

    /** Ends the line; what waits is not sent. */
    void end() {
        ended = true;
        waiting.clear();
        line.end();
    }
}
