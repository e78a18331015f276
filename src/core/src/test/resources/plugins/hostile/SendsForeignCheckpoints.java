package plugins.hostile;

/** Says how far a read has come that is none. */
public class SendsForeignCheckpoints extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        Wire.send(Wire.CALL, 1001, "{\"method\":\"checkpoint\",\"value\":1}");
        hang();
        return null;
    }
}
