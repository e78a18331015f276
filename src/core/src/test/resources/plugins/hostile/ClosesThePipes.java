package plugins.hostile;

/** Closes its ends of the pipes. */
public class ClosesThePipes extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        Kernel.call("close", Wire.descriptor(1));
        Kernel.call("close", Wire.descriptor(0));
        Kernel.call("close", 2);
        Kernel.call("close", 1);
        hang();
        return null;
    }
}
