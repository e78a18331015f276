package plugins.hostile;

/** Sends half a frame and falls silent. */
public class SendsHalfAFrame extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        Wire.write(Wire.frame(10 << 20, Wire.RESULT, Wire.calls(context).getLast(), new byte[100]));
        hang();
        return null;
    }
}
