package io.dataprism.core.dataset.gate;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.permission.Permission;

/** What the gate says no with. */
final class Refusals {

    private static final String READ_ONLY_HINT =
            "Send one SELECT, FROM, VALUES, WITH, DESCRIBE, SUMMARIZE or SHOW TABLES over tables of GET /v1/tables.";

    private Refusals() {}

    static DataPrismException notAllowed(String what) {
        return new DataPrismException(
                ErrorCode.QUERY_NOT_ALLOWED, "The query was refused: " + what + ".", READ_ONLY_HINT);
    }

    static DataPrismException invalid(String what, int position) {
        return new DataPrismException(
                        ErrorCode.QUERY_INVALID,
                        "The query is not valid: " + what + ".",
                        "Correct the statement at character " + position + ".")
                .with("position", position);
    }

    static DataPrismException tableNotFound(String table) {
        return new DataPrismException(
                ErrorCode.TABLE_NOT_FOUND,
                "The query reads '" + table + "', and there is no such table.",
                "GET /v1/tables lists the tables; a file is read by loading it with PUT /v1/tables/{name} first.");
    }

    static DataPrismException outsideScope(String table) {
        Permission needed = new Permission(Permission.Resource.DATA, Permission.Access.READ, table);
        return new DataPrismException(
                        ErrorCode.PERMISSION_DENIED,
                        "The query reads table '" + table + "', which the caller may not read: data read '" + table
                                + "' is missing.",
                        "Ask an operator for the permission data read '" + table
                                + "', or for a token whose tables include it.")
                .with(Permission.NEEDED, needed.toMap());
    }
}
