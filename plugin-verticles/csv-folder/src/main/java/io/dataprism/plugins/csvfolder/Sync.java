package io.dataprism.plugins.csvfolder;

import io.dataprism.plugin.Batch;
import io.dataprism.plugin.DataService;
import io.dataprism.plugin.DataService.LoadMode;
import io.dataprism.plugin.PluginException;
import io.dataprism.plugin.PluginLogger;
import io.dataprism.plugin.TableInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Loads the files that have changed since they were loaded, one after another, each into a table of its own name. A file that
 * cannot be loaded does not keep the others from it.
 */
final class Sync {

    private final Folder folder;
    private final Settings settings;
    private final DataService data;
    private final Known known;
    private final PluginLogger logger;
    private final BufferAllocator allocator;

    Sync(
            Folder folder,
            Settings settings,
            DataService data,
            Known known,
            PluginLogger logger,
            BufferAllocator allocator) {
        this.folder = folder;
        this.settings = settings;
        this.data = data;
        this.known = known;
        this.logger = logger;
        this.allocator = allocator;
    }

    /** What became of a file; {@code loaded}, {@code unchanged}, {@code unsettled} or {@code failed}. */
    private record Outcome(String state, Map<String, @Nullable Object> detail) {}

    /** Looks at all files once, and answers {@code {loaded, failed, unchanged, unsettled}}. */
    Mono<Object> run() {
        return Mono.fromCallable(folder::files)
                .subscribeOn(Schedulers.boundedElastic())
                .delayUntil(known::forgetAllBut)
                .flatMapIterable(files -> tables(files).entrySet())
                .concatMap(each -> table(each.getKey(), each.getValue()), 1)
                .collectList()
                .map(Sync::report);
    }

    /** Each table with its files: two where their names differ in what tables do not tell apart. */
    private Map<String, List<CsvFile>> tables(List<CsvFile> files) {
        Map<String, List<CsvFile>> tables = new LinkedHashMap<>();
        files.forEach(file -> tables.computeIfAbsent(file.table(settings.tablePrefix()), first -> new ArrayList<>())
                .add(file));
        return tables;
    }

    private Mono<Outcome> table(String table, List<CsvFile> files) {
        CsvFile file = files.getFirst();
        if (files.size() > 1) {
            return Mono.just(failed(
                    file,
                    new PluginException(
                            "REQUEST_INVALID",
                            "The files " + files + " would all be the table '" + table + "': rename all but one.")));
        }
        return known.of(file)
                .publishOn(Schedulers.boundedElastic())
                .flatMap(before -> {
                    FileState state = folder.state(file);
                    if (before.isPresent() && state.isOf(before.get())) {
                        return Mono.just(new Outcome("unchanged", Map.of()));
                    }
                    if (!state.isSettled(settings.settle())) {
                        return Mono.just(new Outcome("unsettled", Map.of()));
                    }
                    return changed(file, table, before.orElse(null));
                })
                .onErrorResume(PluginException.class, failure -> Mono.just(failed(file, failure)));
    }

    /** By time or size; the content says whether it is so. */
    private Mono<Outcome> changed(CsvFile file, String table, @Nullable Object before) {
        return Mono.fromCallable(() -> {
                    try (CsvSource source = folder.open(file)) {
                        return Map.entry(source.state(), source.pass().digest());
                    }
                })
                .flatMap(now -> now.getValue().equals(FileState.digest(before))
                        ? known.keep(file, now.getKey(), now.getValue()).thenReturn(new Outcome("unchanged", Map.of()))
                        : load(file, table));
    }

    private Mono<Outcome> load(CsvFile file, String table) {
        AtomicReference<Map.@Nullable Entry<FileState, String>> read = new AtomicReference<>();
        var rows = new CsvReading(folder, file, Map.of(), null)
                .batches(allocator, (state, digest) -> read.set(Map.entry(state, digest)));
        return into(table, rows).flatMap(loaded -> {
            Map<String, @Nullable Object> detail = new LinkedHashMap<>();
            detail.put("file", file.name());
            detail.put("table", loaded.name());
            detail.put("rows", loaded.rows());
            detail.put("version", loaded.version());
            var whole = Objects.requireNonNull(read.get(), "a load that went well has read the whole file");
            return known.keep(file, whole.getKey(), whole.getValue()).thenReturn(new Outcome("loaded", detail));
        });
    }

    /** A table of that name that somebody else made is not this file's to replace. */
    private Mono<TableInfo> into(String table, Flux<Batch> rows) {
        return known.hasMade(table)
                .flatMap(ours -> ours
                        ? data.load(table, LoadMode.REPLACE, rows)
                        : data.load(table, LoadMode.CREATE, rows)
                                .delayUntil(loaded -> known.made(table))
                                .onErrorMap(PluginException.class, failure -> notOurs(table, failure)));
    }

    private static PluginException notOurs(String table, PluginException failure) {
        return !failure.code().equals("TABLE_EXISTS")
                ? failure
                : new PluginException(
                        failure.code(),
                        "The table '" + table
                                + "' was there before, and sync replaces only tables that it has made itself:"
                                + " set tablePrefix, rename the file, or delete the table.",
                        failure);
    }

    private Outcome failed(CsvFile file, PluginException failure) {
        logger.warn("The file '" + file + "' was not loaded: " + failure.getMessage());
        Map<String, @Nullable Object> detail = new LinkedHashMap<>();
        detail.put("file", file.name());
        detail.put("code", failure.code());
        detail.put("detail", failure.getMessage());
        return new Outcome("failed", detail);
    }

    private static Object report(List<Outcome> outcomes) {
        Map<String, List<Object>> details = new HashMap<>();
        outcomes.forEach(each -> details.computeIfAbsent(each.state(), first -> new ArrayList<>())
                .add(each.detail()));
        Map<String, @Nullable Object> report = new LinkedHashMap<>();
        report.put("loaded", details.getOrDefault("loaded", List.of()));
        report.put("failed", details.getOrDefault("failed", List.of()));
        report.put("unchanged", details.getOrDefault("unchanged", List.of()).size());
        report.put("unsettled", details.getOrDefault("unsettled", List.of()).size());
        return report;
    }
}
