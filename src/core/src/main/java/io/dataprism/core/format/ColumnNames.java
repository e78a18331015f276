package io.dataprism.core.format;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** The names of a result's columns, no two the same: the second {@code a} becomes {@code a_1}, the third {@code a_2}. */
public final class ColumnNames {

    /** The name that closes a failed NDJSON answer, so no column may have it. */
    private static final String RESERVED = "$error";

    private ColumnNames() {}

    /**
     * @throws DataPrismException {@code QUERY_INVALID} where a column is named {@code $error}
     */
    static List<String> of(Schema schema) {
        return of(schema.getFields().stream().map(Field::getName).toList());
    }

    /**
     * The names that columns get who would like to have these.
     *
     * @throws DataPrismException {@code QUERY_INVALID} where a column is named {@code $error}
     */
    public static List<String> of(List<String> wished) {
        if (wished.contains(RESERVED)) {
            throw new DataPrismException(
                    ErrorCode.QUERY_INVALID,
                    "Column " + (wished.indexOf(RESERVED) + 1) + " of the result is named '" + RESERVED
                            + "', which is how a failed answer ends.",
                    "Give the column another name with AS.");
        }
        Set<String> taken = new HashSet<>(wished);
        Set<String> seen = new HashSet<>();
        List<String> names = new ArrayList<>(wished.size());
        for (String name : wished) {
            names.add(seen.add(name) ? name : next(name, taken));
        }
        return List.copyOf(names);
    }

    private static String next(String name, Set<String> taken) {
        int count = 1;
        while (!taken.add(name + "_" + count)) {
            count++;
        }
        return name + "_" + count;
    }
}
