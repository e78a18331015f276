package io.dataprism.core.engine;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.plugin.Batch;
import io.dataprism.plugin.TableInfo;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * One statement on its way through an engine. Everything blocks and is for one thread at a time, in the order {@link #open()},
 * {@link #next()} until null, {@link #close()}; but {@link #interrupt()} and {@link #percent()} may come from any other thread.
 */
public interface QueryRun {

    /** Checks the statement and runs it until it has something to read. */
    void open() throws Exception;

    /** Of the batches; only after {@link #open()}. */
    Schema schema();

    /** With the engine's names of their types; only after {@link #open()}. */
    List<TableInfo.Column> columns();

    /** The next batches, at least one, each of at most 2 MiB as far as its rows can be parted; null at the end. */
    @Nullable
    List<Batch> next() throws Exception;

    /** Whether the last batches were short, so that the next call finds the end without waiting for more. */
    default boolean isEndNear() {
        return false;
    }

    /** How far the engine is, 0 to 100; 0 where it does not tell. */
    double percent();

    /** Makes whoever is inside fail now. May block for some milliseconds. */
    void interrupt();

    /** Frees everything but the batches that are still out. Once, also where {@link #open()} has failed or was not called. */
    void close();

    /** What a failure of {@link #open()} or {@link #next()} is in the words of the contract. */
    DataPrismException explain(Exception failure);
}
