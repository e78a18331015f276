package plugins.hostile;

/** Sends a frame of a type that does not exist. */
public class SendsUnknownTypes extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        Wire.send(99, 1001, "{}");
        hang();
        return null;
    }
}
