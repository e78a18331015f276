package plugins.hostile;

/** Stops its own process by a signal, as a job is stopped. */
public class StopsItself extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        long self = Kernel.call("getpid");
        Kernel.call("tgkill", self, self, 19);
        hang();
        return null;
    }
}
