package plugins.hostile;

/** Opens an exchange with an id of the host's. */
public class UsesTheHostsIds extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        Wire.send(Wire.CALL, 1000, "{\"method\":\"request\",\"address\":\"x\",\"body\":{}}");
        hang();
        return null;
    }
}
