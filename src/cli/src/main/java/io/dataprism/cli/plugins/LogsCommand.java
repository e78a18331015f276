package io.dataprism.cli.plugins;

import com.fasterxml.jackson.databind.JsonNode;
import io.dataprism.cli.CannotBegin;
import io.dataprism.cli.Refused;
import io.dataprism.cli.node.NodeOptions;
import io.dataprism.cli.node.Texts;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The lines that a plugin has written, each as it comes. */
@Command(name = "logs", description = "Prints a plugin's log.", mixinStandardHelpOptions = true)
final class LogsCommand implements Callable<Integer> {

    @Mixin
    private NodeOptions options;

    @Parameters(paramLabel = "NAME")
    private String name;

    @Option(names = "--follow", description = "Go on with what is written from now on, until Ctrl-C.")
    private boolean follow;

    @SuppressWarnings("NullAway.Init")
    LogsCommand() {}

    @Override
    public Integer call() throws CannotBegin, Refused {
        String plugin = Names.checked(name);
        options.with(node -> node.plugins()
                .logs(plugin, follow)
                .doOnNext(line -> options.print(options.json() ? line.toString() : plain(line)))
                .takeUntil(printed -> options.out().checkError()) // nobody reads any more
                .blockLast());
        return 0;
    }

    private static String plain(JsonNode line) {
        return Texts.shown(line.path("time")) + " " + Texts.shown(line.path("level")) + " "
                + Texts.shown(line.path("message"));
    }
}
