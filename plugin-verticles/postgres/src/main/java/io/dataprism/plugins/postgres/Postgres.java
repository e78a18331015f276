package io.dataprism.plugins.postgres;

import io.dataprism.plugin.Batch;
import io.dataprism.plugin.Checkpoint;
import io.dataprism.plugin.ConnectionReport;
import io.dataprism.plugin.DataService.LoadMode;
import io.dataprism.plugin.IntegrationPlugin;
import io.dataprism.plugin.PluginContext;
import io.dataprism.plugin.PluginException;
import io.dataprism.plugin.RemoteTable;
import io.dataprism.plugin.StorageService;
import io.dataprism.plugin.TableInfo;
import io.dataprism.plugin.WriteReport;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A PostgreSQL server: the operations {@code test-connection}, {@code discover}, {@code read}, {@code write} and {@code load}. */
public final class Postgres implements IntegrationPlugin {

    private static final String LOAD = "load";
    /** As many as one page of keys tells. */
    private static final int MOST_SOURCES = 1_000;

    private final BufferAllocator allocator = new RootAllocator();
    private @Nullable PluginContext context;
    private volatile @Nullable Sessions sessions;

    @Override
    public Mono<Void> initialize(PluginContext context) {
        return Mono.defer(() -> {
            this.context = context;
            return configure(context.configuration());
        });
    }

    /** Calls under way go on with the settings that they began with. */
    @Override
    public Mono<Void> configure(Map<String, @Nullable Object> settings) {
        return Mono.fromRunnable(() -> {
            PluginContext door = context();
            Sessions before = sessions;
            sessions = settings.isEmpty()
                    ? null
                    : new Sessions(
                            Settings.of(settings),
                            door.services().network().socketFactory(),
                            door.directory(),
                            door.logger());
            if (before != null) {
                before.close();
            }
        });
    }

    @Override
    public Mono<Void> cleanup() {
        return configure(Map.of()).then(Mono.fromRunnable(allocator::close));
    }

    /** Whatever keeps the server away is told in the report. */
    @Override
    public Mono<ConnectionReport> testConnection() {
        return Mono.defer(() -> {
                    Sessions all = sessions();
                    Session session = all.open();
                    return session.once(() -> ServerCatalog.report(session.connection(), all.settings()));
                })
                .onErrorResume(failure -> {
                    PluginException told = Failures.of("answer", failure);
                    return Mono.just(new ConnectionReport(false, told.code() + ": " + told.getMessage()));
                });
    }

    @Override
    public Mono<List<RemoteTable>> discover() {
        return Mono.defer(() -> {
                    Session session = sessions().open();
                    return session.once(() -> ServerCatalog.tables(session.connection()));
                })
                .onErrorMap(failure -> Failures.of("list its tables", failure));
    }

    /** The connection is opened by whoever subscribes: on the call's own thread. */
    @Override
    public Flux<Batch> read(String table, Map<String, @Nullable Object> params, Checkpoint checkpoint) {
        return Flux.defer(() -> {
            Sessions all = sessions();
            ReadQuery query = ReadQuery.of(all.settings(), table, params, checkpoint.value());
            return TableCursor.batches(all.open(), query, allocator, checkpoint);
        });
    }

    @Override
    public Mono<WriteReport> write(String table, Flux<Batch> data, Map<String, @Nullable Object> params) {
        return Mono.defer(() -> {
            WriteMode mode = WriteMode.of(params.get("mode"));
            return TableWrite.of(sessions().open(), TableName.of(table), mode, data);
        });
    }

    @Override
    public Mono<Object> execute(String operation, Map<String, @Nullable Object> params) {
        return operation.equals(LOAD) ? load(params) : Mono.error(PluginException.unknownOperation(operation));
    }

    /** From the server into a table of the engine. How far it has come is kept once the engine has the rows. */
    private Mono<Object> load(Map<String, @Nullable Object> params) {
        String table = String.valueOf(params.get("table"));
        String into = String.valueOf(params.get("into"));
        LoadMode mode = LoadMode.valueOf(
                String.valueOf(params.getOrDefault("mode", "create")).toUpperCase(Locale.ROOT));
        if (params.get("incremental") == null) {
            return loadFrom(table, into, mode, params, new LoadCheckpoint(null));
        }
        return Mono.defer(() -> {
            String key = LoadCheckpoint.key(into, sessions().settings().source(TableName.of(table)));
            var storage = context().services().storage();
            // waits on the call's own thread, on which the connection is to be opened too
            Object kept = mode == LoadMode.APPEND ? storage.get(key).block() : null;
            LoadCheckpoint checkpoint = new LoadCheckpoint(kept);
            return loadFrom(table, into, mode, params, checkpoint)
                    .flatMap(report -> checkpoint.last() == null
                            ? Mono.just(report)
                            : (mode == LoadMode.APPEND ? Mono.empty() : forget(into))
                                    .then(storage.set(key, checkpoint.last()))
                                    .thenReturn(report));
        });
    }

    /** The rows of whatever was loaded into that table before are gone. */
    private Mono<Void> forget(String into) {
        var storage = context().services().storage();
        return storage.list(LoadCheckpoint.keys(into), null, MOST_SOURCES)
                .flatMapIterable(StorageService.Page::keys)
                .concatMap(storage::delete)
                .then();
    }

    private Mono<Object> loadFrom(
            String table, String into, LoadMode mode, Map<String, @Nullable Object> params, LoadCheckpoint checkpoint) {
        return context()
                .services()
                .data()
                .load(into, mode, read(table, params, checkpoint))
                .map(Postgres::report);
    }

    private static Object report(TableInfo loaded) {
        Map<String, @Nullable Object> report = new LinkedHashMap<>();
        report.put("table", loaded.name());
        report.put("version", loaded.version());
        report.put("rows", loaded.rows());
        return report;
    }

    private Sessions sessions() {
        Sessions configured = sessions;
        if (configured == null) {
            throw new PluginException(
                    "REQUEST_INVALID",
                    "The plugin is not configured: PUT .../configuration with host, port, database, user and password.");
        }
        return configured;
    }

    private PluginContext context() {
        return Objects.requireNonNull(context, "initialize() comes before everything else");
    }
}
