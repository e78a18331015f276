package io.dataprism.cli;

import io.dataprism.core.audit.AuditVerifier;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
                    Path dataDirectory)
            throws CannotBegin {
        if (!Files.isDirectory(dataDirectory)) {
            throw new CannotBegin("there is no data folder " + dataDirectory + ": name it with --data-dir.");
        }
        AuditVerifier.Verdict verdict;
        try {
            verdict = AuditVerifier.verify(dataDirectory);
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
}
