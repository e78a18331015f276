package plugins.hostile;

/** Sends what only the host sends, and says hello again. */
public class SpeaksAsTheHost extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        Wire.send(Wire.GO, 0, "{}");
        hang();
        return null;
    }
}
