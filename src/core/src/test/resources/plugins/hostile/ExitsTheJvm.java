package plugins.hostile;

/** System.exit. */
public class ExitsTheJvm extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        System.exit(7);
        return null;
    }
}
