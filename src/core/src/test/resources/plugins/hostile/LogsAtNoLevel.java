package plugins.hostile;

/** Logs with a level that does not exist. */
public class LogsAtNoLevel extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        Wire.send(Wire.LOG, 0, new byte[] {99, '{', '}'});
        hang();
        return null;
    }
}
