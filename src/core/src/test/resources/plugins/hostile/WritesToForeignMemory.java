package plugins.hostile;

/** Writes to an address that is not its own. */
public class WritesToForeignMemory extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        Kernel.UNSAFE.putAddress(8, 1);
        return null;
    }
}
