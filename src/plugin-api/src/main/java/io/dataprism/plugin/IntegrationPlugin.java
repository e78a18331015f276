package io.dataprism.plugin;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A plugin that reads and writes data elsewhere: category {@code integration}.
 *
 * <p>Operations with these names in the manifest have a method of their own; others are {@link Plugin#execute}.
 *
 * <table>
 * <caption>Well-known operations</caption>
 * <tr><th>operation</th><th>kind</th><th>method</th></tr>
 * <tr><td>{@code test-connection}</td><td>value</td><td>{@link #testConnection}</td></tr>
 * <tr><td>{@code discover}</td><td>value</td><td>{@link #discover}</td></tr>
 * <tr><td>{@code read}</td><td>dataset</td><td>{@link #read}, with {@code params.table}</td></tr>
 * <tr><td>{@code write}</td><td>value, with an input</td><td>{@link #write}, with {@code params.table}</td></tr>
 * </table>
 */
public interface IntegrationPlugin extends Plugin {

    /** Whether the other side can be reached with the configuration as it is. What can be said is a report, not a failure. */
    default Mono<ConnectionReport> testConnection() {
        return discover().map(tables -> new ConnectionReport(true, tables.size() + " tables."));
    }

    /** The tables on the other side, with their columns. */
    default Mono<List<RemoteTable>> discover() {
        return Mono.error(PluginException.unknownOperation("discover"));
    }

    /**
     * Reads a table.
     *
     * @param table a name that {@link #discover} answers
     * @param params JSON values: all that the caller gave
     * @param checkpoint where the last read ended; the plugin that can resume begins there
     * @return batches, all of one schema; the host closes them
     */
    default Flux<Batch> read(String table, Map<String, @Nullable Object> params, Checkpoint checkpoint) {
        return Flux.error(PluginException.unknownOperation("read"));
    }

    /**
     * Writes to a table: all of it or, where the other side cannot do that, as the plugin's documentation says.
     *
     * @param data batches of one schema. Close each batch.
     * @param params JSON values: all that the caller gave
     */
    default Mono<WriteReport> write(String table, Flux<Batch> data, Map<String, @Nullable Object> params) {
        return Mono.error(PluginException.unknownOperation("write"));
    }
}
