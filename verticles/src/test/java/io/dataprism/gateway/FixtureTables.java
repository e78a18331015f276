package io.dataprism.gateway;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.engine.QueryService.QueryRequest;
import io.dataprism.engine.TableService;
import io.dataprism.plugin.TableInfo;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Tables that are files: versions count, rows are lines. */
final class FixtureTables implements TableService {

    final Map<String, TableInfo> tables = new TreeMap<>();
    final List<QueryRequest> kept = new CopyOnWriteArrayList<>();

    @Override
    public synchronized Future<List<TableInfo>> tables() {
        return Future.succeededFuture(List.copyOf(tables.values()));
    }

    @Override
    public synchronized Future<TableInfo> table(String name) {
        TableInfo table = tables.get(name);
        return table == null
                ? Future.failedFuture(new DataPrismException(ErrorCode.TABLE_NOT_FOUND, "no table " + name, "load it"))
                : Future.succeededFuture(table);
    }

    @Override
    public Future<List<Long>> versions(String name) {
        return table(name).map(table -> List.of(table.version()));
    }

    @Override
    public Future<Void> admitLoad(String name) {
        return Future.succeededFuture();
    }

    @Override
    public synchronized Future<Loaded> load(String name, Mode mode, Format format, Path file, @Nullable Long ifMatch) {
        TableInfo old = tables.get(name);
        if (mode == Mode.CREATE && old != null) {
            return Future.failedFuture(new DataPrismException(ErrorCode.TABLE_EXISTS, name + " exists", "replace it"));
        }
        if (ifMatch != null && (old == null || old.version() != ifMatch)) {
            return Future.failedFuture(new DataPrismException(ErrorCode.PRECONDITION_FAILED, "other version", "read"));
        }
        try {
            long bytes = Files.size(file);
            TableInfo fresh = new TableInfo(
                    name, old == null ? 1 : old.version() + 1, 1, bytes, List.of(new TableInfo.Column("a", "BIGINT")));
            tables.put(name, fresh);
            return Future.succeededFuture(new Loaded(fresh, old == null));
        } catch (IOException e) {
            return Future.failedFuture(e);
        }
    }

    @Override
    public synchronized Future<Loaded> keep(String name, Mode mode, QueryRequest query, @Nullable Long ifMatch) {
        kept.add(query);
        TableInfo old = tables.get(name);
        TableInfo fresh = new TableInfo(
                name, old == null ? 1 : old.version() + 1, 1, 1, List.of(new TableInfo.Column("a", "BIGINT")));
        tables.put(name, fresh);
        return Future.succeededFuture(new Loaded(fresh, old == null));
    }

    @Override
    public synchronized Future<Void> delete(String name, @Nullable Long ifMatch) {
        TableInfo old = tables.get(name);
        if (ifMatch != null && (old == null || old.version() != ifMatch)) {
            return Future.failedFuture(new DataPrismException(ErrorCode.PRECONDITION_FAILED, "other version", "read"));
        }
        return table(name).map(table -> {
            tables.remove(name);
            return null;
        });
    }
}
