package io.dataprism.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.publisher.TestPublisher;

class BatchesTest {

    private final BufferAllocator allocator = new RootAllocator();

    /** Closing it fails where a batch is still open. */
    @AfterEach
    void everyBatchIsClosed() {
        allocator.close();
    }

    @Test
    void everyBatchIsReadInOrderAndClosed() {
        List<Integer> read = new ArrayList<>();
        Batches.forEach(Flux.range(0, 10).map(this::batch), batch -> read.add(number(batch)))
                .block();
        assertThat(read).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    }

    @Test
    void fourBatchesAreAskedForAheadAndOneMoreForEachThatWasRead() {
        TestPublisher<Batch> source = TestPublisher.create();
        Disposable reading = Batches.forEach(source.flux(), batch -> {}).subscribe();
        source.assertMinRequested(4).assertMaxRequested(4);
        source.next(batch(1));
        source.assertMinRequested(4).assertMaxRequested(4);
        reading.dispose();
        source.assertCancelled();
    }

    @Test
    void whatTheReaderThrowsEndsTheStreamAndClosesTheBatch() {
        TestPublisher<Batch> source = TestPublisher.create();
        List<Throwable> failures = new ArrayList<>();
        Batches.forEach(source.flux(), batch -> {
                    throw new PluginException("REQUEST_INVALID", "no such column");
                })
                .subscribe(none -> {}, failures::add);
        source.next(batch(1));
        source.assertCancelled();
        assertThat(failures).singleElement().hasFieldOrPropertyWithValue("code", "REQUEST_INVALID");
    }

    @Test
    void aBatchThatArrivesAfterTheEndIsClosedUnread() {
        TestPublisher<Batch> source = TestPublisher.createNoncompliant(TestPublisher.Violation.CLEANUP_ON_TERMINATE);
        List<Integer> read = new ArrayList<>();
        Disposable reading =
                Batches.forEach(source.flux(), batch -> read.add(number(batch))).subscribe();
        source.next(batch(1));
        reading.dispose();
        source.next(batch(2));
        assertThat(read).containsExactly(1);
    }

    @Test
    void theFailureOfTheStreamIsTheResult() {
        Sinks.One<Batch> source = Sinks.one();
        source.tryEmitError(new PluginException("QUERY_TIMEOUT", "too late"));
        Mono<Void> result = Batches.forEach(source.asMono().flux(), batch -> {});
        assertThatThrownBy(result::block).hasMessage("too late");
    }

    @Test
    void aBatchIsFreedByItsLastReferenceAndRefusesToBeUsedAfterIt() {
        Batch batch = batch(7).retain();
        assertThat(batch.sizeBytes()).isPositive();
        batch.close();
        assertThat(number(batch)).isEqualTo(7);
        batch.close();
        assertThat(allocator.getAllocatedMemory()).isZero();
        assertThatThrownBy(batch::root).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(batch::retain).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(batch::close).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aColumnThatIsNotThereIsRefusedWithThoseThatAre() {
        try (Batch batch = batch(1)) {
            assertThat(batch.column("n").getName()).isEqualTo("n");
            assertThatThrownBy(() -> batch.column("m"))
                    .hasMessageContaining("'m'")
                    .hasMessageContaining("[n]");
        }
    }

    @Test
    void operationsThatAPluginDoesNotHaveFailAndTheRestOfItsLifeIsEmpty() {
        Plugin plugin = context -> Mono.empty();
        assertThat(plugin.activate().block()).isNull();
        assertThat(plugin.configure(Map.of()).block()).isNull();
        assertThat(plugin.deactivate().block()).isNull();
        assertThat(plugin.cleanup().block()).isNull();
        assertThat(plugin.isCompatible("0.1.0")).isTrue();
        assertThatThrownBy(() -> plugin.execute("draw", Map.of(), Flux.empty()).block())
                .hasFieldOrPropertyWithValue("code", "OPERATION_NOT_FOUND");
    }

    @Test
    void exportFormatsAreFoundByTheirMediaType() {
        assertThat(ExportFormat.ofMediaType("image/png")).contains(ExportFormat.PNG);
        assertThat(ExportFormat.ofMediaType("image/gif")).isEmpty();
    }

    private Batch batch(int number) {
        IntVector vector = new IntVector("n", allocator);
        vector.setSafe(0, number);
        VectorSchemaRoot root = VectorSchemaRoot.of(vector);
        root.setRowCount(1);
        return new Batch(root);
    }

    private static int number(Batch batch) {
        return (int) Cells.number(batch.column("n"), 0);
    }
}
