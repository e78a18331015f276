package io.dataprism.client;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SynchronousSink;

/** The lines of an answer, read as they are asked for. Blocks the thread that asks. */
final class Lines {

    private final InputStream body;
    private final BufferedReader lines;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Lines(InputStream body) {
        this.body = body;
        this.lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
    }

    /** Closes the answer with its end, and when it is cancelled: then also a thread that waits for a line goes on. */
    static Flux<String> of(InputStream body) {
        return Flux.using(
                () -> new Lines(body),
                lines -> Flux.<String>generate(lines::next).doOnCancel(lines::close),
                Lines::close);
    }

    private void next(SynchronousSink<String> sink) {
        try {
            String line = lines.readLine();
            if (line == null) {
                sink.complete();
            } else {
                sink.next(line);
            }
        } catch (IOException cut) {
            if (closed.get()) {
                sink.complete();
            } else {
                sink.error(ConnectionException.lost("The answer broke off: " + Answers.words(cut) + ".", cut));
            }
        }
    }

    /** The reader above it may wait inside its own lock: what it reads from is closed instead. */
    private void close() {
        if (closed.compareAndSet(false, true)) {
            try {
                body.close();
            } catch (IOException already) {
                // it is not read any more
            }
        }
    }
}
