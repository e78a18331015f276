package io.dataprism.core.wasm;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.wasm.module.PluginInterface;
import io.dataprism.sandbox.frame.StackRoom;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.HostFunction;
import run.endive.runtime.ImportValues;
import run.endive.runtime.Instance;
import run.endive.runtime.TrapException;
import run.endive.runtime.WasmFunctionHandle;
import run.endive.runtime.WasmInterruptedException;
import run.endive.wasm.types.FunctionType;
import run.endive.wasm.types.ValType;

/**
 * The functions that one instance is given, and what they keep between two of its calls. On the thread that runs the instance:
 * they copy bytes, and leave the rest to the {@link DoorThread}.
 */
final class HostFunctions {

    private static final int THE_HOSTS_REFUSAL = 3;
    private static final long[] NOTHING = new long[0];

    private final HostRequests requests;
    private final DoorThread door;
    private final WasmFailures failures;
    private Serving serving = Serving.NOTHING;
    private byte @Nullable [] waiting;
    private @Nullable DataPrismException refusal;
    private @Nullable DataPrismException failure;

    HostFunctions(HostRequests requests, DoorThread door, WasmFailures failures) {
        this.requests = requests;
        this.door = door;
        this.failures = failures;
    }

    ImportValues imports() {
        ValType number = ValType.I32;
        return ImportValues.builder()
                .addFunction(
                        function(PluginInterface.LOG, List.of(number, number, number), List.of(), this::log),
                        function(PluginInterface.REQUEST, List.of(number, number), List.of(number), this::request),
                        function(PluginInterface.TAKE, List.of(number, number), List.of(), this::take),
                        function(PluginInterface.FAIL, List.of(number, number, number), List.of(), this::fail),
                        function(PluginInterface.NEXT, List.of(), List.of(number), this::next),
                        function(PluginInterface.EMIT, List.of(number, number), List.of(number), this::emit))
                .build();
    }

    /** A call of the host's begins. */
    void begin(Serving served) {
        serving = served;
        waiting = null;
        refusal = null;
        failure = null;
    }

    /** It has ended; throws what the module said that failed. */
    void end() {
        DataPrismException said = failure;
        begin(Serving.NOTHING);
        if (said != null) {
            throw said;
        }
    }

    private long[] log(Instance instance, long... arguments) {
        byte[] message = bytes(instance, arguments[1], arguments[2]);
        ask(() -> {
            requests.log((int) arguments[0], message);
            return HostReply.nothing();
        });
        return NOTHING;
    }

    private long[] request(Instance instance, long... arguments) {
        byte[] request = bytes(instance, arguments[0], arguments[1]);
        String served = serving.callId();
        return answer(() -> requests.request(served, request));
    }

    private long[] next(Instance instance, long... nothing) {
        return answer(serving::next);
    }

    private long[] emit(Instance instance, long... arguments) {
        byte[] stream = bytes(instance, arguments[0], arguments[1]);
        Serving served = serving;
        return answer(() -> served.emit(stream));
    }

    /** The length of what the module may take then. */
    private long[] answer(Callable<HostReply> work) {
        // what nobody took makes room for what comes
        waiting = null;
        HostReply reply = ask(work);
        waiting = reply.bytes();
        refusal = reply.refusal();
        return new long[] {refusal == null ? reply.bytes().length : -reply.bytes().length};
    }

    private long[] take(Instance instance, long... arguments) {
        byte[] answer = waiting;
        if (answer == null || (int) arguments[1] != answer.length) {
            throw new TrapException("'take' asked for " + (int) arguments[1] + " bytes where "
                    + (answer == null ? "none wait" : answer.length + " wait"));
        }
        waiting = null;
        instance.memory().write((int) arguments[0], answer);
        return NOTHING;
    }

    private long[] fail(Instance instance, long... arguments) {
        int code = (int) arguments[0];
        String message = new String(bytes(instance, arguments[1], arguments[2]), StandardCharsets.UTF_8);
        DataPrismException hosts = refusal;
        failure = code == THE_HOSTS_REFUSAL && hosts != null ? hosts : failures.ofModule(code, message);
        return NOTHING;
    }

    private static byte[] bytes(Instance instance, long address, long length) {
        if ((int) length < 0 || (int) length > HostRequests.MOST_ANSWER_BYTES) {
            throw new TrapException("the host was given " + Integer.toUnsignedString((int) length)
                    + " bytes; it takes at most " + HostRequests.MOST_ANSWER_BYTES);
        }
        return instance.memory().readBytes((int) address, (int) length);
    }

    private HostReply ask(Callable<HostReply> work) {
        StackRoom.require();
        try {
            return door.await(work);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new WasmInterruptedException("interrupted while it waited for the host");
        }
    }

    private static HostFunction function(
            String name, List<ValType> parameters, List<ValType> results, WasmFunctionHandle body) {
        return new HostFunction(PluginInterface.HOST, name, FunctionType.of(parameters, results), body);
    }
}
