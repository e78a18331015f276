package io.dataprism.cluster.shared;

import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.core.IndeterminateOperationStateException;
import com.hazelcast.core.OperationTimeoutException;
import com.hazelcast.map.IMap;
import com.hazelcast.splitbrainprotection.SplitBrainProtectionException;
import io.dataprism.cluster.member.SeenMembers;
import io.dataprism.core.cluster.SharedMap;
import io.dataprism.core.cluster.SharedMap.Value;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * How a key gets its next revision: by comparing and setting what is sealed in Hazelcast, so that of two nodes one makes it. Blocks, on the
 * caller's thread; nothing is locked meanwhile.
 */
final class Changes {

    /** Hazelcast asks for the majority once in a heartbeat, and may be this much behind. */
    private static final long LAG_NANOS = TimeUnit.SECONDS.toNanos(3);

    /** As long as a change may remain unclear: some times what Hazelcast waits for a copy. */
    private static final long UNCLEAR_NANOS = TimeUnit.SECONDS.toNanos(12);

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final int ATTEMPTS = 8;

    private final IMap<String, byte[]> map;
    private final Seals seals;
    private final LocalCopy copy;
    private final SharedContext context;

    Changes(IMap<String, byte[]> map, Seals seals, LocalCopy copy, SharedContext context) {
        this.map = map;
        this.seals = seals;
        this.copy = copy;
        this.context = context;
    }

    /** As {@link SharedMap#put} and {@link SharedMap#delete}. */
    long make(String key, long expected, byte[] bytes, boolean deleted) {
        String place = map.getName() + "/" + key;
        Bound.check(place, key, bytes, copy);
        try {
            requireMajority(place);
            context.offers().await();
            return attempt(place, key, expected, bytes, deleted);
        } catch (RuntimeException failure) {
            throw counted(context.refusals().of(place, failure));
        }
    }

    private RuntimeException counted(RuntimeException failure) {
        if (failure instanceof DataPrismException known) {
            if (known.code() == ErrorCode.STATE_CONFLICT) {
                context.counters().conflicts().incrementAndGet();
            } else if (known.code() == ErrorCode.NO_MAJORITY) {
                context.counters().refused().incrementAndGet();
            }
        }
        return failure;
    }

    private long attempt(String place, String key, long expected, byte[] bytes, boolean deleted) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            byte[] there = map.get(key);
            Value known = newest(key, there);
            long found = known == null ? SharedMap.NEVER : known.revision();
            if (found != expected) {
                throw Refusals.conflict(place, expected, found);
            }
            Value next = new Value(found + 1, bytes, deleted);
            byte[] sealed = seals.seal(map.getName(), key, next);
            if (set(place, key, there, next, sealed)) {
                copy.take(key, next, sealed);
                return next.revision();
            }
        }
        throw new DataPrismException(
                ErrorCode.OVERLOADED,
                place + " was not changed: in " + ATTEMPTS + " attempts something else was written there each time.",
                "Try again.");
    }

    /** What holds of what is there and what this node has, which is newer where Hazelcast has lost something, or somebody spoilt it. */
    private @Nullable Value newest(String key, byte @Nullable [] there) {
        if (there != null) {
            seals.open(map.getName(), key, there).ifPresent(value -> {
                if (copy.take(key, value, there)) {
                    context.counters().taken().incrementAndGet();
                }
            });
        }
        return copy.find(key);
    }

    /**
     * Whether it is there now. A node that leaves, or dies, while it is to keep a copy leaves unclear whether the change was made, or made where
     * anybody else has it: then it is looked at, and confirmed by those that are left. Also where Hazelcast made the change, lost the answer,
     * and did not make it once more. What was made once, and cannot be confirmed, is never said not to have been.
     */
    private boolean set(String place, String key, byte @Nullable [] there, Value next, byte[] sealed) {
        long began = System.nanoTime();
        long lagging = 0;
        boolean made = false;
        boolean unknown = false;
        while (true) {
            awaitNoDoubt(place, made || unknown, began);
            SeenMembers seen = context.watch().now();
            try {
                if (!setOnce(key, made ? sealed : there, sealed) && !Arrays.equals(map.get(key), sealed)) {
                    if (made) {
                        throw new Unconfirmed("Something else is there since", null);
                    }
                    return false;
                }
                if (seen.haveStayed()) {
                    return true;
                }
                made = true;
                goOn(began, new Unconfirmed("A member left while it was copied", null));
            } catch (SplitBrainProtectionException notYet) {
                if (made) {
                    throw new Unconfirmed("There is no majority since", notYet);
                }
                requireMajority(place);
                if (lagging > LAG_NANOS) {
                    throw notYet;
                }
                lagging += PAUSE_NANOS;
                LockSupport.parkNanos(PAUSE_NANOS);
            } catch (IndeterminateOperationStateException | OperationTimeoutException unclear) {
                goOn(began, unclear);
                unknown = true;
                made |= isMade(key, next, sealed, unclear);
            } catch (HazelcastInstanceNotActiveException ended) {
                throw made || unknown ? new Unconfirmed("This node has left its cluster since", ended) : ended;
            }
        }
    }

    /** What it may have made is under a later revision by now, where others go on from it. */
    private boolean isMade(String key, Value next, byte[] sealed, RuntimeException unclear) {
        byte[] found = map.get(key);
        if (Arrays.equals(found, sealed)) {
            return true;
        }
        if (found != null
                && seals.open(map.getName(), key, found)
                        .filter(value -> value.revision() > next.revision())
                        .isPresent()) {
            throw new Unconfirmed("A later revision is there since", unclear);
        }
        return false;
    }

    /** What is made shortly after a member was lost does not count. Members that are lost one after the other are not waited for. */
    private void awaitNoDoubt(String place, boolean maybeMade, long beganNanos) {
        Duration doubt = context.watch().doubt();
        while (!doubt.isZero()) {
            boolean late = System.nanoTime() - beganNanos > UNCLEAR_NANOS
                    || Thread.currentThread().isInterrupted();
            if (late || !context.majority().getAsBoolean()) {
                if (!maybeMade) {
                    throw context.refusals().noMajority(place);
                }
                return; // what may have been made is tried once more, and told to be unclear
            }
            LockSupport.parkNanos(Math.min(doubt.toNanos(), PAUSE_NANOS));
            doubt = context.watch().doubt();
        }
    }

    /** Throws what is unclear, where it is not going to be clearer. */
    private void goOn(long beganNanos, RuntimeException unclear) {
        if (!context.majority().getAsBoolean() || System.nanoTime() - beganNanos > UNCLEAR_NANOS) {
            throw unclear;
        }
    }

    /** A change was made, and it is not known whether it holds. */
    private static final class Unconfirmed extends HazelcastException {

        private static final long serialVersionUID = 1L;

        Unconfirmed(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    private boolean setOnce(String key, byte @Nullable [] before, byte[] sealed) {
        return before == null ? map.putIfAbsent(key, sealed) == null : map.replace(key, before, sealed);
    }

    private void requireMajority(String place) {
        if (!context.majority().getAsBoolean()) {
            throw context.refusals().noMajority(place);
        }
    }
}
