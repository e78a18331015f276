package io.dataprism.core.flight;

import io.dataprism.core.engine.BatchCutter;
import io.dataprism.core.engine.PlainBatches;
import io.dataprism.core.engine.QueryMemory;
import io.dataprism.core.engine.QueryRun;
import io.dataprism.core.engine.QuerySpec;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.plugin.Batch;
import io.dataprism.plugin.TableInfo;
import io.grpc.Context;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.apache.arrow.flight.CancelFlightInfoRequest;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.flight.sql.FlightSqlClient.PreparedStatement;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One statement on its way through a server of Flight SQL. A batch is fetched when it is asked for; gRPC's own flow control
 * stops the server in between. {@link #interrupt()} cancels every call of this run, which frees whoever waits for one.
 */
final class FlightRun implements QueryRun {

    private static final Logger LOG = LoggerFactory.getLogger(FlightRun.class);

    /** Of what has come and was not taken yet: Flight asks for five messages ahead, each of 64 MiB at most. */
    private static final long ARRIVED_BYTES_LIMIT = 512L << 20;

    private static final Duration FAREWELL = Duration.ofSeconds(1);

    private final FlightConnection server;
    private final RemoteTables tables;
    private final RemoteGate gate;
    private final QuerySpec spec;
    private final QueryMemory memory;
    private final BufferAllocator arrived;
    private final long deadlineNanos;
    private final Context.CancellableContext calls = Context.ROOT.withCancellation();
    private final CompletableFuture<@Nullable Void> interruption = new CompletableFuture<>();

    private @Nullable FlightClient client;
    private @Nullable PreparedStatement statement;
    private @Nullable FlightInfo info;
    private @Nullable ResultStreams parts;
    private @Nullable FlightStream first;
    private @Nullable PlainBatches batches;
    private List<TableInfo.Column> columns = List.of();
    private long rowsLeft;
    private long rowsRead;
    private volatile double percent;

    FlightRun(
            FlightConnection server, RemoteTables tables, RemoteGate gate, QuerySpec spec, BufferAllocator allocator) {
        this.server = server;
        this.tables = tables;
        this.gate = gate;
        this.spec = spec;
        this.memory = new QueryMemory(allocator, spec.id());
        this.arrived = memory.allocator().newChildAllocator("arrived", 0, ARRIVED_BYTES_LIMIT);
        this.deadlineNanos = System.nanoTime() + spec.timeout().toNanos();
        Long maxRows = spec.maxRows();
        this.rowsLeft = maxRows == null ? Long.MAX_VALUE : maxRows;
    }

    /** Within the context that {@link #interrupt()} cancels. */
    private <T extends @Nullable Object> T cancellable(Callable<T> work) throws Exception {
        Context before = calls.attach();
        try {
            return work.call();
        } finally {
            calls.detach(before);
        }
    }

    @Override
    public void open() throws Exception {
        cancellable(() -> {
            if (!calls.isCancelled()) {
                openUnlessCancelled();
            }
            return null;
        });
    }

    private void openUnlessCancelled() throws Exception {
        CompletableFuture<RemoteTables.Known> known = tables.current();
        CompletableFuture.anyOf(known, interruption).get();
        if (interruption.isDone()) {
            return;
        }
        String approved = gate.check(spec.sql(), known.get(), spec.scope());
        FlightClient opened = server.client(arrived);
        client = opened;
        FlightInfo answer = execute(opened, approved);
        info = answer;
        ResultStreams streams = new ResultStreams(server, opened, answer, arrived, () -> server.options(timeLeft()));
        parts = streams;
        first = streams.advance();
        Schema announced = answer.getSchemaOptional().orElseGet(() -> new Schema(List.of()));
        Schema found = streams.schema();
        PlainBatches plain = new PlainBatches(found == null ? announced : found, streams, memory.allocator());
        batches = plain;
        columns = ColumnTypes.of(announced, plain.schema());
    }

    private FlightInfo execute(FlightClient opened, String sql) {
        FlightSqlClient asked = new FlightSqlClient(opened);
        if (spec.parameters().isEmpty()) {
            return server.ask(timeLeft(), options -> asked.execute(sql, options));
        }
        PreparedStatement prepared = server.ask(timeLeft(), options -> asked.prepare(sql, options));
        statement = prepared;
        try (VectorSchemaRoot row =
                ParameterVectors.row(prepared.getParameterSchema(), spec.parameters(), memory.allocator())) {
            prepared.setParameters(row);
            return prepared.execute(server.options(timeLeft()));
        }
    }

    private Duration timeLeft() {
        return Duration.ofNanos(Math.max(1, deadlineNanos - System.nanoTime()));
    }

    @Override
    public Schema schema() {
        return requireOpen().schema();
    }

    @Override
    public List<TableInfo.Column> columns() {
        return columns;
    }

    @Override
    public @Nullable List<Batch> next() throws Exception {
        PlainBatches plain = requireOpen();
        ResultStreams streams = parts;
        FlightStream loaded = first;
        first = null;
        if (loaded == null && streams != null && rowsLeft > 0) {
            loaded = cancellable(streams::advance);
        }
        if (loaded == null || rowsLeft <= 0) {
            return null;
        }
        LoadedCheck.checkAll(loaded.getRoot(), loaded.getDictionaryProvider());
        rowsRead += loaded.getRoot().getRowCount();
        percent = percentOf(rowsRead);
        memory.hold();
        Batch whole = plain.take(loaded.getRoot(), memory::release);
        List<Batch> cut = BatchCutter.cut(whole, rowsLeft, spec.batchRows(), memory);
        for (Batch batch : cut) {
            rowsLeft -= batch.rowCount();
        }
        return cut;
    }

    private double percentOf(long rows) {
        FlightInfo known = info;
        long all = known == null ? -1 : known.getRecords();
        return all <= 0 ? 0 : Math.clamp(100.0 * rows / all, 0.0, 100.0);
    }

    @Override
    public double percent() {
        return percent;
    }

    @Override
    public void interrupt() {
        interruption.complete(null);
        calls.cancel(null);
    }

    @Override
    public void close() {
        ResultStreams streams = parts;
        boolean waiting = streams == null ? info != null : streams.isWaiting();
        if (streams != null) {
            streams.close();
        }
        sayFarewell(waiting);
        quietly(client);
        quietly(arrived);
        calls.cancel(null);
        quietly(memory::release);
    }

    /** So that the server need not wait for its own timeouts. Where it does not hear or understand, it will. */
    private void sayFarewell(boolean partsAreWaiting) {
        PreparedStatement prepared = statement;
        FlightInfo known = info;
        FlightClient asked = client;
        try {
            if (partsAreWaiting && known != null && asked != null) {
                asked.cancelFlightInfo(new CancelFlightInfoRequest(known), server.options(FAREWELL));
            }
            if (prepared != null) {
                prepared.close(server.options(FAREWELL));
            }
        } catch (RuntimeException unheard) {
            LOG.debug("The server did not hear of the end of query {}", spec.id(), unheard);
        }
    }

    private void quietly(@Nullable AutoCloseable part) {
        try {
            if (part != null) {
                part.close();
            }
        } catch (Exception e) {
            LOG.error("Memory of query {} was not freed", spec.id(), e);
        }
    }

    @Override
    public DataPrismException explain(Exception failure) {
        return server.failures().explain(failure, spec.timeout());
    }

    private PlainBatches requireOpen() {
        PlainBatches opened = batches;
        if (opened == null) {
            throw new IllegalStateException("Query " + spec.id() + " has not been opened.");
        }
        return opened;
    }
}
