package io.dataprism.core.engine;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.util.regex.Pattern;

/** What tables may be called. */
public final class TableName {

    /** The rule, as messages tell it. */
    public static final String RULE = "[a-z_][a-z0-9_]{0,62}";

    private static final Pattern PATTERN = Pattern.compile(RULE);
    private static final int SHOWN_CHARACTERS = 100;

    private TableName() {}

    /** Whether a table may be called that. */
    public static boolean isLegal(String name) {
        return PATTERN.matcher(name).matches();
    }

    /** @throws DataPrismException {@code REQUEST_INVALID} where no table may be called that */
    public static void require(String name) {
        if (!isLegal(name)) {
            throw new DataPrismException(
                    ErrorCode.REQUEST_INVALID,
                    "'" + name.substring(0, Math.min(SHOWN_CHARACTERS, name.length()))
                            + "' cannot be the name of a table: names match " + RULE + ".",
                    "Use lower-case letters, digits and underscores, and begin with a letter or underscore.");
        }
    }
}
