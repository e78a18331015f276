package plugins.hostile;

/** Enters the process group and the session of the host, for the signals of its terminal. */
public class JoinsTheHostsGroup extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        return new Attempts()
                .call("setpgid", 0, target.host())
                .call("setpgid", 0, 0)
                .call("setsid")
                .call("getpgid", target.host())
                .call("getsid", target.host());
    }
}
