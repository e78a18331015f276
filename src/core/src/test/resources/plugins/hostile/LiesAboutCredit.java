package plugins.hostile;

/** Wants less than nothing of a stream. */
public class LiesAboutCredit extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        Wire.send(Wire.CALL, 1001, "{\"method\":\"subscribe\",\"pattern\":\"**\"}");
        Wire.send(Wire.CREDIT, 1001, Long.MAX_VALUE);
        Wire.send(Wire.CREDIT, 1001, -1);
        hang();
        return null;
    }
}
