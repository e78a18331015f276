package io.dataprism.cli.project;

import io.dataprism.cli.CannotBegin;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes a project that builds, passes its test in the real sandbox, and runs, as it is. */
@Command(name = "create", description = "Makes a Maven project for a new plugin.", mixinStandardHelpOptions = true)
public final class CreateCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "NAME", description = "The plugin's name, and its folder's.")
    private String name;

    @Parameters(paramLabel = "CATEGORY", description = "data-processing, visualization, integration or utility")
    private String category;

    @Option(
            names = "--package",
            defaultValue = "com.example",
            description = "Its Java package. Default: ${DEFAULT-VALUE}")
    private String packageName;

    @Option(
            names = "--in",
            defaultValue = "",
            description = "The folder to make the project's folder in. Default: the working directory")
    private Path parent;

    @SuppressWarnings("NullAway.Init")
    CreateCommand() {}

    @Override
    public Integer call() throws CannotBegin {
        if (!Template.CATEGORIES.contains(category)) {
            throw new CannotBegin("'" + category + "' is no category that there is a template for: choose one of "
                    + String.join(", ", Template.CATEGORIES) + ".");
        }
        PluginNames names = PluginNames.of(name, packageName);
        Path folder = parent.resolve(name);
        Template template = new Template(category, names, Distribution.ofThisProcess());
        try {
            if (!isFree(folder)) {
                throw new CannotBegin(folder + " is there already: choose another name, or another folder with --in.");
            }
            template.writeTo(folder);
        } catch (IOException failure) {
            throw new CannotBegin("cannot write the project to " + folder + ": " + failure.getMessage()
                    + ". Name another with --in.");
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println(
                "created " + folder + ": " + Project.SOURCES + "/" + names.path() + "/" + names.className() + ".java");
        out.println("  next: ./dataprism plugins build " + folder);
        out.flush();
        return 0;
    }

    private static boolean isFree(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return true;
        }
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.findAny().isEmpty();
        }
    }
}
