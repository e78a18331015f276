package io.dataprism.plugins.csvfolder;

import io.dataprism.plugin.Batch;
import io.dataprism.plugin.Checkpoint;
import io.dataprism.plugin.ConnectionReport;
import io.dataprism.plugin.DataService.LoadMode;
import io.dataprism.plugin.IntegrationPlugin;
import io.dataprism.plugin.PluginContext;
import io.dataprism.plugin.PluginException;
import io.dataprism.plugin.RemoteTable;
import io.dataprism.plugin.TableInfo;
import io.dataprism.plugin.WriteReport;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * A folder of CSV files: the operations {@code test-connection}, {@code discover}, {@code read}, {@code write}, {@code load}
 * and {@code sync}, which also comes by itself where the settings say so: the kernel does not let a plugin watch a folder.
 */
public final class CsvFolder implements IntegrationPlugin {

    private static final String MOUNT = "csv";
    private static final Duration POLL_PERIOD = Duration.ofSeconds(5);
    /** Longer than the operation {@code write} may take. */
    private static final Duration LEFTOVER_AGE = Duration.ofMinutes(15);

    private static final String CHANGED_ONLY = "changedOnly";

    private final BufferAllocator allocator = new RootAllocator();
    private final AtomicBoolean syncing = new AtomicBoolean();
    private volatile Disposable polling = Disposables.disposed();
    private @Nullable PluginContext context;
    private volatile Settings settings = Settings.of(Map.of());

    @Override
    public Mono<Void> initialize(PluginContext context) {
        return Mono.defer(() -> {
            this.context = context;
            return configure(context.configuration());
        });
    }

    @Override
    public Mono<Void> configure(Map<String, @Nullable Object> values) {
        return Mono.fromRunnable(() -> settings = Settings.of(values));
    }

    @Override
    public Mono<Void> activate() {
        return Mono.fromRunnable(() -> polling = Disposables.composite(
                Flux.interval(Duration.ZERO, LEFTOVER_AGE)
                        .onBackpressureDrop()
                        .publishOn(Schedulers.boundedElastic(), 1)
                        .subscribe(tick -> sweep()),
                Flux.interval(POLL_PERIOD)
                        .onBackpressureDrop()
                        .concatMap(tick -> poll(), 1)
                        .subscribe()));
    }

    void sweep() {
        try {
            folder().sweep(LEFTOVER_AGE);
        } catch (PluginException failure) {
            context().logger().warn("What cut writes may have left stays: " + failure.getMessage());
        }
    }

    /** A load under way leaves its table as it was. */
    @Override
    public Mono<Void> deactivate() {
        return Mono.fromRunnable(() -> polling.dispose());
    }

    /** Empty where the settings do not ask for it, or a sync is under way. */
    Mono<Object> poll() {
        return settings.autoLoad() && !syncing.get()
                ? sync().onErrorResume(failure -> {
                    context().logger().warn("The folder was not looked at: " + failure.getMessage());
                    return Mono.empty();
                })
                : Mono.empty();
    }

    @Override
    public Mono<Void> cleanup() {
        return Mono.fromRunnable(allocator::close);
    }

    @Override
    public Mono<ConnectionReport> testConnection() {
        return discover()
                .map(files -> new ConnectionReport(true, files.size() + " files."))
                .onErrorResume(
                        PluginException.class,
                        failure ->
                                Mono.just(new ConnectionReport(false, failure.code() + ": " + failure.getMessage())));
    }

    /** With the columns of the header; their types are known when a file is read. */
    @Override
    public Mono<List<RemoteTable>> discover() {
        return Mono.fromCallable(() -> {
                    Folder folder = folder();
                    return folder.files().stream()
                            .map(file -> new RemoteTable(file.name(), columns(folder, file), null, true))
                            .toList();
                })
                .subscribeOn(Schedulers.boundedElastic());
    }

    private List<RemoteTable.Column> columns(Folder folder, CsvFile file) {
        try (CsvSource source = folder.open(file)) {
            return source.pass().parser().header().stream()
                    .map(name -> new RemoteTable.Column(name, "text", true))
                    .toList();
        } catch (IOException failure) {
            throw Folder.failed("read", file.name(), failure);
        } catch (PluginException unreadable) {
            context().logger().warn(String.valueOf(unreadable.getMessage()));
            return List.of();
        }
    }

    @Override
    public Flux<Batch> read(String table, Map<String, @Nullable Object> params, Checkpoint checkpoint) {
        return Flux.defer(() -> {
            Object known = Boolean.TRUE.equals(params.get(CHANGED_ONLY)) ? checkpoint.value() : null;
            return new CsvReading(folder(), CsvFile.named(table), types(params), known)
                    .batches(allocator, (state, digest) -> checkpoint.reached(state.toJson(digest)));
        });
    }

    /** What was written counts as loaded, so that it does not come back as a table by itself. */
    @Override
    public Mono<WriteReport> write(String table, Flux<Batch> data, Map<String, @Nullable Object> params) {
        return Mono.defer(() -> {
            CsvFile file = CsvFile.named(table);
            return CsvWrite.of(folder(), file, "replace".equals(params.get("mode")), data)
                    .flatMap(written -> known().keep(file, written.state(), written.digest())
                            .thenReturn(new WriteReport(table, written.rows())));
        });
    }

    @Override
    public Mono<Object> execute(String operation, Map<String, @Nullable Object> params) {
        return switch (operation) {
            case "load" -> Mono.defer(() -> load(params));
            case "sync" -> sync();
            default -> Mono.error(PluginException.unknownOperation(operation));
        };
    }

    private Mono<Object> load(Map<String, @Nullable Object> params) {
        CsvFile file = CsvFile.named(String.valueOf(params.get("table")));
        String into = params.get("into") instanceof String name ? name : file.table(settings.tablePrefix());
        LoadMode mode = LoadMode.valueOf(
                String.valueOf(params.getOrDefault("mode", "create")).toUpperCase(Locale.ROOT));
        Flux<Batch> rows =
                new CsvReading(folder(), file, types(params), null).batches(allocator, (state, digest) -> {});
        return context().services().data().load(into, mode, rows).map(CsvFolder::report);
    }

    private static Object report(TableInfo loaded) {
        Map<String, @Nullable Object> report = new LinkedHashMap<>();
        report.put("table", loaded.name());
        report.put("version", loaded.version());
        report.put("rows", loaded.rows());
        return report;
    }

    /** One at a time; its place is free again before its answer is seen. */
    private Mono<Object> sync() {
        return Mono.using(
                this::beginSync,
                held -> new Sync(
                                folder(),
                                settings,
                                context().services().data(),
                                known(),
                                context().logger(),
                                allocator)
                        .run(),
                held -> held.set(false),
                true);
    }

    private AtomicBoolean beginSync() {
        if (!syncing.compareAndSet(false, true)) {
            throw new PluginException(
                    "QUOTA_EXCEEDED", "The files are being looked at already; ask again when that has ended.");
        }
        return syncing;
    }

    private static Map<String, ColumnType> types(Map<String, @Nullable Object> params) {
        Map<String, ColumnType> types = new LinkedHashMap<>();
        if (params.get("types") instanceof Map<?, ?> asked) {
            asked.forEach(
                    (column, type) -> types.put(String.valueOf(column), ColumnType.valueOf(String.valueOf(type))));
        }
        return types;
    }

    private Known known() {
        return new Known(context().services().storage());
    }

    private Folder folder() {
        return new Folder(context().mount(MOUNT));
    }

    private PluginContext context() {
        return Objects.requireNonNull(context, "initialize() comes before everything else");
    }
}
