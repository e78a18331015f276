package io.dataprism.core.dataset;

import io.dataprism.core.engine.DiskSpace;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.plugin.TableInfo;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The refusals of tables, each in one place. */
final class TableProblems {

    static final int NAME_LIMIT = 1_000;

    private static final int SHOWN = 100;

    private TableProblems() {}

    static DataPrismException notFound(String name) {
        return new DataPrismException(
                ErrorCode.TABLE_NOT_FOUND,
                "There is no table '" + name + "'.",
                "GET /v1/tables lists the tables; PUT /v1/tables/{name} makes one.");
    }

    static DataPrismException exists(String name, long version) {
        return new DataPrismException(
                ErrorCode.TABLE_EXISTS,
                "Table '" + name + "' exists already, at version " + version + ".",
                "Load it with mode=replace or mode=append, or choose another name.");
    }

    static DataPrismException otherVersion(String name, long expected, @Nullable TableEntry found) {
        return new DataPrismException(
                ErrorCode.PRECONDITION_FAILED,
                "Table '" + name + "' was to be at version " + expected + " and is "
                        + (found == null
                                ? "absent."
                                : "at version " + found.newest().version() + "."),
                "Read the table again and repeat the request with its current version in If-Match.");
    }

    static DataPrismException noSuchVersion(TableEntry table, long version) {
        long oldest = table.versions().getFirst().version();
        long newest = table.newest().version();
        return new DataPrismException(
                ErrorCode.QUERY_INVALID,
                "The query reads table '" + table.name() + "' AT version " + version + ", and "
                        + (oldest == newest ? newest + " is the one" : oldest + " to " + newest + " are those")
                        + " that can be read.",
                "GET /v1/tables/" + table.name() + " lists the versions; the newest " + TableEntry.VERSIONS_KEPT
                        + " of a table are kept.");
    }

    /** Something was changed by another node each time that it was to be changed here. */
    static DataPrismException changedElsewhere(String name, int times) {
        return new DataPrismException(
                ErrorCode.STATE_CONFLICT,
                "Table '" + name + "' was changed by other nodes meanwhile, " + times
                        + (times == 1 ? " time" : " times") + " in a row.",
                "Repeat the request; with If-Match, read the table again first.");
    }

    static DataPrismException tooLargeToShare(TableEntry table, int bytes, int limit) {
        return new DataPrismException(
                ErrorCode.DATA_INVALID,
                "What the cluster would have to know of table '" + table.name() + "' (columns and files of "
                        + table.versions().size() + " versions) takes " + bytes + " bytes; " + limit + " are possible.",
                "Load it with fewer columns, or drop the table, which forgets its old versions, and load it again.");
    }

    /** The table has come to be, and its files have not come here yet. */
    static DataPrismException onItsWay(String name, long version) {
        return new DataPrismException(
                        ErrorCode.OVERLOADED,
                        "Table '" + name + "' is on its way to this node, at version " + version + ".",
                        "Try again in a moment, or ask another node.")
                .with("retryAfterSeconds", 1);
    }

    /** A file of a version that can be read is not here. */
    static DataPrismException fileElsewhere(String name, long version, Blob file) {
        return new DataPrismException(
                        ErrorCode.NODE_LOST,
                        "Version " + version + " of table '" + name
                                + "' cannot be read on this node yet: it has not got file " + file.sha256()
                                + " of kind tables.",
                        "Try again in a moment; it is fetched as soon as a node that has it is seen.")
                .with("retryAfterSeconds", 1);
    }

    /**
     * The columns of an append are not those of the table.
     *
     * @param typed whether the data says which types it has
     */
    static DataPrismException otherSchema(TableEntry table, List<TableInfo.Column> found, boolean typed) {
        List<TableInfo.Column> expected = table.columns();
        DataPrismException problem = new DataPrismException(
                ErrorCode.DATA_INVALID,
                "The data cannot be appended to table '" + table.name() + "': its columns are " + listed(found, typed)
                        + " and the table's are " + listed(expected, typed) + ".",
                "Send the same columns in the same order, or load with mode=replace.");
        for (int i = 0; i < found.size(); i++) {
            TableInfo.Column own = found.get(i);
            if (i >= expected.size()
                    || !own.name().equals(expected.get(i).name())
                    || typed && !own.type().equals(expected.get(i).type())) {
                return problem.with("column", own.name());
            }
        }
        return problem;
    }

    private static String listed(List<TableInfo.Column> columns, boolean typed) {
        String names = columns.stream()
                .limit(SHOWN)
                .map(column -> shortened(column.name()) + (typed ? " " + shortened(column.type()) : ""))
                .collect(Collectors.joining(", "));
        return "[" + names + (columns.size() > SHOWN ? ", ..." : "") + "]";
    }

    static DataPrismException notStorable(TableInfo.Column column) {
        return new DataPrismException(
                        ErrorCode.DATA_INVALID,
                        "Column '" + shortened(column.name()) + "' has the type " + shortened(column.type())
                                + ", which no table can keep.",
                        "Cast it to another type, such as JSON or VARCHAR; unions, structs without names and more than "
                                + StoredTypes.DEPTH_LIMIT + " levels of nesting cannot be kept.")
                .with("column", column.name());
    }

    static DataPrismException columnName(String name) {
        return new DataPrismException(
                        ErrorCode.DATA_INVALID,
                        "A column has the name '" + shortened(name) + "': names have 1 to " + NAME_LIMIT
                                + " characters, and no control characters.",
                        "Give the column another name.")
                .with("column", shortened(name));
    }

    static String shortened(String text) {
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
    }

    /**
     * A failure of this node's disk, which says so where the disk is full.
     *
     * @param folder on that disk
     */
    static DataPrismException disk(String operation, Path folder, Exception cause) {
        if (DiskSpace.isShort(cause)) {
            return DiskSpace.full(operation, folder, cause);
        }
        return new DataPrismException(
                ErrorCode.INTERNAL,
                operation + " failed on this node's disk.",
                "Check the space and the rights of the data folder; the node's log says more.",
                cause);
    }
}
