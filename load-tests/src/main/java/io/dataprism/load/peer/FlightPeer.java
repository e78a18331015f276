package io.dataprism.load.peer;

import io.dataprism.load.child.Answers;
import io.dataprism.load.measure.Measured;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.apache.arrow.flight.FlightServer;
import org.apache.arrow.flight.Location;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * The process of the peers: a Flight SQL server on a free port of the loopback, and DuckDB's own export, asked for over standard
 * input. Questions: {@code port}; {@code view} with {@code files} (one a line), {@code sql}.
 */
public final class FlightPeer {

    private FlightPeer() {}

    public static void main(String[] arguments) throws Exception {
        try (BufferAllocator allocator = new RootAllocator();
                PlainDuckDb duckDb = PlainDuckDb.open();
                ExecutorService writers = Executors.newCachedThreadPool();
                FlightServer server = FlightServer.builder(
                                allocator,
                                Location.forGrpcInsecure("127.0.0.1", 0),
                                new DuckDbFlightProducer(duckDb, allocator, writers))
                        .build()) {
            server.start();
            Answers.serve(
                    Map.of(),
                    question ->
                            question.containsKey("port") ? Map.of("port", server.getPort()) : answer(duckDb, question));
        }
        System.exit(0);
    }

    private static Map<String, ?> answer(PlainDuckDb duckDb, Map<String, String> question) throws Exception {
        String view = question.get("view");
        if (view != null) {
            duckDb.view(
                    view,
                    Stream.of(question.getOrDefault("files", "").split("\n"))
                            .map(Path::of)
                            .toList());
            return Map.of();
        }
        long start = System.nanoTime();
        duckDb.execute(question.getOrDefault("sql", ""));
        return Answers.of(new Measured(0, 0, System.nanoTime() - start, 0));
    }
}
