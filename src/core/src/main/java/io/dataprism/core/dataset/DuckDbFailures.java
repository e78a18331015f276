package io.dataprism.core.dataset;

import io.dataprism.core.engine.QueryProblems;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** DuckDB's failures of a query, in the words of the contract. */
final class DuckDbFailures {

    private static final Pattern EXCERPT = Pattern.compile("\nLINE (\\d+): (.*)\n( *)\\^", Pattern.DOTALL);
    private static final String CUT = "...";

    /** What the engine says of a file of ours that it cannot read: where it lies is nobody's business. */
    private static final Pattern PATH = Pattern.compile("\"/[^\"]*/blobs/[^\"]*\"");

    /** The advice to change a setting, which nobody who hears it can. */
    private static final Pattern SETTING = Pattern.compile(" Use [\"']?SET [a-z_]+(?: TO |\\s?=).*$");

    private DuckDbFailures() {}

    /**
     * The engine's failure to prepare, run or go on with a statement.
     *
     * @param ran in which the engine's caret points; null where the caller has written nothing of it
     */
    static DataPrismException of(@Nullable RanText ran, Throwable failure) {
        if (failure instanceof DataPrismException known) {
            return known;
        }
        if (EngineFault.isAfterwards(failure)) {
            return QueryProblems.engineGaveUp(failure);
        }
        EngineMessage message = EngineMessage.of(failure);
        String kind = message.kind();
        String first = firstLine(message.text(), kind);
        return switch (kind) {
            case "Out of Memory Error", "OutOfMemoryException Error" -> QueryProblems.outOfMemory();
            case "Permission Error" ->
                new DataPrismException(
                        ErrorCode.QUERY_NOT_ALLOWED,
                        "The query was refused by the engine: " + first,
                        "Read tables only.");
            case "INTERRUPT Error" -> interruptedByItself();
            case "", "IO Error", "INTERNAL Error", "FATAL Error", "HTTP Error" -> QueryProblems.unforeseen(failure);
            default -> invalid(ran, message.text(), first);
        };
    }

    /**
     * One thread of the engine found an error and stopped the others, and one of those was heard first: about one failure in
     * fifty where threads outnumber processors (DuckDB 1.5.6). What was found is lost by then. A stop of ours never comes here.
     */
    private static DataPrismException interruptedByItself() {
        return new DataPrismException(
                ErrorCode.QUERY_INVALID,
                "The query failed while it ran, and the engine stopped its threads before it told what was wrong.",
                "Run it again to see the error itself.");
    }

    private static DataPrismException invalid(@Nullable RanText ran, String text, String first) {
        DataPrismException problem = new DataPrismException(
                ErrorCode.QUERY_INVALID,
                "The query failed: " + first,
                "Correct the statement or the data that it reads; DESCRIBE shows the columns of a table.");
        int place = ran == null ? -1 : position(ran.ran(), text);
        int position = ran == null || place < 0 ? -1 : ran.own(place);
        return position < 0 ? problem : problem.with("position", position);
    }

    /** The character of the statement that the engine's caret points at, from 0; -1 where it points nowhere. */
    static int position(String sql, String text) {
        Matcher excerpt = EXCERPT.matcher(text);
        if (!excerpt.find()) {
            return -1;
        }
        String prefix = "LINE " + excerpt.group(1) + ": ";
        String shown = excerpt.group(2);
        int caret = excerpt.group(3).length() - prefix.length();
        int start = lineStart(sql, Integer.parseInt(excerpt.group(1)));
        if (start < 0 || caret < 0) {
            return -1;
        }
        if (!shown.startsWith(CUT)) {
            return CaretLine.character(sql, start, caret);
        }
        String middle = shown.substring(CUT.length());
        int inLine =
                sql.indexOf(middle.endsWith(CUT) ? middle.substring(0, middle.length() - CUT.length()) : middle, start);
        return inLine < 0 ? -1 : CaretLine.character(sql, inLine, caret - CUT.length());
    }

    private static int lineStart(String sql, int line) {
        int start = 0;
        for (int i = 1; i < line; i++) {
            start = sql.indexOf('\n', start) + 1;
            if (start == 0) {
                return -1;
            }
        }
        return start;
    }

    /** The first line without its kind. What follows may name tables that the caller must not know of. */
    private static String firstLine(String text, String kind) {
        String line = SETTING.matcher(
                        PATH.matcher(text.lines().findFirst().orElse(text)).replaceAll("of a table"))
                .replaceFirst("");
        return kind.isEmpty() ? line : line.substring(Math.min(line.length(), kind.length() + 2));
    }
}
