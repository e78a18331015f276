package plugins.hostile;

/** Changes limits, priorities and processors, of the host and of itself. */
public class LimitsTheHost extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        long host = target.host();
        long limits = Kernel.zeros(16);
        Attempts attempts = new Attempts();
        attempts.call("prlimit64", host, 7, 0, limits).call("prlimit64", host, 7, limits, 0);
        for (int resource = 0; resource < 16; resource++) {
            attempts.call("prlimit64", 0, resource, limits, 0).call("setrlimit", resource, limits);
        }
        attempts.call("setpriority", 0, host, 19).call("setpriority", 0, 0, -20).call("ioprio_set", 1, host, 0);
        attempts.call("sched_setaffinity", host, 8, limits).call("sched_setaffinity", 0, 8, limits);
        attempts.call("sched_setscheduler", 0, 1, limits).call("sched_setattr", 0, limits, 0);
        return attempts.call("getpriority", 0, host);
    }
}
