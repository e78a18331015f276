package io.dataprism.load;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the command line says after a bench's name.
 *
 * @param rounds that count, of each measurement
 * @param rows to be measured; empty: all
 * @param soak how long to go on instead of measuring rows; null: rows are measured
 * @param quick whether tiny counts will do: to see that it works, not how fast
 * @param data a Parquet file in the place of the shared flights; null: those
 * @param profile a folder for a flight recording of each process; null: none
 */
record BenchOptions(
        int rounds,
        List<String> rows,
        @Nullable Duration soak,
        boolean quick,
        @Nullable Path data,
        @Nullable Path profile) {

    private static final int ROUNDS = 5;
    private static final int ROUNDS_MOST = 100;
    private static final Pattern DURATION = Pattern.compile("(\\d{1,6})([smh])");
    private static final Duration SOAK_MOST = Duration.ofHours(72);
    private static final Map<String, String> VALUES = Map.of(
            "--rounds", "N",
            "--rows", "row,row",
            "--soak", "10m",
            "--quick", "yes",
            "--data", "FILE",
            "--profile", "FOLDER");

    /**
     * What a bench takes.
     *
     * @param options in the order in which they are told
     * @param rows that it has
     */
    record Accepted(String bench, List<String> options, List<String> rows) {

        String usage() {
            return options.stream()
                    .map(option -> " [" + option + " " + VALUES.get(option) + "]")
                    .collect(Collectors.joining("", "./dataprism bench " + bench, ""));
        }

        private DataPrismException refused(String detail) {
            return new DataPrismException(ErrorCode.REQUEST_INVALID, detail, "Usage: " + usage());
        }
    }

    BenchOptions {
        rows = List.copyOf(rows);
    }

    /** Reads the words. @throws DataPrismException {@code REQUEST_INVALID}, naming what is not legal */
    static BenchOptions parse(List<String> words, Accepted accepted) {
        BenchOptions options = new BenchOptions(ROUNDS, List.of(), null, false, null, null);
        for (int at = 0; at < words.size(); at += 2) {
            String option = words.get(at);
            if (!accepted.options.contains(option)) {
                throw accepted.refused("There is no option " + option + ".");
            }
            if (at + 1 == words.size()) {
                throw accepted.refused("The option " + option + " has no value.");
            }
            options = options.with(option, words.get(at + 1), accepted);
        }
        return options;
    }

    private BenchOptions with(String option, String value, Accepted accepted) {
        return switch (option) {
            case "--rounds" -> new BenchOptions(rounds(value, accepted), rows, soak, quick, data, profile);
            case "--rows" -> new BenchOptions(rounds, known(value, accepted), soak, quick, data, profile);
            case "--soak" -> new BenchOptions(rounds, rows, duration(value, accepted), quick, data, profile);
            case "--quick" -> new BenchOptions(rounds, rows, soak, value.equals("yes"), data, profile);
            case "--data" -> new BenchOptions(rounds, rows, soak, quick, file(value), profile);
            default -> new BenchOptions(rounds, rows, soak, quick, data, file(value));
        };
    }

    private static Path file(String value) {
        return Path.of(value).toAbsolutePath();
    }

    private static int rounds(String value, Accepted accepted) {
        if (value.matches("\\d{1,3}")) {
            int rounds = Integer.parseInt(value);
            if (rounds >= 1 && rounds <= ROUNDS_MOST) {
                return rounds;
            }
        }
        throw accepted.refused("--rounds is " + value + ": give 1 to " + ROUNDS_MOST + ".");
    }

    private static Duration duration(String value, Accepted accepted) {
        Matcher parts = DURATION.matcher(value);
        if (parts.matches()) {
            long count = Long.parseLong(parts.group(1));
            Duration found = switch (parts.group(2)) {
                case "s" -> Duration.ofSeconds(count);
                case "m" -> Duration.ofMinutes(count);
                default -> Duration.ofHours(count);
            };
            if (!found.isZero() && found.compareTo(SOAK_MOST) <= 0) {
                return found;
            }
        }
        throw accepted.refused("--soak is " + value + ": give a time such as 90s, 10m or 2h, of " + SOAK_MOST.toHours()
                + " hours at most.");
    }

    private static List<String> known(String value, Accepted accepted) {
        List<String> named = List.of(value.split(","));
        for (String row : named) {
            if (!accepted.rows.contains(row)) {
                throw accepted.refused(
                        "--rows names " + row + ": the rows are " + String.join(", ", accepted.rows) + ".");
            }
        }
        return named;
    }

    boolean wants(String row) {
        return rows.isEmpty() || rows.contains(row);
    }
}
