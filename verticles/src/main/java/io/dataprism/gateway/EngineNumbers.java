package io.dataprism.gateway;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/** Which numbers of JSON the engine has no type for: bound as parameters, they would lose digits, or fail in words of the driver. */
public final class EngineNumbers {

    private static final int WIDEST_BITS = 127; // of a HUGEINT

    private EngineNumbers() {}

    /** Whether a JSON value is such a number. Any thread. */
    public static boolean isBeyond(@Nullable Object value) {
        return value instanceof BigInteger whole && whole.bitLength() > WIDEST_BITS
                || value instanceof Double number && !Double.isFinite(number);
    }
}
