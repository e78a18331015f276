package plugins.hostile;

/** Runtime.halt. */
public class HaltsTheJvm extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        Runtime.getRuntime().halt(9);
        return null;
    }
}
