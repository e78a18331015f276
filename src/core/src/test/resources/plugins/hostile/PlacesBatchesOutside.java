package plugins.hostile;

import java.nio.*;

/** Says that a batch lies where nothing is shared. */
public class PlacesBatchesOutside extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        ByteBuffer placed = ByteBuffer.allocate(64).putLong(-65_536).putLong(1L << 40);
        Wire.send(Wire.PLACED, 2, placed.array());
        hang();
        return null;
    }
}
