package io.dataprism.cli.project;

import io.dataprism.cli.CannotBegin;
import io.dataprism.cli.Refused;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs Maven in a plugin's project: compiles, tests in the sandbox, packs. */
@Command(name = "build", description = "Compiles, tests and packs a plugin's project.", mixinStandardHelpOptions = true)
public final class BuildCommand implements Callable<Integer> {

    private static final String QUIET = "--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow";

    private static final Pattern COLOUR = Pattern.compile("\u001b\\[[0-9;]*m");

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "FOLDER",
            arity = "0..1",
            defaultValue = ".",
            description = "The project. Default: the working directory")
    private Path folder;

    @Option(names = "--offline", description = "Ask no repository: what Maven needs is there from earlier builds.")
    private boolean offline;

    @Option(names = "--skip-tests", description = "Only compile and pack.")
    private boolean skipTests;

    @SuppressWarnings("NullAway.Init")
    BuildCommand() {}

    @Override
    public Integer call() throws CannotBegin, Refused {
        Project project = new Project(folder);
        if (!project.exists()) {
            throw new CannotBegin(
                    "there is no project in " + folder.toAbsolutePath().normalize()
                            + ": name its folder, or make one with './dataprism plugins create'.");
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println("building " + folder + " (Maven fetches what it needs the first time) ...");
        out.flush();
        if (run(command(Distribution.ofThisProcess()), out) != 0) {
            throw new Refused("the build of " + folder + " failed: Maven has said above why.");
        }
        out.println("built " + builtBy(project));
        out.flush();
        return 0;
    }

    private List<String> command(Distribution distribution) {
        List<String> command = new ArrayList<>(List.of(
                "mvn",
                "-B",
                "-q",
                "-Dstyle.color=never",
                "-Ddataprism.home=" + distribution.home(),
                "-Ddataprism.repository=" + distribution.repository()));
        if (offline) {
            // the distribution's own repository is a folder, which is there without a network
            command.addAll(List.of("-o", "-Daether.offline.protocols=file"));
        }
        if (skipTests) {
            command.add("-Dmaven.test.skip=true");
        }
        command.add("package");
        return command;
    }

    /** On the JDK that runs this command: Maven's own may be older than the plugin's code. And it is not to warn of itself. */
    private int run(List<String> command, PrintWriter out) throws CannotBegin {
        ProcessBuilder maven =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        maven.environment().put("JAVA_HOME", System.getProperty("java.home"));
        maven.environment().merge("MAVEN_OPTS", QUIET, (given, quiet) -> given + " " + quiet);
        try {
            Process process = maven.start();
            try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    print(line, out);
                }
            }
            return process.waitFor();
        } catch (IOException absent) {
            throw new CannotBegin("Maven is needed to build a plugin: install it (Debian: apt install maven).");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CannotBegin("the build was interrupted: start it again.");
        }
    }

    /** Maven resets the terminal's colours when it ends, whether it has set any or not. */
    private static void print(String line, PrintWriter out) {
        String plain = COLOUR.matcher(line).replaceAll("");
        if (!plain.isEmpty()) {
            out.println(plain);
            out.flush();
        }
    }

    private static Path builtBy(Project project) throws Refused {
        try {
            Optional<Path> jar = project.built();
            return jar.orElseThrow(() -> new Refused("Maven made no jar in "
                    + project.folder().resolve("target") + ": let its pom.xml have the packaging jar."));
        } catch (IOException unreadable) {
            throw new Refused("cannot read " + project.folder().resolve("target") + ": " + unreadable.getMessage());
        }
    }
}
