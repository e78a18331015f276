package io.dataprism.core.dataset;

import io.dataprism.core.dataset.gate.ApprovedStatement;
import io.dataprism.core.dataset.gate.ApprovedStatements;
import io.dataprism.core.dataset.gate.StatementGate;
import io.dataprism.core.engine.QuerySpec;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.sql.SQLException;
import java.util.function.BooleanSupplier;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * Passes the statements of an engine through the gate, on a connection of theirs that then sees what they may read. Blocks; any
 * thread.
 *
 * @param alone whether the engine runs nothing but the query that asks
 */
record Approval(
        StatementGate gate, ApprovedStatements known, TableViews views, FatalStatements fatal, BooleanSupplier alone) {

    /** What is to be prepared for a query; refused as {@link StatementGate#check} and {@link TableViews#show} say. */
    ApprovedStatement of(QuerySpec spec, DuckDBConnection own) throws SQLException {
        fatal.requireOther(spec.sql());
        ApprovedStatement approved =
                known.get(spec.sql(), spec.scope(), views.catalog().revision(), () -> check(spec, own));
        views.show(own, approved.versions());
        return approved;
    }

    /** What was approved for the same before, under the catalog of now, if it needs no more than to be prepared. */
    @Nullable
    ApprovedStatement known(QuerySpec spec) {
        fatal.requireOther(spec.sql());
        ApprovedStatement approved =
                known.find(spec.sql(), spec.scope(), views.catalog().revision());
        return approved == null || !approved.versions().isEmpty() ? null : approved;
    }

    /** Replaces an engine that has given up, and blames the statement whose call said so first. */
    void healAfter(LiveDuckDb duckDb, QuerySpec spec, Exception failure) {
        boolean wasAlone = alone.getAsBoolean(); // replacing the engine takes time, in which others end
        if (duckDb.heal(failure) && !EngineFault.isAfterwards(failure)) {
            fatal.blame(spec.sql(), wasAlone);
        }
    }

    private ApprovedStatement check(QuerySpec spec, DuckDBConnection own) {
        TableCatalog catalog = views.catalog();
        return gate.check(
                spec.sql(),
                sql -> StatementParser.parse(own, sql),
                catalog.all().stream().map(TableEntry::name).toList(),
                name -> spec.scope().allows(name) ? views.isTable(name) : catalog.get(name) != null,
                spec.scope());
    }

    /**
     * The statement without what may stand behind it, semicolons and comments, so that it can stand within parentheses.
     *
     * @param sql approved
     */
    static String withoutEnd(DuckDBConnection connection, String sql) {
        String alone = StatementGate.withoutEnd(sql);
        if (!StatementParser.parse(connection, alone).equals(StatementParser.parse(connection, sql))) {
            throw new DataPrismException(
                    ErrorCode.QUERY_INVALID,
                    "The end of the statement is not understood.",
                    "Send the statement alone, without a semicolon or a comment behind it.");
        }
        return alone;
    }
}
