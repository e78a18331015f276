package io.dataprism.service;

import io.dataprism.bus.Addresses;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/** {@code network.fetch}: HTTP requests that the host makes for plugins. Sixteen at once for each plugin. */
final class Fetching implements Service {

    private static final int AT_ONCE_LIMIT = 16;
    private static final int CONNECT_MILLIS = 5_000;
    private static final int CONNECTIONS_PER_HOST = 8;
    private static final int HEADER_BYTES = 32 * 1024;

    private final NetworkDoor door;
    private final HttpClient client;
    private final Map<String, Integer> underWay = new HashMap<>();

    Fetching(Vertx vertx, NetworkDoor door) {
        this.door = door;
        this.client = vertx.createHttpClient(
                new HttpClientOptions()
                        .setConnectTimeout(CONNECT_MILLIS)
                        .setMaxHeaderSize(HEADER_BYTES)
                        .setVerifyHost(true),
                new PoolOptions().setHttp1MaxSize(CONNECTIONS_PER_HOST).setMaxWaitQueueSize(AT_ONCE_LIMIT));
    }

    @Override
    public Map<String, Function<ServiceRequest, Future<?>>> addresses() {
        return Map.of(Addresses.NETWORK_FETCH, this::fetch);
    }

    private Future<?> fetch(ServiceRequest request) {
        String plugin = request.plugin();
        if (underWay.getOrDefault(plugin, 0) >= AT_ONCE_LIMIT) {
            throw new DataPrismException(
                    ErrorCode.QUOTA_EXCEEDED,
                    "Plugin " + plugin + " waits for " + AT_ONCE_LIMIT + " answers of the network already.",
                    "Wait for some before asking for more.");
        }
        FetchRun run = new FetchRun(client, door, request);
        underWay.merge(plugin, 1, Integer::sum);
        // begun within a future: what throws at once has to give its place back, too
        return Future.succeededFuture()
                .compose(go -> run.start())
                .onComplete(done -> underWay.computeIfPresent(plugin, (name, count) -> count == 1 ? null : count - 1));
    }

    @Override
    public Future<?> close() {
        return client.close().compose(closed -> door.close());
    }
}
