package io.dataprism.core.wasm;

import io.dataprism.core.confinement.HostDoor;
import io.dataprism.core.confinement.PluginProcess;
import io.dataprism.core.confinement.PluginProcesses.Launch;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.quota.IsolationLevel;
import io.dataprism.core.quota.ProcessQuotas;
import io.dataprism.core.quota.RequestRate;
import io.dataprism.core.wasm.module.ModuleDeclarations;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import run.endive.compiler.MachineFactoryCompiler;

/** Starts plugins that are modules. One per node; any thread; {@link #start} does not block its caller. */
public final class WasmPluginProcesses implements AutoCloseable {

    private static final Duration START_TIMEOUT = Duration.ofSeconds(10);
    private static final long END_WAIT_SECONDS = 6;

    /** The engine keeps about this much for each byte of code, instructions and what is compiled of them. */
    private static final long BYTES_FOR_CODE = 100;

    private static final long MOST_COMPILED_BYTES = 256L << 20;

    private final BufferAllocator allocator;
    private final ProcessQuotas quotas;
    private final ModuleLoader loader;
    private final Set<WasmPlugin> plugins = ConcurrentHashMap.newKeySet();
    /** Large modules take memory while they are compiled: one after another. */
    private final Semaphore loading = new Semaphore(1, true);

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("dataprism-wasm-deadlines").factory());
    private volatile boolean closed;

    /**
     * @param allocator of the batches that come from modules; the caller's to close, afterwards
     * @param quotas what plugins may use; the caller's to close, afterwards
     * @param engine what runs them
     * @param compiled a folder of this node alone for what modules were compiled to; null: each start compiles
     */
    public WasmPluginProcesses(
            BufferAllocator allocator, ProcessQuotas quotas, WasmEngine engine, @Nullable Path compiled) {
        this.allocator = allocator;
        this.quotas = quotas;
        this.loader = new ModuleLoader(
                engine,
                compiled == null || engine != WasmEngine.COMPILER
                        ? null
                        : CompiledModules.in(compiled, MOST_COMPILED_BYTES, versions()));
    }

    /** What compiled code depends on besides its module. */
    private static String versions() {
        String jar = MachineFactoryCompiler.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath();
        return jar.substring(jar.lastIndexOf('/') + 1) + " " + System.getProperty("java.vm.version");
    }

    /**
     * Reads and compiles the module, and makes its instance; nothing of its life cycle has been called then.
     *
     * <p>Fails with {@code PACKAGE_INVALID} where the module is not valid or does not fit the plugin interface, {@code
     * QUOTA_EXCEEDED} where there is no memory left for it, {@code SANDBOX_UNAVAILABLE} where the operator demands more than
     * this engine holds, {@code PLUGIN_CRASHED} where its start function traps, {@code PLUGIN_TIMEOUT} after 10 s.
     */
    public Mono<PluginProcess> start(Launch launch, HostDoor door) {
        return Mono.<PluginProcess>create(sink -> Thread.ofPlatform()
                .daemon()
                .name("dataprism-start-" + launch.name())
                .start(() -> start(launch, door, sink)));
    }

    /** Ends every instance that is left and waits for it, bounded. Nothing can be started afterwards. */
    @Override
    public void close() {
        closed = true;
        List<WasmPlugin> left = List.copyOf(plugins);
        left.forEach(plugin -> plugin.kill(ending()));
        CompletableFuture<?>[] ends = left.stream()
                .map(plugin -> plugin.exited().toCompletableFuture())
                .toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(ends)
                .completeOnTimeout(null, END_WAIT_SECONDS, TimeUnit.SECONDS)
                .join();
        timer.shutdownNow();
    }

    private void start(Launch asked, HostDoor door, MonoSink<PluginProcess> sink) {
        Launch launch = asked.within(quotas.policy().cap(asked.quota()));
        WasmFailures failures = new WasmFailures(launch.name());
        try {
            if (closed) {
                throw ending();
            }
            if (quotas.policy().minimum() == IsolationLevel.FULL) {
                throw failures.unavailable(
                        "the operator demands 'full', control groups of the kernel, which hold no thread of the node's own.",
                        null);
            }
            begin(launch, door, sink);
        } catch (DataPrismException refused) {
            sink.error(refused);
        } catch (IOException | RuntimeException | LinkageError | StackOverflowError failure) {
            sink.error(failures.unavailable("its module could not be started: " + failure.getMessage(), failure));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            sink.error(ending());
        }
    }

    private void begin(Launch launch, HostDoor door, MonoSink<PluginProcess> sink)
            throws IOException, InterruptedException {
        ModuleDeclarations declarations =
                ModuleLoader.declarations(launch.packageFile(), launch.entryPoint(), operations(launch));
        int pages = WasmInstance.pages(launch.quota().memoryBytes());
        if (declarations.initialPages() > pages) {
            throw new DataPrismException(
                    ErrorCode.QUOTA_EXCEEDED,
                    "The module of plugin '" + launch.name() + "' begins with " + declarations.initialPages()
                            + " pages of 64 KiB; its quota has room for " + pages + ".",
                    "Raise 'resources.memory' in the manifest, or 'plugins.most.memory' in the configuration.");
        }
        Runnable reservation = quotas.reserveHeap(
                launch.name(), launch.quota().memoryBytes() + BYTES_FOR_CODE * declarations.engineBytes().length);
        WasmPlugin plugin;
        try {
            plugin = new WasmPlugin(
                    launch,
                    load(launch, declarations),
                    door,
                    new RequestRate(launch.name(), quotas.policy(), System::nanoTime),
                    allocator,
                    timer,
                    reservation);
        } catch (RuntimeException | InterruptedException | Error refused) {
            reservation.run();
            throw refused;
        }
        supervise(plugin, sink);
    }

    private LoadedModule load(Launch launch, ModuleDeclarations declarations) throws InterruptedException {
        if (!loading.tryAcquire(START_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new WasmFailures(launch.name()).timeout("its compilation, behind others,", START_TIMEOUT);
        }
        try {
            return loader.load(declarations);
        } finally {
            loading.release();
        }
    }

    private void supervise(WasmPlugin plugin, MonoSink<PluginProcess> sink) {
        plugins.add(plugin);
        plugin.exited().whenComplete((reason, never) -> plugins.remove(plugin));
        sink.onCancel(() -> plugin.kill(ending()));
        plugin.begin(START_TIMEOUT)
                .subscribe(
                        never -> {},
                        failure -> {
                            plugin.kill(failure instanceof DataPrismException known ? known : ending());
                            sink.error(failure);
                        },
                        () -> sink.success(plugin));
        if (closed) {
            plugin.kill(ending());
        }
    }

    /** The names of the manifest's operations, which has been checked before. */
    private static List<String> operations(Launch launch) {
        return launch.manifest().get("operations") instanceof List<?> list
                ? list.stream()
                        .filter(Map.class::isInstance)
                        .map(each -> String.valueOf(((Map<?, ?>) each).get("name")))
                        .toList()
                : List.of();
    }

    private static DataPrismException ending() {
        return new DataPrismException(
                ErrorCode.DRAINING, "This node ends its plugins.", "Send the request to another node.");
    }
}
