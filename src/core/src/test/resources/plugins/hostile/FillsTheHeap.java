package plugins.hostile;

import java.util.*;

/** Keeps arrays until the heap is full, and catches the error. */
public class FillsTheHeap extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        List<byte[]> kept = new ArrayList<>();
        while (true) {
            try {
                kept.add(new byte[1 << 20]);
            } catch (OutOfMemoryError full) {
                // once more
            }
        }
    }
}
