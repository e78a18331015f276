package io.dataprism.core.permission;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Whether a message may be sent. */
public sealed interface Decision {

    /** This one where it is a refusal, else what the other comes to, with the headers of both. */
    default Decision and(Supplier<Decision> other) {
        if (!(this instanceof Allowed first)) {
            return this;
        }
        Decision second = other.get();
        if (!(second instanceof Allowed more)) {
            return second;
        }
        Map<String, String> headers = new HashMap<>(first.headers());
        headers.putAll(more.headers());
        return new Allowed(headers);
    }

    /**
     * It may.
     *
     * @param headers that must travel with it: what is inside the scopes, for whoever understands the body
     */
    record Allowed(Map<String, String> headers) implements Decision {
        public Allowed {
            headers = Map.copyOf(headers);
        }
    }

    /**
     * It may not.
     *
     * @param offender the link of the chain that may not
     * @param missing what it lacks, in the words of a manifest or a token
     * @param needed the permission that it lacks; null: no permission would be enough
     */
    record Refused(
            Principal offender,
            String address,
            String missing,
            @Nullable Permission needed,
            String hint) implements Decision {

        /** {@code PERMISSION_DENIED}. */
        public DataPrismException toException() {
            DataPrismException denied = new DataPrismException(
                    ErrorCode.PERMISSION_DENIED,
                    offender.uri() + " may not send to " + address + ": it lacks " + missing + ".",
                    hint);
            return needed == null ? denied : denied.with(Permission.NEEDED, needed.toMap());
        }
    }
}
