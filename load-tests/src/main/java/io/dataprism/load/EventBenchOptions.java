package io.dataprism.load;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the command line says after {@code bench events}.
 *
 * @param rounds that count, of each measurement
 * @param rows to be measured; empty: all
 * @param quick whether tiny counts will do: to see that it works, not how fast
 * @param profile a folder for a flight recording of each JVM; null: none
 */
public record EventBenchOptions(
        int rounds,
        List<String> rows,
        boolean quick,
        @Nullable Path profile) {

    static final String USAGE =
            "./dataprism bench events [--rounds N] [--rows row,row] [--quick yes] [--profile FOLDER]";
    private static final int ROUNDS = 5;
    private static final int ROUNDS_MOST = 100;

    public EventBenchOptions {
        rows = List.copyOf(rows);
    }

    /** Reads the words. @param known the rows that there are */
    static EventBenchOptions parse(List<String> words, List<String> known) {
        EventBenchOptions options = new EventBenchOptions(ROUNDS, List.of(), false, null);
        for (int at = 0; at < words.size(); at += 2) {
            if (at + 1 == words.size()) {
                throw refused("The option " + words.get(at) + " has no value.");
            }
            options = options.with(words.get(at), words.get(at + 1), known);
        }
        return options;
    }

    private EventBenchOptions with(String option, String value, List<String> known) {
        return switch (option) {
            case "--rounds" -> new EventBenchOptions(rounds(value), rows, quick, profile);
            case "--rows" -> new EventBenchOptions(rounds, known(value, known), quick, profile);
            case "--quick" -> new EventBenchOptions(rounds, rows, value.equals("yes"), profile);
            case "--profile" ->
                new EventBenchOptions(rounds, rows, quick, Path.of(value).toAbsolutePath());
            default -> throw refused("There is no option " + option + ".");
        };
    }

    private static int rounds(String value) {
        if (value.matches("\\d{1,3}")) {
            int rounds = Integer.parseInt(value);
            if (rounds >= 1 && rounds <= ROUNDS_MOST) {
                return rounds;
            }
        }
        throw refused("--rounds is " + value + ": give 1 to " + ROUNDS_MOST + ".");
    }

    private static List<String> known(String value, List<String> known) {
        List<String> rows = List.of(value.split(","));
        for (String row : rows) {
            if (!known.contains(row)) {
                throw refused("--rows names " + row + ": the rows are " + String.join(", ", known) + ".");
            }
        }
        return rows;
    }

    private static DataPrismException refused(String detail) {
        return new DataPrismException(ErrorCode.REQUEST_INVALID, detail, "Usage: " + USAGE);
    }

    boolean wants(String row) {
        return rows.isEmpty() || rows.contains(row);
    }
}
