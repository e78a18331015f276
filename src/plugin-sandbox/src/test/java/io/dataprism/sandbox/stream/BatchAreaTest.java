package io.dataprism.sandbox.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dataprism.plugin.Batch;
import io.dataprism.sandbox.frame.Frame;
import io.dataprism.sandbox.frame.FrameReader;
import io.dataprism.sandbox.frame.FrameSink;
import io.dataprism.sandbox.frame.FrameType;
import io.dataprism.sandbox.frame.Link;
import io.dataprism.sandbox.frame.ProtocolException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterProperty;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** Batches through memory that two ends of a link share, both of them real; the memory is this process's own. */
class BatchAreaTest {

    private static final long HALF = BatchArea.SIZE_BYTES / 2;
    private static final int ROWS = 50_000;
    private static final Duration BOUND = Duration.ofSeconds(20);

    private final Arena arena = Arena.ofShared();
    private final MemorySegment shared = arena.allocate(BatchArea.SIZE_BYTES, 8);
    private final BufferAllocator hostMemory = new RootAllocator();
    private final BufferAllocator childMemory = new RootAllocator();
    private final ExecutorService signals = Executors.newCachedThreadPool();
    private final AtomicInteger withFrames = new AtomicInteger();
    private final BatchEnd host = new BatchEnd(Link.Side.HOST, hostMemory, signals, withFrames);
    private final BatchEnd child = new BatchEnd(Link.Side.CHILD, childMemory, signals, withFrames);

    @AfterEach
    @AfterProperty
    void closeAndProveThatNothingIsLeft() {
        host.stop();
        child.stop();
        await().atMost(BOUND)
                .until(() -> hostMemory.getAllocatedMemory() == 0 && childMemory.getAllocatedMemory() == 0);
        signals.shutdownNow();
        hostMemory.close();
        childMemory.close();
        arena.close();
    }

    @Property(tries = 300)
    void placesNeverOverlapAndAllOfThemComeBack(
            @ForAll @Size(min = 1, max = 60) List<@IntRange(min = 1, max = 6 << 20) Integer> sizes) {
        BatchArea area = new BatchArea(Link.Side.HOST);
        area.map(shared);
        area.open();
        TreeMap<Long, Long> taken = new TreeMap<>();
        for (int size : sizes) {
            BatchArea.Place place = area.take(size);
            if (place == null) {
                assertThat(taken).as("full, with nothing taken").isNotEmpty();
                area.freed(taken.pollFirstEntry().getKey());
                continue;
            }
            long end = place.offset() + size;
            assertThat(place.memory().byteSize()).isEqualTo(size);
            assertThat(end).isLessThanOrEqualTo(HALF);
            taken.forEach((from, to) -> assertThat(end <= from || place.offset() >= to)
                    .as("%s to %s and %s to %s", place.offset(), end, from, to)
                    .isTrue());
            taken.put(place.offset(), end);
        }
        taken.keySet().forEach(area::freed);
        assertThat(area.places()).isZero();
        assertThat(area.take(HALF)).as("the whole half").isNotNull();
    }

    @Test
    void largeBatchesGoThereAndBackWithoutTheirFrames() throws IOException {
        connect();
        openBoth();
        AtomicInteger sum = new AtomicInteger();
        host.send(2, Flux.range(0, 200).map(number -> batch(host.allocator, number)));
        child.receive(2, batches -> child.send(4, batches));
        host.receive(
                4,
                batches -> Flux.from(batches).subscribe(batch -> {
                    try (batch) {
                        sum.addAndGet(batch.rowCount() + (int) longs(batch).get(ROWS - 1));
                    }
                }));
        int last = 200 * ROWS + 199 * 200 / 2 + 200 * (ROWS - 1);
        await().atMost(BOUND).untilAsserted(() -> assertThat(sum).hasValue(last));
        assertThat(withFrames).hasValue(0);
        assertThat(host.placed.get()).isEqualTo(200);
        assertThat(child.placed.get()).isEqualTo(200);
        awaitNothingTaken();
    }

    @Test
    void whatFindsNoRoomGoesWithItsFrame() throws IOException {
        connect();
        openBoth();
        while (host.area.take(HALF / 8) != null) {
            // until it is full
        }
        List<Batch> received = new CopyOnWriteArrayList<>();
        host.send(2, Flux.range(0, 3).map(number -> batch(host.allocator, number)));
        child.receive(2, batches -> Flux.from(batches).subscribe(received::add));
        await().atMost(BOUND).until(() -> received.size() == 3);
        assertThat(child.placed).hasValue(0);
        received.forEach(Batch::close);
    }

    @Test
    void whatComesForAStreamThatIsForgottenGivesItsPlaceBack() throws IOException {
        connect();
        openBoth();
        child.link.forget(1);
        host.credit(1, 4);
        host.send(1, Flux.range(0, 3).map(number -> batch(host.allocator, number)));
        await().atMost(BOUND).until(() -> child.late.get() == 3);
        awaitNothingTaken();
    }

    @Test
    void untilTheAreaIsOpenBatchesGoWithTheirFramesAndBothSidesAreTold() throws IOException {
        connect();
        List<Batch> received = new CopyOnWriteArrayList<>();
        host.send(2, Flux.just(batch(host.allocator, 1)));
        child.receive(2, batches -> Flux.from(batches).subscribe(received::add));
        await().atMost(BOUND).until(() -> received.size() == 1);
        assertThat(withFrames.get()).as("told on both sides").isEqualTo(2);
        received.forEach(Batch::close);
    }

    @Test
    void aPlaceOutsideOfTheHalfOfItsWriterBreaksTheProtocol() {
        BatchArea area = new BatchArea(Link.Side.HOST);
        assertThatThrownBy(() -> area.ofPeer(0, 64)).isInstanceOf(ProtocolException.class);
        area.map(shared);
        long[][] places = {
            {-65536, 64},
            {HALF, 64},
            {HALF - 65536, 65537},
            {0, HALF + 1},
            {1, 64},
            {0, -1},
            {Long.MAX_VALUE, 64},
            {Long.MIN_VALUE, Long.MAX_VALUE},
            {65536, Long.MAX_VALUE}
        };
        for (long[] place : places) {
            assertThatThrownBy(() -> area.ofPeer(place[0], place[1]))
                    .as("%s", (Object) place)
                    .isInstanceOf(ProtocolException.class);
        }
        assertThat(area.ofPeer(HALF - 65536, 65536).byteSize()).isEqualTo(65536);
    }

    @Test
    void whatWasNotTakenCannotBeGivenBack() {
        BatchArea area = new BatchArea(Link.Side.HOST);
        area.map(shared);
        area.open();
        BatchArea.Place place = area.take(200_000);
        for (long offset : new long[] {-1, 1, 65536, HALF, Long.MAX_VALUE}) {
            assertThatThrownBy(() -> area.freed(offset)).isInstanceOf(ProtocolException.class);
        }
        area.freed(place.offset());
        assertThatThrownBy(() -> area.freed(place.offset())).isInstanceOf(ProtocolException.class);
    }

    @Test
    void aBodyThatIsChangedAfterItWasCopiedChangesNothing() throws IOException {
        connect();
        openBoth();
        List<Batch> received = new CopyOnWriteArrayList<>();
        child.send(4, Flux.just(batch(child.allocator, 7)));
        host.receive(4, batches -> Flux.from(batches).subscribe(received::add));
        await().atMost(BOUND).until(() -> received.size() == 1);
        shared.fill((byte) -1);
        assertThat(longs(received.getFirst()).get(1)).isEqualTo(8);
        received.forEach(Batch::close);
    }

    @Test
    void aBodyThatItsMessageDoesNotFitIsRefused() throws IOException {
        connect();
        openBoth();
        child.send(4, Flux.just(batch(child.allocator, 7)));
        host.receive(4, batches -> Flux.from(batches).subscribe(Batch::close));
        await().atMost(BOUND).until(() -> host.placed.get() == 1);
        child.link.send(new Frame(
                FrameType.PLACED,
                4,
                ByteBuffer.allocate(64).putLong(0).putLong(1000).array()));
        await().atMost(BOUND).until(() -> host.link.ended() instanceof ProtocolException);
    }

    @Test
    void aCopyThatIsCutShortByTheEndOfTheMemoryKeepsNoneOfItsOwn() throws IOException {
        Arena ending = Arena.ofShared();
        BatchArea area = new BatchArea(Link.Side.CHILD);
        area.map(ending.allocate(BatchArea.SIZE_BYTES, 8));
        area.open();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Schema schema;
        try (Batch batch = batch(childMemory, 1)) {
            schema = batch.schema();
            FrameSink sink = new FrameSink(bytes);
            BatchCodec.write(sink, 4, batch.root(), area);
            sink.flush();
        }
        Frame frame = new FrameReader(new ByteArrayInputStream(bytes.toByteArray())).next();
        PlacedBatch placed = new PlacedBatch(
                ByteBuffer.wrap(frame.payload())
                        .position(PlacedBatch.HEAD_BYTES)
                        .slice(),
                0,
                ending.allocate(ByteBuffer.wrap(frame.payload()).getLong(8)));
        ending.close();
        AtomicInteger freed = new AtomicInteger();
        assertThatThrownBy(() -> placed.copied(schema, hostMemory, freed::incrementAndGet))
                .isInstanceOf(IllegalStateException.class);
        assertThat(hostMemory.getAllocatedMemory()).isZero();
        assertThat(freed).hasValue(1);
    }

    @Test
    void theHostReadsNothingOfItsOwnHalf() {
        BatchArea area = new BatchArea(Link.Side.HOST);
        area.map(shared);
        area.open();
        shared.set(ValueLayout.JAVA_LONG, HALF, 42);
        assertThat(area.ofPeer(0, 8).get(ValueLayout.JAVA_LONG, 0)).isEqualTo(42);
        BatchArea.Place place = area.take(8);
        place.memory().set(ValueLayout.JAVA_LONG, 0, 43);
        assertThat(shared.get(ValueLayout.JAVA_LONG, place.offset())).isEqualTo(43);
    }

    private void connect() throws IOException {
        Pipe down = Pipe.open();
        Pipe up = Pipe.open();
        host.connect(up, down);
        child.connect(down, up);
    }

    private void openBoth() {
        for (BatchEnd end : List.of(host, child)) {
            end.area.map(shared);
            end.area.open();
        }
    }

    private void awaitNothingTaken() {
        await().atMost(BOUND).until(() -> host.area.places() == 0 && child.area.places() == 0);
    }

    private static Batch batch(BufferAllocator allocator, int number) {
        BigIntVector longs = new BigIntVector("long", allocator);
        longs.allocateNew(ROWS);
        for (int row = 0; row < ROWS; row++) {
            longs.set(row, row + number);
        }
        longs.setValueCount(ROWS);
        VectorSchemaRoot root = VectorSchemaRoot.of(longs);
        root.setRowCount(ROWS);
        return new Batch(root);
    }

    private static BigIntVector longs(Batch batch) {
        return (BigIntVector) batch.root().getVector("long");
    }
}
