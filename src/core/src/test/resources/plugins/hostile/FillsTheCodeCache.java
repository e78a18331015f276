package plugins.hostile;

import java.lang.invoke.*;
import java.util.*;

/** Loads and heats thousands of classes, so that each is compiled. */
public class FillsTheCodeCache extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        byte[] code;
        try (var in = FillsTheCodeCache.class.getResourceAsStream("/plugins/hostile/FillsTheCodeCache$Hot.class")) {
            code = in.readAllBytes();
        }
        long end = System.nanoTime() + 4_000_000_000L;
        List<Object> kept = new ArrayList<>();
        while (System.nanoTime() < end && kept.size() < 4000) {
            Class<?> hot = MethodHandles.lookup().defineHiddenClass(code, true).lookupClass();
            java.util.function.LongUnaryOperator heat = (java.util.function.LongUnaryOperator)
                    hot.getDeclaredConstructor().newInstance();
            for (int round = 0; round < 300; round++) {
                heat.applyAsLong(round);
            }
            kept.add(heat);
        }
        return kept.size();
    }

    /** Worth compiling. */
    static class Hot implements java.util.function.LongUnaryOperator {

        @Override
        public long applyAsLong(long from) {
            long sum = from;
            for (int index = 0; index < 1000; index++) {
                sum = sum * 31 + Long.rotateLeft(sum, index) + Math.floorMod(sum, index + 1);
            }
            return sum;
        }
    }
}
