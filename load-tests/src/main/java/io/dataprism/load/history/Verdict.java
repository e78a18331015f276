package io.dataprism.load.history;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What all invariants say of a history.
 *
 * @param violations by promise, in their order; empty lists: it holds
 */
public record Verdict(Map<String, List<String>> violations) {

    private static final int TOLD_MOST = 5;
    private static final int LINE_MOST = 600;

    private static final List<Invariant> ALL = List.of(
            new Calls.IdempotentNeverFail(),
            new Calls.FailRetryableInTime(),
            new Calls.AnswersAreRight(),
            new EventsReceivedOnce(),
            new GapsWhereAllowed(),
            new TopicsInOrder(),
            new Ends.CatalogsAreEqual(),
            new Ends.ChangesAreKept(),
            new Ends.ReplicasAsAsked(),
            new Ends.PlacementsAreEqual(),
            new Ends.NothingIsLeft());

    /** Asks all. */
    public static Verdict of(History history) {
        Map<String, List<String>> violations = new LinkedHashMap<>();
        ALL.forEach(invariant -> violations.put(invariant.promise(), invariant.violations(history)));
        return new Verdict(violations);
    }

    public boolean holds() {
        return violations.values().stream().allMatch(List::isEmpty);
    }

    /** A line for each promise, and the first violations of it. */
    public String text() {
        return violations.entrySet().stream()
                .map(each -> line(each.getKey(), each.getValue()))
                .collect(Collectors.joining("\n"));
    }

    private static String line(String promise, List<String> broken) {
        if (broken.isEmpty()) {
            return "holds    " + promise;
        }
        return broken.stream()
                .limit(TOLD_MOST)
                .map(each -> "\n           " + each.substring(0, Math.min(each.length(), LINE_MOST)))
                .collect(Collectors.joining("", "VIOLATED " + promise + " (" + broken.size() + ")", ""));
    }
}
