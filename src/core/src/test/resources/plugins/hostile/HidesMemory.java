package plugins.hostile;

/** Takes memory that no account of the process shows. */
public class HidesMemory extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        long shared = Kernel.call("mmap", 0, 1 << 20, 3, 0x21, -1, 0);
        long page = Kernel.call("mmap", 0, 1 << 20, 3, 0x23, -1, 0);
        Attempts attempts = new Attempts().answered("shared memory", shared).answered("validated shared memory", page);
        attempts.call("memfd_create", Kernel.text("m"), 0)
                .call("memfd_secret", 0)
                .call("shmget", 0, 1 << 20, 01600);
        attempts.call("msgget", 0, 01600).call("semget", 0, 8, 01600).call("mq_open", Kernel.text("q"), 0102, 0600, 0);
        return attempts.answered("a larger pipe", Kernel.call("fcntl", Wire.descriptor(1), 1031, 1 << 20));
    }
}
