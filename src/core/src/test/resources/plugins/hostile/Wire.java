package plugins.hostile;

import io.dataprism.plugin.*;
import java.nio.*;
import java.nio.charset.*;
import java.util.*;
import java.util.concurrent.atomic.*;

/** The pipe to the host, found among the descriptors, and frames written into it past the child's own writer. */
final class Wire {

    static final int HELLO = 1;
    static final int GO = 2;
    static final int READY = 3;
    static final int CALL = 4;
    static final int RESULT = 5;
    static final int CANCEL = 8;
    static final int SCHEMA = 9;
    static final int BATCH = 10;
    static final int ITEM = 11;
    static final int END = 12;
    static final int CREDIT = 13;
    static final int LOG = 14;
    static final int PLACED = 19;
    static final int FREED = 20;

    private static final int GET_FLAGS = 3;
    private static final int ACCESS_MODE = 3;

    private Wire() {}

    /** The descriptor of the end that is written to (1) or read from (0). */
    static long descriptor(int mode) {
        for (long descriptor = 16; descriptor < 64; descriptor++) {
            long flags = Kernel.call("fcntl", descriptor, GET_FLAGS);
            if (flags >= 0 && (flags & ACCESS_MODE) == mode && Kernel.call("lseek", descriptor, 0, 1) == -29) {
                return descriptor;
            }
        }
        throw new IllegalStateException("The pipe was not found.");
    }

    static void write(byte[] bytes) {
        long address = Kernel.zeros(bytes.length);
        for (int at = 0; at < bytes.length; at++) {
            Kernel.UNSAFE.putByte(address + at, bytes[at]);
        }
        long descriptor = descriptor(1);
        for (long done = 0; done < bytes.length; ) {
            long count = Kernel.call("write", descriptor, address + done, bytes.length - done);
            if (count < 0) {
                throw new IllegalStateException("errno " + -count);
            }
            done += count;
        }
    }

    /** The next id that this side may open an exchange with. */
    static long next(PluginContext context) {
        return ((AtomicLong) Kernel.field(link(context), "nextId")).getAndAdd(2);
    }

    /** Opens an exchange. */
    static long call(PluginContext context, String request) {
        long id = next(context);
        send(CALL, id, request);
        return id;
    }

    /** Whole frames by their parts. */
    static void send(int type, long id, byte[] payload) {
        write(frame(9L + payload.length, type, id, payload));
    }

    static void send(int type, long id, String payload) {
        send(type, id, payload.getBytes(StandardCharsets.UTF_8));
    }

    static void send(int type, long id, long number) {
        send(type, id, ByteBuffer.allocate(8).putLong(number).array());
    }

    /** A frame that may announce another length than it has. */
    static byte[] frame(long announced, int type, long id, byte[] payload) {
        return ByteBuffer.allocate(13 + payload.length)
                .putInt((int) announced)
                .put((byte) type)
                .putLong(id)
                .put(payload)
                .array();
    }

    /** The ids of the calls that the host waits for. */
    static List<Long> calls(PluginContext context) {
        return ((Map<?, ?>) Kernel.field(link(context), "exchanges"))
                .keySet().stream()
                        .map(id -> (Long) id)
                        .filter(id -> id % 2 == 0)
                        .sorted()
                        .toList();
    }

    static Object link(PluginContext context) {
        return Kernel.field(Kernel.field(context, "requests"), "link");
    }
}
