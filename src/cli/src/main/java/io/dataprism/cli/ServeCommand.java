package io.dataprism.cli;

import io.dataprism.node.Node;
import io.dataprism.node.NodeConfiguration;
import io.dataprism.node.NodeStartException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import sun.misc.Signal;

/**
 * Runs a node until it is told to end. Prints one line to standard output when it is ready. Ctrl-C and SIGTERM drain it and
 * end the process with exit code 0.
 */
@Command(name = "serve", description = "Runs a node.", mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {

    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(12);

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--port",
            defaultValue = "8080",
            description = "Port; 0 picks a free one. Default: ${DEFAULT-VALUE}")
    private int port;

    @Option(names = "--host", defaultValue = "127.0.0.1", description = "Address. Default: ${DEFAULT-VALUE}")
    private String host;

    @Option(names = "--data-dir", defaultValue = ".dataprism", description = "Data folder. Default: ${DEFAULT-VALUE}")
    private Path dataDirectory;

    @Option(names = "--no-sample", description = "Do not load the dataset 'flights' at first start.")
    private boolean noSample;

    @Option(names = "--no-plugins", description = "Do not put the bundled plugins into the catalog.")
    private boolean noPlugins;

    @SuppressWarnings("NullAway.Init")
    ServeCommand() {}

    @Override
    public Integer call() throws CannotBegin, InterruptedException {
        if (port < 0 || port > 65_535) {
            throw new CannotBegin("--port is " + port + ": give a port from 0 to 65535.");
        }
        CountDownLatch told = new CountDownLatch(1);
        for (String signal : List.of("INT", "TERM")) {
            Signal.handle(new Signal(signal), ignored -> told.countDown());
        }
        Node node = start();
        spec.commandLine()
                .getOut()
                .println("ready http://" + host(node) + ":" + node.port() + " in " + uptimeMillis() + " ms");
        spec.commandLine().getOut().flush();
        told.await();
        node.stop(DRAIN_LIMIT);
        return 0;
    }

    private Node start() throws CannotBegin {
        Path home = Path.of(System.getProperty("dataprism.home", "."));
        try {
            return Node.start(new NodeConfiguration(
                    host, port, dataDirectory.toAbsolutePath().normalize(), home, !noSample, !noPlugins));
        } catch (NodeStartException e) {
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
