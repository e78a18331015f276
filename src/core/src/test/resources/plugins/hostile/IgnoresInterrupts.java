package plugins.hostile;

/** Sleeps through every interrupt. */
public class IgnoresInterrupts extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        hang();
        return null;
    }
}
