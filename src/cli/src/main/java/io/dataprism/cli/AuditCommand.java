package io.dataprism.cli;

import io.dataprism.core.audit.AuditHead;
import io.dataprism.core.audit.AuditHeads;
import io.dataprism.core.audit.AuditVerifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What can be done with the audit log where its node is not running, or not trusted. */
@Command(
        name = "audit",
        description = "Checks the audit log of a data folder, offline.",
        mixinStandardHelpOptions = true)
final class AuditCommand {

    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init")
    AuditCommand() {}

    /** Ends with 0 where every line is what the node wrote, with 1 where one is not. */
    @Command(
            name = "verify",
            description = "Says whether a line was changed, removed, added or cut off.",
            mixinStandardHelpOptions = true)
    int verify(
            @Option(
                            names = "--data-dir",
                            defaultValue = ".dataprism",
                            description = "Data folder. Default: ${DEFAULT-VALUE}")
                    Path dataDirectory,
            @Option(
                            names = "--heads",
                            paramLabel = "FILE",
                            description =
                                    "What another node has kept of this log: the file audit/heads.json of its data folder.")
                    @Nullable
                    Path heads,
            @Option(
                            names = "--node",
                            paramLabel = "ID",
                            description = "The node to look for in FILE. Default: the one that the log names")
                    @Nullable
                    String node)
            throws CannotBegin {
        if (!Files.isDirectory(dataDirectory)) {
            throw new CannotBegin("there is no data folder " + dataDirectory + ": name it with --data-dir.");
        }
        AuditVerifier.Verdict verdict;
        try {
            verdict = AuditVerifier.verify(dataDirectory);
            if (heads != null) {
                verdict = AuditVerifier.verify(dataDirectory, told(heads, node == null ? verdict.node() : node));
            }
        } catch (UncheckedIOException e) {
            throw new CannotBegin("cannot read the audit log in " + dataDirectory + ": " + e.getMessage());
        }
        if (verdict.ok()) {
            spec.commandLine()
                    .getOut()
                    .println("ok: " + verdict.lines() + " lines, as node " + verdict.node() + " wrote them");
            return 0;
        }
        spec.commandLine()
                .getOut()
                .println("bad: line " + verdict.firstBad() + " of " + verdict.lines() + ": " + verdict.reason());
        return 1;
    }

    private static List<AuditHead> told(Path file, String node) throws CannotBegin {
        try {
            List<AuditHead> told = AuditHeads.read(file).of(node);
            if (told.isEmpty()) {
                throw new CannotBegin("the file " + file + " has nothing of node '" + node + "': name it with --node.");
            }
            return told;
        } catch (IOException | IllegalArgumentException e) {
            throw new CannotBegin("cannot read the heads in " + file + ": " + e.getMessage());
        }
    }
}
