package plugins.hostile;

/** Takes the writing from itself, so that it can never answer. */
public class RefusesItsOwnCalls extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        Kernel.call("close", Wire.descriptor(1));
        hang();
        return null;
    }
}
