package io.dataprism.load;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the command line says after {@code bench plugins}.
 *
 * @param rounds that count, of each measurement
 * @param rows to be measured; empty: all
 * @param soak how long to go on instead of measuring rows; null: rows are measured
 * @param quick whether tiny counts will do: to see that it works, not how fast
 * @param profile a folder for a flight recording of each process; null: none
 */
public record PluginBenchOptions(
        int rounds,
        List<String> rows,
        @Nullable Duration soak,
        boolean quick,
        @Nullable Path profile) {

    static final String USAGE =
            "./dataprism bench plugins [--rounds N] [--rows row,row] [--soak 10m] [--quick yes] [--profile FOLDER]";
    private static final int ROUNDS = 5;
    private static final int ROUNDS_MOST = 100;
    private static final Pattern DURATION = Pattern.compile("(\\d{1,6})([smh])");
    private static final Duration SOAK_MOST = Duration.ofHours(72);

    public PluginBenchOptions {
        rows = List.copyOf(rows);
    }

    /** Reads the words. @param known the rows that there are */
    static PluginBenchOptions parse(List<String> words, List<String> known) {
        PluginBenchOptions options = new PluginBenchOptions(ROUNDS, List.of(), null, false, null);
        for (int at = 0; at < words.size(); at += 2) {
            if (at + 1 == words.size()) {
                throw refused("The option " + words.get(at) + " has no value.");
            }
            options = options.with(words.get(at), words.get(at + 1), known);
        }
        return options;
    }

    private PluginBenchOptions with(String option, String value, List<String> known) {
        return switch (option) {
            case "--rounds" -> new PluginBenchOptions(rounds(value), rows, soak, quick, profile);
            case "--rows" -> new PluginBenchOptions(rounds, known(value, known), soak, quick, profile);
            case "--soak" -> new PluginBenchOptions(rounds, rows, duration(value), quick, profile);
            case "--quick" -> new PluginBenchOptions(rounds, rows, soak, value.equals("yes"), profile);
            case "--profile" ->
                new PluginBenchOptions(rounds, rows, soak, quick, Path.of(value).toAbsolutePath());
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

    private static Duration duration(String value) {
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
        throw refused("--soak is " + value + ": give a time such as 90s, 10m or 2h, of " + SOAK_MOST.toHours()
                + " hours at most.");
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
