package plugins.hostile;

/** Announces a frame of two gigabytes. */
public class SendsTwoGigabytes extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        Wire.write(Wire.frame(0x7fffffffL, Wire.RESULT, Wire.calls(context).getLast(), new byte[100]));
        hang();
        return null;
    }
}
