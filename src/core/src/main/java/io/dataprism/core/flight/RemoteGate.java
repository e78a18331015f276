package io.dataprism.core.flight;

import io.dataprism.core.dataset.StatementParser;
import io.dataprism.core.dataset.gate.ApprovedStatement;
import io.dataprism.core.dataset.gate.StatementGate;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.permission.TableScope;
import java.util.List;

/** The same rules as before DuckDB: its parser, our lists; and a text that the server cannot read otherwise. Any thread. */
final class RemoteGate implements AutoCloseable {

    private final StatementGate gate = new StatementGate();
    private final StatementParser parser = StatementParser.open();

    /** What may be sent. Fails as {@link StatementGate#check} and {@link PortableText#check} do. */
    String check(String sql, RemoteTables.Known known, TableScope scope) {
        List<String> names = List.copyOf(known.tables().keySet());
        ApprovedStatement approved = gate.check(sql, parser, names, known.tables()::containsKey, scope);
        if (!approved.versions().isEmpty()) {
            throw new DataPrismException(
                    ErrorCode.QUERY_NOT_ALLOWED,
                    "The query was refused: versions of a table (AT) cannot be queried where the engine is flight-sql.",
                    "Read the table as it is now.");
        }
        PortableText.check(approved.sql());
        return approved.sql();
    }

    @Override
    public void close() {
        parser.close();
    }
}
