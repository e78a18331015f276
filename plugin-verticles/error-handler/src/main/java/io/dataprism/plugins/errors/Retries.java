package io.dataprism.plugins.errors;

import io.dataprism.plugin.PluginException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Calls that wait for their next attempt: at most 200. Any thread; dispose it to let them all go. */
final class Retries implements Disposable {

    static final int MOST_WAITING = 200;

    private final Function<FailedCall, Mono<Object>> caller;
    private final DeadLetters deadLetters;
    private final Consumer<DeadLetter> onDeath;
    private final Scheduler timer;
    private final Disposable.Composite waitingCalls = Disposables.composite();
    /** A plugin that fails again while its call is made again tells of it again: that must not begin another round. */
    private final Set<FailedCall> underWay = ConcurrentHashMap.newKeySet();

    /** @param onDeath told of each dead letter; must not throw */
    Retries(
            Function<FailedCall, Mono<Object>> caller,
            DeadLetters deadLetters,
            Consumer<DeadLetter> onDeath,
            Scheduler timer) {
        this.caller = caller;
        this.deadLetters = deadLetters;
        this.onDeath = onDeath;
        this.timer = timer;
    }

    int waiting() {
        return underWay.size();
    }

    /** Makes the call again as the policy has it, or makes it a dead letter; nothing where it waits or is one already. */
    void take(ErrorReport report, FailedCall call, RetryPolicy policy) {
        if (underWay.contains(call) || deadLetters.has(call)) {
            return;
        }
        String refusal = policy.refusal(report, call).orElse(null);
        if (refusal != null) {
            bury(report, call, 0, report.message(), refusal);
        } else if (underWay.size() >= MOST_WAITING) {
            bury(report, call, 0, report.message(), MOST_WAITING + " calls wait already");
        } else if (underWay.add(call)) {
            attempt(report, call, policy, 1);
        }
    }

    private void attempt(ErrorReport report, FailedCall call, RetryPolicy policy, int attempt) {
        Disposable.Swap slot = Disposables.swap();
        waitingCalls.add(slot);
        slot.replace(Mono.delay(policy.delay(attempt), timer)
                .then(Mono.defer(() -> caller.apply(call)))
                .then()
                .doFinally(signal -> waitingCalls.remove(slot))
                .subscribe(
                        nothing -> {},
                        failure -> failed(report, call, policy, attempt, failure),
                        () -> underWay.remove(call)));
    }

    private void failed(ErrorReport report, FailedCall call, RetryPolicy policy, int attempt, Throwable failure) {
        String code = failure instanceof PluginException known ? known.code() : "";
        boolean again = attempt < policy.maxAttempts() && (policy.codes().contains(code) || report.retryable());
        if (again) {
            attempt(report, call, policy, attempt + 1);
            return;
        }
        String reason = attempt < policy.maxAttempts()
                ? "it failed with the code '" + code + "', which is not retried"
                : "it failed " + attempt + " more times, as often as the configuration lets it";
        bury(report, call, attempt, String.valueOf(failure.getMessage()), reason);
        underWay.remove(call);
    }

    private void bury(ErrorReport report, FailedCall call, int attempts, String error, String reason) {
        onDeath.accept(deadLetters.add(report, call, attempts, error, reason));
    }

    @Override
    public void dispose() {
        waitingCalls.dispose();
    }
}
