package plugins.hostile;

/** Maps memory by system calls past every account of the JVM. */
public class FillsMappedMemory extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        for (int piece = 0; piece < 1024; piece++) {
            long address = Kernel.call("mmap", 0, 4 << 20, 3, 0x22, -1, 0);
            if (address < 0) {
                throw new OutOfMemoryError("errno " + -address);
            }
            Kernel.UNSAFE.setMemory(address, 4 << 20, (byte) 1);
        }
        return "4 GiB";
    }
}
