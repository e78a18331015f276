package io.dataprism.cli.project;

import io.dataprism.cli.CannotBegin;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints every problem as {@code file:line: problem}. Ends with 0 where there is none, with 1 where there is one. */
@Command(
        name = "validate",
        description = "Looks a package, a plugin.json or a project over, without a node.",
        mixinStandardHelpOptions = true)
public final class ValidateCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "PATH", description = "A package, a plugin.json, or a project's folder.")
    private Path path;

    @SuppressWarnings("NullAway.Init")
    ValidateCommand() {}

    @Override
    public Integer call() throws CannotBegin {
        Findings findings = new Findings();
        try {
            look(findings);
        } catch (IOException unreadable) {
            throw new CannotBegin("cannot read " + path + ": " + unreadable.getMessage());
        }
        PrintWriter out = spec.commandLine().getOut();
        findings.problems().forEach(out::println);
        findings.notes().forEach(note -> out.println(note.replaceFirst(": ", ": note: ")));
        int count = findings.problems().size();
        out.println(count == 0 ? path + " is valid" : path + " has " + count + (count == 1 ? " problem" : " problems"));
        out.flush();
        return count == 0 ? 0 : 1;
    }

    private void look(Findings findings) throws IOException, CannotBegin {
        if (Files.isDirectory(path)) {
            findings.lookAtProject(new Project(path));
        } else if (!Files.isRegularFile(path)) {
            throw new CannotBegin(
                    "there is no file or folder " + path + ": name a package, a plugin.json or a project.");
        } else if (path.toString().endsWith(".json")) {
            findings.lookAtManifest(path.toString(), Files.readAllBytes(path));
        } else {
            findings.lookAtPackage(path);
        }
    }
}
