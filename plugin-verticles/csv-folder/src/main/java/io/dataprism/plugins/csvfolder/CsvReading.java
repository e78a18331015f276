package io.dataprism.plugins.csvfolder;

import io.dataprism.plugin.Batch;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/**
 * A file as batches, one at least.
 *
 * @param types that were asked for, by column
 * @param known what a reading before has found, as {@link FileState#toJson}; where the file is still the same, no rows come. Null: all
 *     rows come
 */
record CsvReading(
        Folder folder,
        CsvFile file,
        Map<String, ColumnType> types,
        @Nullable Object known) {

    CsvReading {
        types = Map.copyOf(types);
    }

    /** @param whenRead is told the file's state and digest, once all of it was read and found to be one and the same */
    Flux<Batch> batches(BufferAllocator allocator, BiConsumer<FileState, String> whenRead) {
        return Flux.<Batch, CsvBatches>generate(
                        () -> open(allocator, whenRead),
                        (batches, sink) -> {
                            batches.next(sink);
                            return batches;
                        },
                        CsvBatches::close)
                .onErrorMap(IOException.class, failure -> Folder.failed("read", file.name(), failure))
                .subscribeOn(Schedulers.boundedElastic());
    }

    private CsvBatches open(BufferAllocator allocator, BiConsumer<FileState, String> whenRead) throws IOException {
        CsvSource source = folder.open(file);
        boolean opened = false;
        try {
            CsvScan scan = CsvScan.of(source, types);
            boolean same = known != null && Objects.equals(FileState.digest(known), scan.digest());
            CsvBatches batches =
                    new CsvBatches(source, scan, allocator, () -> whenRead.accept(source.state(), scan.digest()), same);
            opened = true;
            return batches;
        } finally {
            if (!opened) {
                source.close();
            }
        }
    }
}
