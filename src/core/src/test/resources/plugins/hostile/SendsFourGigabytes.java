package plugins.hostile;

/** Announces a frame of all that its length can say. */
public class SendsFourGigabytes extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        Wire.write(Wire.frame(0xffffffffL, Wire.CALL, 1001, new byte[100]));
        hang();
        return null;
    }
}
