package plugins.hostile;

/** Holds the end of its JVM up by a hook that never returns. */
public class NeverEndsItsShutdown extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        Runtime.getRuntime().addShutdownHook(new Thread(Attack::hang));
        return "hooked";
    }
}
