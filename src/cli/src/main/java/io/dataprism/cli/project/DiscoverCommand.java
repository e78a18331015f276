package io.dataprism.cli.project;

import io.dataprism.cli.CannotBegin;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.manifest.Manifest;
import io.dataprism.core.manifest.PackageInspector;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lists the packages of a folder, without a node: one line each, with what it is or why it is none. */
@Command(
        name = "discover",
        description = "Lists the packages in a folder, without a node.",
        mixinStandardHelpOptions = true)
public final class DiscoverCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "FOLDER",
            arity = "0..1",
            defaultValue = "plugins",
            description = "Default: ${DEFAULT-VALUE}")
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    DiscoverCommand() {}

    @Override
    public Integer call() throws CannotBegin {
        List<Path> packages;
        try (Stream<Path> files = Files.list(folder)) {
            packages = files.filter(file -> file.toString().matches(".*\\.(jar|zip)"))
                    .sorted()
                    .toList();
        } catch (IOException unreadable) {
            throw new CannotBegin("there is no folder " + folder + " that can be read: name one.");
        }
        PrintWriter out = spec.commandLine().getOut();
        packages.forEach(file -> out.println(file + "  " + said(file)));
        if (packages.isEmpty()) {
            out.println("no packages in " + folder);
        }
        out.flush();
        return 0;
    }

    private static String said(Path file) {
        try {
            Manifest manifest = PackageInspector.inspect(file).manifest();
            return manifest.name() + " " + manifest.version() + ", " + manifest.category();
        } catch (DataPrismException refused) {
            return "cannot be used: " + refused.detail();
        } catch (UncheckedIOException unreadable) {
            return "cannot be read: " + unreadable.getMessage();
        }
    }
}
