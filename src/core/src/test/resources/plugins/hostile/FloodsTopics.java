package plugins.hostile;

import java.io.*;
import java.nio.charset.*;

/** Publishes twenty thousand events at once. */
public class FloodsTopics extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        ByteArrayOutputStream flood = new ByteArrayOutputStream();
        for (int event = 0; event < 20_000; event++) {
            byte[] request = ("{\"method\":\"request\",\"address\":\"flood\",\"body\":{\"n\":" + event + "}}")
                    .getBytes(StandardCharsets.UTF_8);
            flood.write(Wire.frame(9L + request.length, Wire.CALL, Wire.next(context), request));
        }
        Wire.write(flood.toByteArray());
        return "flooded";
    }
}
