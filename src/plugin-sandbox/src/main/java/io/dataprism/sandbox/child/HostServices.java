package io.dataprism.sandbox.child;

import io.dataprism.plugin.Batch;
import io.dataprism.plugin.DataService;
import io.dataprism.plugin.MetricsService;
import io.dataprism.plugin.NetworkService;
import io.dataprism.plugin.Services;
import io.dataprism.plugin.TableInfo;
import io.dataprism.sandbox.frame.Json;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The host's services: each a request to an address of the bus. */
final class HostServices implements Services, DataService {

    private final HostRequests requests;
    private final MetricsService metrics = new MetricsService(this);

    HostServices(HostRequests requests) {
        this.requests = requests;
    }

    /** One for all, so that what is measured is sent together. */
    @Override
    public MetricsService metrics() {
        return metrics;
    }

    @Override
    public NetworkService network() {
        return new NetworkService(this, new HostSocketFactory(requests));
    }

    @Override
    public DataService data() {
        return this;
    }

    @Override
    public Mono<Object> callPlugin(String plugin, String operation, Map<String, @Nullable Object> params) {
        return call("dataprism.plugin." + plugin, Map.of("operation", operation, "params", params));
    }

    @Override
    public Mono<Object> call(String address, Map<String, @Nullable Object> body) {
        return requests.request(address, body);
    }

    @Override
    public Flux<Batch> query(String sql, @Nullable Object... parameters) {
        return requests.query(sql, Arrays.asList(parameters));
    }

    @Override
    public Mono<List<TableInfo>> tables() {
        return call("dataprism.service.data.tables", Map.of()).map(HostServices::tablesOf);
    }

    @Override
    public Mono<TableInfo> table(String name) {
        return call("dataprism.service.data.table", Map.of("name", name)).map(HostServices::tableOf);
    }

    @Override
    public Mono<TableInfo> load(String name, LoadMode mode, Flux<Batch> batches) {
        return requests.load(name, mode.name(), batches).map(HostServices::tableOf);
    }

    private static List<TableInfo> tablesOf(Object reply) {
        Object list = reply instanceof Map<?, ?> map ? map.get("tables") : reply;
        List<TableInfo> tables = new ArrayList<>();
        if (list instanceof List<?> entries) {
            entries.forEach(entry -> tables.add(tableOf(entry)));
        }
        return List.copyOf(tables);
    }

    private static TableInfo tableOf(@Nullable Object reply) {
        Map<String, @Nullable Object> table = Json.object(reply);
        List<TableInfo.Column> columns = new ArrayList<>();
        if (table.get("columns") instanceof List<?> entries) {
            for (Object entry : entries) {
                Map<String, @Nullable Object> column = Json.object(entry);
                columns.add(new TableInfo.Column(Json.text(column, "name"), Json.text(column, "type")));
            }
        }
        return new TableInfo(
                Json.text(table, "name"),
                Json.number(table, "version").longValue(),
                Json.number(table, "rows").longValue(),
                Json.number(table, "bytes").longValue(),
                columns);
    }
}
