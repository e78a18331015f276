package io.dataprism.host;

import io.dataprism.core.confinement.PluginProcess.Reading;
import io.dataprism.core.manifest.OperationSpec;
import io.dataprism.plugin.Batch;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** One read of a table elsewhere, which begins where the last one ended. Any thread. */
final class TableReading {

    private final Progress progress;
    private final String plugin;
    private final String table;

    /** Null: the plugin has said nothing. */
    private final AtomicReference<@Nullable Optional<Object>> reached = new AtomicReference<>();

    private TableReading(Progress progress, String plugin, String table) {
        this.progress = progress;
        this.plugin = plugin;
        this.table = table;
    }

    /** Null where a call is no read of a table. */
    static @Nullable TableReading of(Progress progress, String plugin, String category, CallRequest request) {
        OperationSpec operation = request.operation();
        return category.equals("integration")
                        && operation.kind() == OperationSpec.Kind.DATASET
                        && operation.name().equals("read")
                        && request.params().getValue("table") instanceof String table
                ? new TableReading(progress, plugin, table)
                : null;
    }

    /** What the process is told. Blocks. */
    Reading begin() {
        return new Reading(progress.checkpoint(plugin, table), value -> reached.set(Optional.ofNullable(value)));
    }

    /** The same batches; the stream ends well only once what the plugin has reached is on the disk. */
    Flux<Batch> keptAtEnd(Flux<Batch> batches) {
        Mono<Batch> keep = Mono.<Batch>fromRunnable(this::keep).subscribeOn(Schedulers.boundedElastic());
        return batches.concatWith(keep);
    }

    private void keep() {
        Optional<Object> last = reached.get();
        if (last != null) {
            progress.keepCheckpoint(plugin, table, last.orElse(null));
        }
    }
}
