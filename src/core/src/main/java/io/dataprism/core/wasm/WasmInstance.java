package io.dataprism.core.wasm;

import io.dataprism.core.wasm.module.ModuleDeclarations;
import io.dataprism.core.wasm.module.PluginInterface;
import java.util.Set;
import run.endive.runtime.ByteArrayMemory;
import run.endive.runtime.Instance;
import run.endive.runtime.MStack;
import run.endive.runtime.Memory;
import run.endive.runtime.TableInstance;
import run.endive.runtime.TrapException;
import run.endive.wasm.types.Instruction;
import run.endive.wasm.types.MemoryLimits;
import run.endive.wasm.types.Table;
import run.endive.wasm.types.TableLimits;

/**
 * One instance of a module. On its plugin's thread alone, but for {@link #memoryBytes}. Whatever it throws that is no {@link
 * io.dataprism.core.error.DataPrismException} is a trap, and the instance may not be used again.
 */
final class WasmInstance {

    /** Of operands, over all open calls, where code is interpreted; compiled code has them on its thread's stack. */
    private static final int MOST_OPERANDS = 1 << 18;

    private static final long LENGTH_MASK = 0xffff_ffffL;
    private static final int ADDRESS_SHIFT = 32;

    private final HostFunctions functions;
    private final Set<String> exported;
    private final Instance instance;

    /**
     * Makes one: fills its memory and calls its start function.
     *
     * @param memoryBytes of its memory, at most
     */
    WasmInstance(LoadedModule loaded, HostFunctions functions, long memoryBytes) {
        this.functions = functions;
        this.exported = loaded.exported();
        Instance.Builder builder = Instance.builder(loaded.module())
                .withStart(false)
                .withImportValues(functions.imports())
                .withMemoryFactory(limits -> memory(limits, pages(memoryBytes)))
                .withTableFactory(WasmInstance::table)
                .withUnsafeExecutionListener(WasmInstance::checkOperands);
        if (loaded.machines() != null) {
            builder.withMachineFactory(loaded.machines());
        }
        functions.begin(Serving.NOTHING);
        this.instance = builder.build();
        functions.end();
    }

    /** How many pages of 64 KiB so many bytes are; at most what the engine can address. */
    static int pages(long bytes) {
        return (int) Math.min(bytes / Memory.PAGE_SIZE, Memory.RUNTIME_MAX_PAGES);
    }

    /** Calls a function that takes nothing, where the module has it. */
    void signal(String function) {
        if (exported(function)) {
            functions.begin(Serving.NOTHING);
            instance.export(function).apply();
            functions.end();
        }
    }

    /** Calls a function that takes bytes, where the module has it. */
    void tell(String function, byte[] bytes) {
        if (exported(function)) {
            functions.begin(Serving.NOTHING);
            instance.export(function).apply(put(bytes), bytes.length);
            functions.end();
        }
    }

    /** Calls a function that takes bytes and answers bytes. */
    byte[] ask(Serving serving, String function, byte[] bytes) {
        long answer = run(serving, function, bytes);
        int address = (int) (answer >>> ADDRESS_SHIFT);
        long length = answer & LENGTH_MASK;
        if (length > HostRequests.MOST_ANSWER_BYTES) {
            throw new TrapException("'" + function + "' answered " + length + " bytes; at most "
                    + HostRequests.MOST_ANSWER_BYTES + " are taken");
        }
        byte[] copy = instance.memory().readBytes(address, (int) length);
        if (exported(PluginInterface.FREE)) {
            instance.export(PluginInterface.FREE).apply(address, length);
        }
        return copy;
    }

    /** Calls a function that takes bytes, for what it does. @return what it answers, as it is */
    long run(Serving serving, String function, byte[] bytes) {
        functions.begin(serving);
        long answer = instance.export(function).apply(put(bytes), bytes.length)[0];
        functions.end();
        return answer;
    }

    /** What its memory has grown to. Any thread. */
    long memoryBytes() {
        return (long) instance.memory().pages() * Memory.PAGE_SIZE;
    }

    private int put(byte[] bytes) {
        int address = (int) instance.export(PluginInterface.ALLOCATE).apply(bytes.length)[0];
        if (address == 0 && bytes.length > 0) {
            throw new TrapException("'" + PluginInterface.ALLOCATE + "' has no memory for " + bytes.length + " bytes");
        }
        instance.memory().write(address, bytes);
        return address;
    }

    private boolean exported(String function) {
        return exported.contains(function);
    }

    private static Memory memory(MemoryLimits limits, int mostPages) {
        if (limits.initialPages() > mostPages) {
            throw new TrapException("it begins with a memory of " + limits.initialPages()
                    + " pages of 64 KiB; its quota is " + mostPages);
        }
        return new ByteArrayMemory(new MemoryLimits(limits.initialPages(), Math.min(limits.maximumPages(), mostPages)));
    }

    private static TableInstance table(Table table, int initial) {
        long most = Math.min(table.limits().max(), ModuleDeclarations.MOST_TABLE_ELEMENTS);
        // limits of its own: the engine counts in them as the table grows
        return new TableInstance(
                new Table(table.elementType(), new TableLimits(table.limits().min(), most)), initial);
    }

    private static void checkOperands(Instruction instruction, MStack operands) {
        if (operands.size() > MOST_OPERANDS) {
            throw new TrapException("more than " + MOST_OPERANDS + " operands are open at once");
        }
    }
}
