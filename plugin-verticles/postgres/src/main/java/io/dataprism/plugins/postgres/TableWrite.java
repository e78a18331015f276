package io.dataprism.plugins.postgres;

import io.dataprism.plugin.Batch;
import io.dataprism.plugin.Batches;
import io.dataprism.plugin.PluginException;
import io.dataprism.plugin.WriteReport;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.stream.Collectors;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A write in one transaction: {@code COPY}, which the commit at the end makes seen. Used on the session's thread. */
final class TableWrite {

    private static final int AHEAD_BATCHES = 2;

    private final Session session;
    private final TableName table;
    private final WriteMode mode;
    private final CopyRows pending = new CopyRows();
    private @Nullable CopyIn copy;

    private TableWrite(Session session, TableName table, WriteMode mode) {
        this.session = session;
        this.table = table;
        this.mode = mode;
    }

    /** Writes all of it or nothing; the session ends with it. */
    static Mono<WriteReport> of(Session session, TableName table, WriteMode mode, Flux<Batch> batches) {
        TableWrite write = new TableWrite(session, table, mode);
        Flux<Batch> here = batches.publishOn(session.scheduler(), AHEAD_BATCHES).doOnDiscard(Batch.class, Batch::close);
        return Batches.forEach(here, write::add)
                // a failure of the batches may come on any thread
                .materialize()
                .publishOn(session.scheduler())
                .<Void>dematerialize()
                .then(Mono.fromCallable(write::finish))
                .onErrorMap(failure -> Failures.of("write '" + table + "'", failure))
                .doOnTerminate(session::close)
                .doOnCancel(session::abandon);
    }

    private void add(Batch batch) {
        try {
            session.work(() -> {
                CopyIn to = open(batch.schema());
                for (int row = 0; row < batch.rowCount(); row++) {
                    pending.add(batch, row);
                    if (pending.isFull()) {
                        send(to);
                    }
                }
                return to;
            });
        } catch (Exception failure) {
            throw Failures.of("write '" + table + "'", failure);
        }
    }

    private void send(CopyIn to) throws SQLException {
        byte[] bytes = pending.take();
        to.writeToCopy(bytes, 0, bytes.length);
    }

    private WriteReport finish() throws Exception {
        return session.work(() -> {
            CopyIn to = copy;
            if (to == null) {
                throw PluginException.invalidParameter("input", "has no columns: it needs a batch at least");
            }
            send(to);
            long rows = to.endCopy();
            session.connection().commit();
            return new WriteReport(table.toString(), rows);
        });
    }

    /** Begins with the first batch, which says what the columns are. */
    private CopyIn open(Schema schema) throws SQLException {
        CopyIn open = copy;
        if (open == null) {
            Connection connection = session.connection();
            connection.setAutoCommit(false);
            prepare(connection, schema);
            String columns = schema.getFields().stream()
                    .map(field -> TableName.quote(field.getName()))
                    .collect(Collectors.joining(", "));
            open = connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn("COPY " + table.quoted() + " (" + columns + ") FROM STDIN");
            copy = open;
        }
        return open;
    }

    private void prepare(Connection connection, Schema schema) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            if (mode == WriteMode.REPLACE && isThere(connection)) {
                statement.execute("TRUNCATE TABLE " + table.quoted());
            } else if (mode != WriteMode.APPEND) {
                statement.execute("CREATE TABLE " + table.quoted() + " ("
                        + schema.getFields().stream()
                                .map(field -> TableName.quote(field.getName()) + " " + WrittenTypes.of(field))
                                .collect(Collectors.joining(", "))
                        + ")");
            }
        }
    }

    private boolean isThere(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT to_regclass(?) IS NOT NULL")) {
            statement.setString(1, table.quoted());
            try (ResultSet found = statement.executeQuery()) {
                return found.next() && found.getBoolean(1);
            }
        }
    }
}
