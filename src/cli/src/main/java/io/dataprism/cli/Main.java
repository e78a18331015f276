package io.dataprism.cli;

import io.dataprism.cli.cluster.ClusterCommand;
import io.dataprism.cli.events.EventsCommand;
import io.dataprism.cli.plugins.PluginsCommand;
import io.dataprism.cli.query.QueryCommand;
import io.dataprism.cli.tokens.TokensCommand;
import io.dataprism.node.NodeIdentity;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** What the launcher runs. */
@Command(
        name = "dataprism",
        description = "Runs third-party data plugins next to an analytical engine, safely.",
        subcommands = {
            ServeCommand.class,
            PluginsCommand.class,
            EventsCommand.class,
            QueryCommand.class,
            TokensCommand.class,
            ClusterCommand.class,
            AuditCommand.class,
            DoctorCommand.class,
            CommandLine.HelpCommand.class
        },
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class)
public final class Main {

    private Main() {}

    /** Runs a command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        if (arguments.length > 0 && arguments[0].equals(ServeCommand.NAME)) {
            EndSignals.heard();
        }
        System.exit(commandLine().execute(arguments));
    }

    /** All commands, for one execution; its streams can be set before. */
    public static CommandLine commandLine() {
        CommandLine line = new CommandLine(new Main());
        line.setParameterExceptionHandler((wrong, given) ->
                fail(line.getErr(), wrong.getMessage() + ". './dataprism help' lists commands and options."));
        line.setExecutionExceptionHandler((failure, command, result) -> {
            if (failure instanceof CannotBegin cannotBegin) {
                return fail(line.getErr(), String.valueOf(cannotBegin.getMessage()));
            }
            if (failure instanceof Refused refused) {
                line.getErr().println("dataprism: " + refused.getMessage());
                return CommandLine.ExitCode.SOFTWARE;
            }
            throw failure;
        });
        return line;
    }

    private static int fail(PrintWriter err, String message) {
        err.println("dataprism: " + message.replace('\n', ' '));
        return CommandLine.ExitCode.USAGE;
    }

    /** Prints the version of this build. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"dataprism " + NodeIdentity.VERSION};
        }
    }
}
