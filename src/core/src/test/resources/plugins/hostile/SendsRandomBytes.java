package plugins.hostile;

import java.util.*;

/** Writes random bytes into the pipe. */
public class SendsRandomBytes extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        byte[] bytes = new byte[100_000];
        new Random(1).nextBytes(bytes);
        Wire.write(bytes);
        hang();
        return null;
    }
}
