package plugins.hostile;

import java.nio.*;
import java.util.*;

/** Takes direct buffers until there are no more. */
public class FillsDirectBuffers extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        List<ByteBuffer> kept = new ArrayList<>();
        try {
            while (true) {
                kept.add(ByteBuffer.allocateDirect(1 << 20));
            }
        } catch (OutOfMemoryError full) {
            return kept.size() <= 48 ? List.of() : List.of(kept.size() + " MiB of direct buffers");
        }
    }
}
