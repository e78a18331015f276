package plugins.hostile;

import java.lang.reflect.*;
import java.util.*;

/** Keeps its own reader busy for ever and lets the host answer without end. */
public class StopsReading extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        Map<Object, Object> exchanges = (Map<Object, Object>) Kernel.field(Wire.link(context), "exchanges");
        Class<?> exchange = Class.forName("io.dataprism.sandbox.frame.Exchange");
        long first = Wire.next(context);
        exchanges.put(
                first,
                Proxy.newProxyInstance(
                        getClass().getClassLoader(), new Class<?>[] {exchange}, (proxy, method, arguments) -> {
                            hang();
                            return null;
                        }));
        String ask = "{\"method\":\"request\",\"address\":\"" + "x".repeat(200) + "\",\"body\":{}}";
        Wire.send(Wire.CALL, first, ask);
        while (true) {
            Wire.call(context, ask);
        }
    }
}
