package plugins.hostile;

/** Takes objects of the kernel of which the user, and so the host, has only so many. */
public class UsesUpWhatTheUserHas extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        Attempts attempts = new Attempts();
        attempts.call("io_setup", 1024, Kernel.zeros(8))
                .call("inotify_init1", 0)
                .call("inotify_init");
        attempts.call("timer_create", 1, 0, Kernel.zeros(8)).call("mq_open", Kernel.text("q"), 0102, 0600, 0);
        attempts.call("add_key", Kernel.text("user"), Kernel.text("k"), Kernel.text("v"), 1, -3);
        attempts.attempt(
                "a watch",
                () -> context.directory().getFileSystem().newWatchService().close());
        return attempts.call("fanotify_init", 0, 0).call("mlockall", 3);
    }
}
