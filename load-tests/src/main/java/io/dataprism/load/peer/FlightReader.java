package io.dataprism.load.peer;

import io.dataprism.load.measure.Measured;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.memory.BufferAllocator;

/** The peer's client, in the bench's process: every batch is decoded, its rows are counted. One thread; blocks. */
public final class FlightReader implements AutoCloseable {

    private final FlightSqlClient client;

    public FlightReader(int port, BufferAllocator allocator) {
        this.client = new FlightSqlClient(FlightClient.builder(allocator, Location.forGrpcInsecure("127.0.0.1", port))
                .build());
    }

    /** Runs a query and reads it to its end. */
    public Measured read(String sql) throws Exception {
        long start = System.nanoTime();
        FlightInfo info = client.execute(sql);
        long rows = 0;
        try (FlightStream stream =
                client.getStream(info.getEndpoints().getFirst().getTicket())) {
            while (stream.next()) {
                rows += stream.getRoot().getRowCount();
            }
        }
        return new Measured(rows, 0, System.nanoTime() - start, 0);
    }

    @Override
    public void close() throws Exception {
        client.close();
    }
}
