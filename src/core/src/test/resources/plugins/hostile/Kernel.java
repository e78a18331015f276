package plugins.hostile;

import java.lang.invoke.*;
import java.lang.reflect.*;
import java.nio.charset.*;
import java.nio.file.*;
import sun.misc.Unsafe;

/**
 * The kernel's door, broken open: {@code Unsafe} is allowed, since Arrow needs it, and with it nothing in this JVM is closed. So
 * everything that the JVM refuses is tried again by raw system calls, which the kernel alone must refuse.
 */
final class Kernel {

    static final Unsafe UNSAFE = unsafe();
    static final MethodHandles.Lookup TRUSTED = trusted();

    private static final MethodHandle CALL = method(
            "io.dataprism.sandbox.kernel.SystemCalls",
            "call",
            java.lang.invoke.MethodType.methodType(long.class, int.class, long[].class));
    private static final int AT_WORKING_FOLDER = -100;

    private Kernel() {}

    /** A call by name; ENOSYS where this architecture has none. */
    static long call(String name, long... arguments) {
        try {
            Class<?> machine = Class.forName("io.dataprism.sandbox.kernel.Machine");
            Object current = method(
                            "io.dataprism.sandbox.kernel.SystemCalls",
                            "machine",
                            java.lang.invoke.MethodType.methodType(machine))
                    .invoke();
            Object number = TRUSTED.findVirtual(
                            machine,
                            "find",
                            java.lang.invoke.MethodType.methodType(java.util.Optional.class, String.class))
                    .invoke(current, name);
            return ((java.util.Optional<?>) number).isEmpty()
                    ? -38
                    : call((int) (Integer) ((java.util.Optional<?>) number).get(), arguments);
        } catch (Throwable failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** A call by number. */
    static long call(int number, long... arguments) {
        try {
            return (long) CALL.invokeExact(number, arguments);
        } catch (Throwable failure) {
            throw new IllegalStateException(failure);
        }
    }

    static long open(Path path, int flags) {
        return call("openat", AT_WORKING_FOLDER, text(path.toString()), flags, 0600);
    }

    /** The address of a text as C has them; never freed. */
    static long text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        long address = zeros(bytes.length + 1);
        for (int at = 0; at < bytes.length; at++) {
            UNSAFE.putByte(address + at, bytes[at]);
        }
        return address;
    }

    static long zeros(long bytes) {
        long address = UNSAFE.allocateMemory(bytes);
        UNSAFE.setMemory(address, bytes, (byte) 0);
        return address;
    }

    /** What a field of an object holds, private or not. */
    static Object field(Object object, String name) {
        try {
            return TRUSTED.unreflectGetter(object.getClass().getDeclaredField(name))
                    .invoke(object);
        } catch (Throwable failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static MethodHandle method(String owner, String name, java.lang.invoke.MethodType type) {
        try {
            return TRUSTED.findStatic(Class.forName(owner), name, type);
        } catch (ReflectiveOperationException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static Unsafe unsafe() {
        try {
            Field field = Unsafe.class.getDeclaredField("theUnsafe");
            field.setAccessible(true);
            return (Unsafe) field.get(null);
        } catch (ReflectiveOperationException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static MethodHandles.Lookup trusted() {
        try {
            Field field = MethodHandles.Lookup.class.getDeclaredField("IMPL_LOOKUP");
            return (MethodHandles.Lookup)
                    UNSAFE.getObject(UNSAFE.staticFieldBase(field), UNSAFE.staticFieldOffset(field));
        } catch (ReflectiveOperationException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
