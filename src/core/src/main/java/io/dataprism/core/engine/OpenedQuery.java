package io.dataprism.core.engine;

import io.dataprism.plugin.Batch;
import io.dataprism.plugin.TableInfo;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Schema;
import reactor.core.publisher.Flux;

/**
 * A query whose first batch, or end, is at hand.
 *
 * @param schema of the batches
 * @param columns with the engine's names of their types
 * @param batches one subscriber, who closes them. Loads only what is requested; signals come on the engine's workers, one at a
 *     time; cancelling frees everything. Errors are {@link io.dataprism.core.error.DataPrismException}
 */
public record OpenedQuery(String id, Schema schema, List<TableInfo.Column> columns, Flux<Batch> batches) {}
