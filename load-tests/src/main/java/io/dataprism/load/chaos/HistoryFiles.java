package io.dataprism.load.chaos;

import io.dataprism.load.history.History;
import io.dataprism.load.history.Item;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Writes a history down for whoever looks for what went wrong, a line for each thing that happened. Blocks. */
public final class HistoryFiles {

    private HistoryFiles() {}

    /** Answers the folder. */
    public static Path write(Path folder, Trial.Found found, Schedule schedule) throws IOException {
        Files.createDirectories(folder);
        History history = found.history();
        lines(
                folder.resolve("schedule.txt"),
                schedule.steps().stream().map(Schedule.Step::text).toList());
        lines(folder.resolve("verdict.txt"), List.of(found.text()));
        lines(folder.resolve("violations.txt"), violations(found.verdict().violations()));
        lines(folder.resolve("troubles.txt"), history.troubles());
        lines(folder.resolve("calls-that-failed.txt"), history.calls());
        lines(folder.resolve("clients-that-moved.txt"), found.recorder().moves());
        lines(folder.resolve("changes.txt"), history.changes());
        lines(folder.resolve("published.txt"), history.publications());
        lines(folder.resolve("end.txt"), List.of(history.end()));
        for (Map.Entry<String, List<Item>> follower : history.followed().entrySet()) {
            lines(folder.resolve(follower.getKey() + ".txt"), follower.getValue());
        }
        return folder;
    }

    private static List<String> violations(Map<String, List<String>> byPromise) {
        return byPromise.entrySet().stream()
                .flatMap(each -> each.getValue().stream().map(line -> each.getKey() + ": " + line))
                .toList();
    }

    private static void lines(Path file, List<?> lines) throws IOException {
        try (BufferedWriter writer = Files.newBufferedWriter(file)) {
            for (Object line : lines) {
                writer.write(line.toString());
                writer.newLine();
            }
        }
    }
}
