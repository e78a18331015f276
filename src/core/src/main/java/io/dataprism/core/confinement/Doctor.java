package io.dataprism.core.confinement;

import io.dataprism.core.confinement.Diagnosis.Check;
import io.dataprism.core.confinement.Diagnosis.State;
import io.dataprism.core.confinement.PluginProcesses.Launch;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.quota.IsolationLevel;
import io.dataprism.core.quota.ProcessQuotas;
import io.dataprism.core.quota.ResourcePolicy;
import io.dataprism.plugin.ResourceQuota;
import io.dataprism.sandbox.child.SelfTest;
import io.dataprism.sandbox.kernel.KernelSupport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.JarOutputStream;
import org.apache.arrow.memory.RootAllocator;

/** Finds out what this machine can confine, by doing it: a child that does nothing is started as a plugin would be. Blocks. */
public final class Doctor {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final ResourceQuota QUOTA = new ResourceQuota(32L << 20, 1, 8, Duration.ofSeconds(10), 1L << 20);
    private static final int ABI_OF_SIGNALS = 6;

    private final SandboxRuntime runtime;
    private final ResourcePolicy policy;

    public Doctor(SandboxRuntime runtime, ResourcePolicy policy) {
        this.runtime = runtime;
        this.policy = policy;
    }

    /** Looks at everything; leaves nothing behind. */
    public Diagnosis examine() throws IOException {
        List<Check> checks = new ArrayList<>();
        checks.add(platform());
        if (KernelSupport.isKnownMachine()) {
            checks.add(landlock());
            checks.add(seccomp());
        }
        Path folder = Files.createTempDirectory("dataprism-doctor");
        try (ProcessQuotas quotas = ProcessQuotas.open(policy)) {
            checks.add(groups(quotas));
            Check child = child(quotas, folder);
            checks.add(child);
            checks.add(fonts());
            IsolationLevel level = child.state() == State.OK ? quotas.level() : IsolationLevel.JVM_ONLY;
            return new Diagnosis(level, child.state() == State.OK && quotas.suffices(), checks);
        } finally {
            Files.deleteIfExists(folder.resolve("empty.jar"));
            Files.deleteIfExists(folder);
        }
    }

    private static Check platform() {
        String found = System.getProperty("os.name") + " " + System.getProperty("os.version") + " on "
                + System.getProperty("os.arch") + ", Java " + Runtime.version();
        return KernelSupport.isKnownMachine()
                ? new Check("platform", State.OK, found, "")
                : new Check(
                        "platform", State.MISSING, found, "Plugins are confined on Linux, on x86-64 or aarch64 alone.");
    }

    private static Check landlock() {
        int abi = KernelSupport.landlock();
        if (abi == 0) {
            return new Check(
                    "landlock",
                    State.MISSING,
                    "none",
                    "Boot Linux 5.13 or later with 'landlock' in lsm=, and let the container's seccomp profile pass it.");
        }
        return abi < ABI_OF_SIGNALS
                ? new Check(
                        "landlock",
                        State.WEAK,
                        "ABI " + abi,
                        "From ABI " + ABI_OF_SIGNALS
                                + " (Linux 6.12) on, it holds signals too; until then seccomp does alone.")
                : new Check("landlock", State.OK, "ABI " + abi, "");
    }

    private static Check seccomp() {
        return KernelSupport.hasSystemCallFilters()
                ? new Check("seccomp", State.OK, "filters", "")
                : new Check("seccomp", State.MISSING, "none", "Boot a kernel with CONFIG_SECCOMP_FILTER.");
    }

    private static Check groups(ProcessQuotas quotas) {
        return quotas.level() == IsolationLevel.FULL
                ? new Check("control groups", State.OK, quotas.mechanism(), "")
                : new Check("control groups", State.WEAK, quotas.mechanism(), String.join(" ", quotas.missing()));
    }

    private Check child(ProcessQuotas quotas, Path folder) throws IOException {
        Path empty = folder.resolve("empty.jar");
        new JarOutputStream(Files.newOutputStream(empty)).close();
        long start = System.nanoTime();
        try (RootAllocator allocator = new RootAllocator();
                ConfinedPluginProcesses processes = new ConfinedPluginProcesses(
                        runtime, allocator, quotas, PoolSettings.NONE, folder.resolve("caches"), false)) {
            PluginProcess process =
                    processes.start(launch(empty, folder), new ClosedDoor()).block(PATIENCE);
            if (process == null) {
                throw new IllegalStateException("A start ended without a process.");
            }
            long millis = (System.nanoTime() - start) / 1_000_000;
            return new Check(
                    "child",
                    State.OK,
                    "started in " + millis + " ms, everything forbidden was refused, "
                            + process.usage().rssBytes() / (1 << 20) + " MiB resident",
                    "");
        } catch (DataPrismException refused) {
            return new Check("child", State.MISSING, refused.detail(), "What is missing above; or: " + refused.hint());
        }
    }

    private static Launch launch(Path empty, Path folder) {
        return new Launch(
                "doctor",
                "0.0.0",
                "0.0.0",
                "utility",
                empty,
                SelfTest.class.getName(),
                folder,
                QUOTA,
                false,
                Map.of(),
                Map.of());
    }

    private static Check fonts() {
        return ChildCommand.fontFolders().stream().anyMatch(Files::isDirectory)
                ? new Check("fonts", State.OK, "there", "")
                : new Check(
                        "fonts",
                        State.WEAK,
                        "none",
                        "Charts as PNG and PDF need some: on Debian, apt install fonts-dejavu-core.");
    }
}
