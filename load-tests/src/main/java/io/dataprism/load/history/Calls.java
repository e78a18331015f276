package io.dataprism.load.history;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** What must hold of calls. Has no state. */
final class Calls {

    /** A client needs a moment to see that its connection is gone. */
    private static final long BREAK_MILLIS = 3_000;

    private Calls() {}

    /** A call that may be repeated is answered, whatever dies; where gateways were cut off it may fail as others do. */
    record IdempotentNeverFail() implements Invariant {
        @Override
        public String promise() {
            return "idempotent calls never fail";
        }

        @Override
        public List<String> violations(History history) {
            return history.calls().stream()
                    .filter(call -> call.kind() == Call.Kind.IDEMPOTENT && !call.isAnswered())
                    .filter(call -> !(isExcused(history, call)
                            && wrongEnd(history, call).isEmpty()))
                    .map(Call::toString)
                    .toList();
        }

        private static boolean isExcused(History history, Call call) {
            return history.troubles().stream()
                    .anyMatch(trouble -> trouble.failures() && trouble.covers(call.atMillis(), call.endMillis()));
        }
    }

    /** What fails says that it may be tried again, and says so in time. */
    record FailRetryableInTime() implements Invariant {
        @Override
        public String promise() {
            return "other calls fail within their time, retryable";
        }

        @Override
        public List<String> violations(History history) {
            return history.calls().stream()
                    .filter(call -> call.kind() != Call.Kind.IDEMPOTENT)
                    .flatMap(call -> wrongEnd(history, call).stream())
                    .toList();
        }
    }

    /** An answer is the answer to what was asked. */
    record AnswersAreRight() implements Invariant {
        @Override
        public String promise() {
            return "each answer is that to its question";
        }

        @Override
        public List<String> violations(History history) {
            return history.calls().stream()
                    .filter(call -> call.outcome() instanceof Call.Wrong)
                    .map(Call::toString)
                    .toList();
        }
    }

    /** What is wrong with how a call ended; empty: it may. */
    private static Optional<String> wrongEnd(History history, Call call) {
        boolean mayEnd = switch (call.outcome()) {
            case Call.Answered answered -> true;
            case Call.Wrong wrong -> true; // told by another
            case Call.Refused refused
            when refused.code().equals(Call.NO_GATEWAY) -> troubled(history, call, Trouble::failures);
            case Call.Refused refused ->
                (call.lastMillis() <= call.limitMillis() || isOfFrozen(history, call)) && isRetryable(call, refused);
            case Call.Broken broken -> troubled(history, call, Trouble::breaks);
            case Call.Silent silent -> troubled(history, call, Trouble::failures);
        };
        return mayEnd ? Optional.empty() : Optional.of(call.toString());
    }

    /** Whether the gateway could not answer earlier, because its process stood still. */
    private static boolean isOfFrozen(History history, Call call) {
        return troubled(history, call, trouble -> trouble.frozen().equals(call.gateway()));
    }

    private static boolean isRetryable(Call call, Call.Refused refused) {
        return refused.retryable() || call.kind() == Call.Kind.CHANGE && refused.status() == 409;
    }

    private static boolean troubled(History history, Call call, Predicate<Trouble> kind) {
        return history.troubles().stream()
                .anyMatch(trouble ->
                        kind.test(trouble) && trouble.covers(call.atMillis(), call.endMillis() + BREAK_MILLIS));
    }
}
