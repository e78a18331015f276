package io.dataprism.gateway.live;

import io.dataprism.plugin.Batch;
import io.dataprism.plugin.TableInfo;
import java.util.List;

/** Writes rows as the contract's JSON values; the gateway has it for NDJSON and lends it. */
@FunctionalInterface
public interface RowsEncoder {

    /** The rows as one JSON array of objects. Does not close the batch. */
    String encode(Batch batch, List<TableInfo.Column> columns);
}
