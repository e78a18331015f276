package io.dataprism.plugins.validator;

import io.dataprism.plugin.Cells;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.arrow.vector.FieldVector;

/** All of the value, as text, matches. A pattern that takes too long ends with the operation's deadline. */
record Matches(Pattern pattern) implements Check {

    @Override
    public boolean holds(List<FieldVector> columns, int row) {
        String text = Cells.text(columns.getFirst(), row);
        return text != null && pattern.matcher(text).matches();
    }

    @Override
    public String wanted() {
        return "match " + pattern;
    }
}
