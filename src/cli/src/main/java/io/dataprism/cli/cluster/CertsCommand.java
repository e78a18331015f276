package io.dataprism.cli.cluster;

import io.dataprism.cli.CannotBegin;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes what nodes need to trust each other, in a folder. Keeps what is there, so that it can be run again for each new node. */
@Command(
        name = "certs",
        description = {
            "Makes a CA for this cluster alone, a certificate for each node, and the cluster's key.",
            "Run it again for further nodes: what is there is kept."
        },
        mixinStandardHelpOptions = true)
final class CertsCommand implements Callable<Integer> {

    private static final int DAYS_MOST = 3_650;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--out",
            defaultValue = "secrets",
            description = "Folder. Default: ${DEFAULT-VALUE}. Keep ca.key out of nodes' reach: it makes nodes.")
    private Path folder;

    @Option(
            names = "--node",
            paramLabel = "NAME[:HOST,...]",
            description = "A node, and the host names and addresses it is reached at; may be given several times.")
    private List<String> nodes = List.of();

    @Option(
            names = "--renew",
            description =
                    "Make the certificates of these nodes anew, or those of all nodes in the folder; never the CA.")
    private boolean renew;

    @Option(
            names = "--days",
            defaultValue = "825",
            description = "How long nodes' certificates are good. Default: ${DEFAULT-VALUE}")
    private int days;

    @SuppressWarnings("NullAway.Init")
    CertsCommand() {}

    @Override
    public Integer call() throws CannotBegin {
        if (days < 1 || days > DAYS_MOST) {
            throw new CannotBegin("--days is " + days + ": give a number from 1 to " + DAYS_MOST + ".");
        }
        List<CertifiedNode> wanted = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (String node : nodes) {
            CertifiedNode parsed = CertifiedNode.parse(node);
            if (!names.add(parsed.name())) {
                throw new CannotBegin("--node names '" + parsed.name() + "' twice: give all its hosts in one.");
            }
            wanted.add(parsed);
        }
        PrintWriter out = spec.commandLine().getOut();
        new CertificateFolder(folder, Duration.ofDays(days), InstantSource.system(), out::println).fill(wanted, renew);
        out.flush();
        return 0;
    }
}
