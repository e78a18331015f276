package io.dataprism.plugins.validator;

import java.util.List;
import org.apache.arrow.vector.FieldVector;

/**
 * The value is in a column of a table.
 *
 * @param known the values of that column, filled before the first row is checked
 */
record Referential(String table, String column, HashedValues known) implements Check {

    @Override
    public boolean holds(List<FieldVector> columns, int row) {
        return known.contains(columns, row);
    }

    @Override
    public String wanted() {
        return "be in column '" + column + "' of the table '" + table + "'";
    }

    /** The query for what is known. */
    String query() {
        return "SELECT DISTINCT " + quoted(column) + " FROM " + quoted(table) + " WHERE " + quoted(column)
                + " IS NOT NULL";
    }

    private static String quoted(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }
}
