package io.dataprism.load;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * What the command line says after {@code bench chaos}.
 *
 * @param seed of the schedule; where none is given, one is made up and printed
 * @param rate calls, and events, a second
 * @param folder for what is written down; null: one in {@code load-tests/target}
 */
record ChaosOptions(
        long seed,
        int minutes,
        int nodes,
        int rate,
        @Nullable Path folder) {

    static final String USAGE =
            "./dataprism bench chaos [--seed N] [--minutes M] [--nodes 3] [--rate 300] [--folder FOLDER]";

    private static final int MINUTES = 30;
    private static final int MINUTES_MOST = 72 * 60;
    private static final int NODES = 3;
    private static final int NODES_MOST = 9;
    private static final int RATE = 300;
    private static final int RATE_MOST = 10_000;
    private static final long SEED_MOST = 999_999_999;

    /** Reads the words. @throws DataPrismException {@code REQUEST_INVALID}, naming what is not legal */
    static ChaosOptions parse(List<String> words) {
        ChaosOptions options =
                new ChaosOptions(ThreadLocalRandom.current().nextLong(SEED_MOST), MINUTES, NODES, RATE, null);
        for (int at = 0; at < words.size(); at += 2) {
            if (at + 1 == words.size()) {
                throw refused("The option " + words.get(at) + " has no value.");
            }
            options = options.with(words.get(at), words.get(at + 1));
        }
        return options;
    }

    private ChaosOptions with(String option, String value) {
        return switch (option) {
            case "--seed" -> new ChaosOptions(number(option, value, 0, SEED_MOST), minutes, nodes, rate, folder);
            case "--minutes" ->
                new ChaosOptions(seed, (int) number(option, value, 1, MINUTES_MOST), nodes, rate, folder);
            // of fewer than three none may be missed
            case "--nodes" -> new ChaosOptions(seed, minutes, (int) number(option, value, 3, NODES_MOST), rate, folder);
            case "--rate" -> new ChaosOptions(seed, minutes, nodes, (int) number(option, value, 1, RATE_MOST), folder);
            case "--folder" ->
                new ChaosOptions(seed, minutes, nodes, rate, Path.of(value).toAbsolutePath());
            default -> throw refused("There is no option " + option + ".");
        };
    }

    private static long number(String option, String value, long least, long most) {
        if (value.matches("\\d{1,9}")) {
            long number = Long.parseLong(value);
            if (number >= least && number <= most) {
                return number;
            }
        }
        throw refused(option + " is " + value + ": give " + least + " to " + most + ".");
    }

    private static DataPrismException refused(String detail) {
        return new DataPrismException(ErrorCode.REQUEST_INVALID, detail, "Usage: " + USAGE);
    }
}
