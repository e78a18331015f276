package io.dataprism.load.peer;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import java.util.List;
import java.util.concurrent.Executor;
import org.apache.arrow.flight.BackpressureStrategy;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.flight.sql.NoOpFlightSqlProducer;
import org.apache.arrow.flight.sql.impl.FlightSql;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The least that a Flight SQL server can do: a statement becomes its own ticket, unchecked and unprepared, and its batches are
 * put as they come. Batches are written on threads of their own, because the strategy for backpressure waits for ever when it is asked
 * on the thread of the call.
 */
final class DuckDbFlightProducer extends NoOpFlightSqlProducer {

    private static final long READER_LIMIT_MILLIS = 600_000;

    private final PlainDuckDb duckDb;
    private final BufferAllocator allocator;
    private final Executor writers;

    DuckDbFlightProducer(PlainDuckDb duckDb, BufferAllocator allocator, Executor writers) {
        this.duckDb = duckDb;
        this.allocator = allocator;
        this.writers = writers;
    }

    @Override
    public FlightInfo getFlightInfoStatement(
            FlightSql.CommandStatementQuery command, CallContext context, FlightDescriptor descriptor) {
        ByteString handle = ByteString.copyFromUtf8(command.getQuery());
        FlightSql.TicketStatementQuery ticket = FlightSql.TicketStatementQuery.newBuilder()
                .setStatementHandle(handle)
                .build();
        FlightEndpoint endpoint = new FlightEndpoint(new Ticket(Any.pack(ticket).toByteArray()));
        return new FlightInfo(new Schema(List.of()), descriptor, List.of(endpoint), -1, -1);
    }

    @Override
    public void getStreamStatement(
            FlightSql.TicketStatementQuery ticket, CallContext context, ServerStreamListener listener) {
        String sql = ticket.getStatementHandle().toStringUtf8();
        BackpressureStrategy ready = new BackpressureStrategy.CallbackBackpressureStrategy();
        ready.register(listener);
        writers.execute(() -> stream(sql, listener, ready));
    }

    private void stream(String sql, ServerStreamListener listener, BackpressureStrategy ready) {
        try {
            duckDb.query(sql, allocator, reader -> {
                put(reader, listener, ready);
                return 0;
            });
            listener.completed();
        } catch (Exception failure) {
            listener.error(CallStatus.INTERNAL
                    .withCause(failure)
                    .withDescription(String.valueOf(failure))
                    .toRuntimeException());
        }
    }

    private static void put(ArrowReader reader, ServerStreamListener listener, BackpressureStrategy ready)
            throws Exception {
        listener.setUseZeroCopy(true);
        listener.start(reader.getVectorSchemaRoot());
        while (reader.loadNextBatch()) {
            if (ready.waitForListener(READER_LIMIT_MILLIS) != BackpressureStrategy.WaitResult.READY) {
                throw CallStatus.CANCELLED
                        .withDescription("The reader has gone.")
                        .toRuntimeException();
            }
            listener.putNext();
        }
    }
}
