package plugins.hostile;

/** Announces a frame that is shorter than its header. */
public class SendsAFrameTooShort extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        Wire.write(Wire.frame(3, Wire.LOG, 0, new byte[0]));
        hang();
        return null;
    }
}
