package plugins.hostile;

/** Uses the numbers of another interface of the same kernel. */
public class UsesForeignNumbers extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        Attempts attempts = new Attempts();
        if (!System.getProperty("os.arch").equals("aarch64")) {
            for (int number : new int[] {39, 41, 57, 59, 62, 520, 545}) {
                attempts.answered("x32 number " + number, Kernel.call(0x40000000 | number));
            }
        }
        return attempts;
    }
}
