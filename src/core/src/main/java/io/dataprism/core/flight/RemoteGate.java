package io.dataprism.core.flight;

import io.dataprism.core.dataset.StatementParser;
import io.dataprism.core.dataset.gate.StatementGate;
import io.dataprism.core.permission.TableScope;
import java.util.List;

/** The same rules as before DuckDB: its parser, our lists; and a text that the server cannot read otherwise. Any thread. */
final class RemoteGate implements AutoCloseable {

    private final StatementGate gate = new StatementGate();
    private final StatementParser parser = StatementParser.open();

    /** What may be sent. Fails as {@link StatementGate#check} and {@link PortableText#check} do. */
    String check(String sql, RemoteTables.Known known, TableScope scope) {
        List<String> names = List.copyOf(known.tables().keySet());
        String approved = gate.check(sql, parser, names, known.tables()::containsKey, scope);
        PortableText.check(approved);
        return approved;
    }

    @Override
    public void close() {
        parser.close();
    }
}
