package plugins.hostile;

/** Asks the host for a method that it does not have. */
public class AsksForWhatDoesNotExist extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        Wire.send(Wire.CALL, 1001, "{\"method\":\"shutdown\"}");
        hang();
        return null;
    }
}
