package io.dataprism.gateway.contract;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.DataPrismException.Violation;
import io.dataprism.core.error.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The problems of one request, gathered so that all are told at once. Belongs to whoever checks. */
public final class Problems {

    /** The most problems that are told; a check ends there. */
    static final int LIMIT = 100;

    private final String operation;
    private final String subject;
    private final List<Violation> violations = new ArrayList<>();
    private boolean more;
    private int secrets;

    /** Of a document. @param operation that is refused, for the message */
    public Problems(String operation) {
        this(operation, "");
    }

    /** @param subject what stands before the name of each value */
    Problems(String operation, String subject) {
        this.operation = operation;
        this.subject = subject;
    }

    /**
     * Notes a problem of a document's member.
     *
     * @param member as a JSON pointer without its first slash
     * @param must in words that follow the member's name
     */
    public void add(String member, String must, @Nullable Object value) {
        Place place = Place.ROOT;
        for (String step : member.split("/", -1)) {
            place = place.member(step.replace("~1", "/").replace("~0", "~"));
        }
        add(place, must, value);
    }

    void add(Place place, String must, @Nullable Object value) {
        if (isFull()) {
            more = true;
            return;
        }
        String name = String.valueOf(ShownValue.of(place.name()));
        String named = place == Place.ROOT ? "The document" : subject + "'" + name + "'";
        violations.add(new Violation(
                String.valueOf(ShownValue.of(place.pointer())),
                named + " " + must + ".",
                secrets > 0 ? null : ShownValue.of(value)));
    }

    /** Whether a check may end, for no more is told. */
    boolean isFull() {
        return violations.size() >= LIMIT;
    }

    /** What is looked at from here on has secrets among it, until {@link #endOfSecrets()}. */
    void secrets() {
        secrets++;
    }

    void endOfSecrets() {
        secrets--;
    }

    /**
     * Ends the check.
     *
     * @throws DataPrismException {@code REQUEST_INVALID} with every problem that was noted, if any was
     */
    public void check() {
        if (violations.isEmpty()) {
            return;
        }
        int others = violations.size() - 1;
        String rest = others == 0 ? "" : " And " + (more || isFull() ? "at least " : "") + others + " more.";
        throw new DataPrismException(
                        ErrorCode.REQUEST_INVALID,
                        operation + ": " + violations.getFirst().detail() + rest,
                        "Correct everything that 'errors' names.")
                .withViolations(violations);
    }
}
