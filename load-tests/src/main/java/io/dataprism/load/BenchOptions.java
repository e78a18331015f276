package io.dataprism.load;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the command line says.
 *
 * @param rounds that count, of each measurement
 * @param only the rows to be measured; empty: all
 * @param data a Parquet file in the place of the shared flights; null: those
 * @param profile a folder for a flight recording of each process; null: none
 */
public record BenchOptions(
        int rounds,
        List<String> only,
        @Nullable Path data,
        @Nullable Path profile) {

    static final String USAGE =
            "./dataprism bench engine [--rounds N] [--only row,row] [--data FILE] [--profile FOLDER]";
    private static final int ROUNDS = 5;
    private static final int ROUNDS_MOST = 100;

    public BenchOptions {
        only = List.copyOf(only);
    }

    /** Reads the words after {@code bench engine}. */
    static BenchOptions parse(List<String> words, List<String> rows) {
        BenchOptions options = new BenchOptions(ROUNDS, List.of(), null, null);
        for (int at = 0; at < words.size(); at += 2) {
            if (at + 1 == words.size()) {
                throw refused("The option " + words.get(at) + " has no value.");
            }
            options = options.with(words.get(at), words.get(at + 1), rows);
        }
        return options;
    }

    private BenchOptions with(String option, String value, List<String> rows) {
        return switch (option) {
            case "--rounds" -> new BenchOptions(rounds(value), only, data, profile);
            case "--only" -> new BenchOptions(rounds, known(List.of(value.split(",")), rows), data, profile);
            case "--data" -> new BenchOptions(rounds, only, Path.of(value).toAbsolutePath(), profile);
            case "--profile" ->
                new BenchOptions(rounds, only, data, Path.of(value).toAbsolutePath());
            default -> throw refused("There is no option " + option + ".");
        };
    }

    private static int rounds(String value) {
        try {
            int rounds = Integer.parseInt(value);
            if (rounds >= 1 && rounds <= ROUNDS_MOST) {
                return rounds;
            }
        } catch (NumberFormatException notANumber) {
            throw refused("--rounds is " + value + ", which is no number: give 1 to " + ROUNDS_MOST + ".", notANumber);
        }
        throw refused("--rounds is " + value + ": give 1 to " + ROUNDS_MOST + ".");
    }

    private static List<String> known(List<String> only, List<String> rows) {
        for (String row : only) {
            if (!rows.contains(row)) {
                throw refused("--only names " + row + ": the rows are " + String.join(", ", rows) + ".");
            }
        }
        return only;
    }

    private static DataPrismException refused(String detail) {
        return refused(detail, null);
    }

    private static DataPrismException refused(String detail, @Nullable Throwable cause) {
        return new DataPrismException(ErrorCode.REQUEST_INVALID, detail, "Usage: " + USAGE, cause);
    }

    boolean wants(String row) {
        return only.isEmpty() || only.contains(row);
    }
}
