package io.dataprism.core.confinement;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.plugin.Batch;
import io.dataprism.plugin.Event;
import io.dataprism.plugin.PluginLogger;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Refuses everything: for a child that has no business with the host. */
final class ClosedDoor implements HostDoor {

    private static DataPrismException refused() {
        return new DataPrismException(
                ErrorCode.PERMISSION_DENIED, "This process may ask for nothing.", "Run the plugin on a node.");
    }

    @Override
    public Mono<Object> request(@Nullable String servingCallId, String address, Map<String, @Nullable Object> body) {
        return Mono.error(refused());
    }

    @Override
    public Flux<Batch> query(@Nullable String servingCallId, String sql, List<@Nullable Object> parameters) {
        return Flux.error(refused());
    }

    @Override
    public Flux<Event> subscribe(@Nullable String servingCallId, String pattern) {
        return Flux.error(refused());
    }

    @Override
    public Mono<Object> load(@Nullable String servingCallId, String table, String mode, Flux<Batch> batches) {
        return Mono.error(refused());
    }

    @Override
    public Mono<HostStream> connect(@Nullable String servingCallId, String host, int port) {
        return Mono.error(refused());
    }

    @Override
    public Flux<Event> messages() {
        return Flux.never();
    }

    @Override
    public void failed(Unheard failure) {
        // nobody follows the events of a child without a node
    }

    @Override
    public void log(PluginLogger.Level level, String message, Map<String, @Nullable Object> fields) {
        // its last lines of standard error are kept by who watches its end
    }
}
