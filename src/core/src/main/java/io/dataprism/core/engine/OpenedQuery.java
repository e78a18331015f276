package io.dataprism.core.engine;

import io.dataprism.plugin.Batch;
import io.dataprism.plugin.TableInfo;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/**
 * A query whose first batch, or end, is at hand.
 *
 * @param schema of the batches
 * @param columns with the engine's names of their types
 * @param batches one subscriber, who closes them. Loads only what is requested; signals come on the engine's workers, one at a
 *     time; cancelling frees everything. Errors are {@link io.dataprism.core.error.DataPrismException}
 * @param whole all batches, where they are few and small and the query has ended with them: whoever opened the query closes
 *     them, or subscribes to {@code batches}, which then gives the same. Null where the query goes on
 */
public record OpenedQuery(
        String id,
        Schema schema,
        List<TableInfo.Column> columns,
        Flux<Batch> batches,
        @Nullable List<Batch> whole) {}
