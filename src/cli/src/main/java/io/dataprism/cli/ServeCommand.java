package io.dataprism.cli;

import io.dataprism.node.Node;
import io.dataprism.node.NodeConfiguration;
import io.dataprism.node.NodeStartException;
import io.dataprism.node.StartEndedException;
import io.dataprism.node.configuration.ClusterFile;
import io.dataprism.node.configuration.ConfigurationException;
import io.dataprism.node.configuration.ConfigurationFile;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Runs a node until it is told to end. Prints one line to standard output when it is ready. Ctrl-C and SIGTERM drain it and
 * end the process with exit code 0, also while it starts.
 */
@Command(name = ServeCommand.NAME, description = "Runs a node.", mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {

    static final String NAME = "serve";

    @Spec
    private CommandSpec spec;

    @Option(names = "--config", description = "Configuration file in YAML. Options that are given as well win.")
    private @Nullable Path configurationFile;

    @Option(names = "--port", description = "Port; 0 picks a free one. Default: 8080")
    private @Nullable Integer port;

    @Option(names = "--host", description = "Address. Default: 127.0.0.1")
    private @Nullable String host;

    @Option(names = "--data-dir", description = "Data folder. Default: .dataprism")
    private @Nullable Path dataDirectory;

    @Option(
            names = "--cluster",
            description = "File in YAML that makes this a node of a cluster, such as cluster-config/loopback.yaml.")
    private @Nullable Path clusterFile;

    @Option(names = "--no-sample", description = "Do not load the dataset 'flights' at first start.")
    private boolean noSample;

    @Option(names = "--no-plugins", description = "Do not put the bundled plugins into the catalog.")
    private boolean noPlugins;

    @Option(
            names = "--allow-unconfined",
            description =
                    "Where this machine cannot confine plugins' processes (it is no Linux, or has no Landlock), run them"
                            + " with all the rights of this user. Only for plugins that you wrote yourself. Does nothing where the configuration demands minimumLevel: full.")
    private boolean allowUnconfined;

    @SuppressWarnings("NullAway.Init")
    ServeCommand() {}

    @Override
    public Integer call() throws CannotBegin {
        if (port != null && (port < 0 || port > 65_535)) {
            throw new CannotBegin("--port is " + port + ": give a port from 0 to 65535.");
        }
        return run(configuration(), EndSignals.heard());
    }

    private int run(NodeConfiguration configuration, CompletableFuture<Void> told) throws CannotBegin {
        Node node;
        try {
            node = Node.start(configuration, told);
        } catch (StartEndedException ended) {
            return 0;
        } catch (NodeStartException e) {
            throw new CannotBegin(String.valueOf(e.getMessage()));
        }
        spec.commandLine()
                .getOut()
                .println("ready " + node.scheme() + "://" + host(node) + ":" + node.port() + " in " + uptimeMillis()
                        + " ms");
        spec.commandLine().getOut().flush();
        told.join();
        node.stop(configuration.limits().shutdown());
        return 0;
    }

    private ConfigurationFile file() throws CannotBegin {
        try {
            return configurationFile == null ? ConfigurationFile.defaults() : ConfigurationFile.read(configurationFile);
        } catch (ConfigurationException e) {
            throw new CannotBegin(String.valueOf(e.getMessage()));
        }
    }

    private NodeConfiguration configuration() throws CannotBegin {
        ConfigurationFile file = file();
        Path data = dataDirectory == null ? file.dataDirectory() : dataDirectory;
        NodeConfiguration alone = new NodeConfiguration(
                host == null ? file.host() : host,
                port == null ? file.port() : port,
                data.toAbsolutePath().normalize(),
                Path.of(System.getProperty("dataprism.home", ".")),
                file.sample() && !noSample,
                file.plugins() && !noPlugins,
                file.engine(),
                file.limits(),
                file.access(),
                file.findings(),
                file.systemPlugins(),
                file.mounts(),
                file.llm(),
                file.resources(),
                file.wasm(),
                file.pool(),
                file.tls(),
                file.webSocketCompression(),
                allowUnconfined,
                file.events());
        try {
            return clusterFile == null ? alone : alone.in(ClusterFile.read(clusterFile));
        } catch (ConfigurationException e) {
            throw new CannotBegin(String.valueOf(e.getMessage()));
        }
    }

    private String host(Node node) {
        return node.host().contains(":") ? "[" + node.host() + "]" : node.host();
    }

    /** Since the JVM began: the process may be older, where the launcher built first. */
    private static long uptimeMillis() {
        return ManagementFactory.getRuntimeMXBean().getUptime();
    }
}
