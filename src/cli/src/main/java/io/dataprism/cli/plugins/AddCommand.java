package io.dataprism.cli.plugins;

import com.fasterxml.jackson.databind.JsonNode;
import io.dataprism.cli.CannotBegin;
import io.dataprism.cli.Refused;
import io.dataprism.cli.node.NodeOptions;
import io.dataprism.cli.node.NodeOptions.Answer;
import io.dataprism.cli.node.Texts;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Registers a package and shows what it asks for: nothing is granted by it. */
@Command(
        name = "add",
        description = "Puts a package into the catalog and shows what it asks for.",
        mixinStandardHelpOptions = true)
final class AddCommand implements Callable<Integer> {

    @Mixin
    private NodeOptions options;

    @Parameters(paramLabel = "FILE", description = "The package: a jar.")
    private Path file;

    @Option(names = "--activate", description = "Start it at once, where it asks for nothing.")
    private boolean activate;

    @SuppressWarnings("NullAway.Init")
    AddCommand() {}

    @Override
    public Integer call() throws CannotBegin, Refused {
        Packages.requireReadable(file);
        options.talk(node -> {
            JsonNode plugin =
                    NodeOptions.wait(node.plugins().add(file, activate)).document();
            return new Answer(plain(plugin), plugin);
        });
        return 0;
    }

    private static String plain(JsonNode plugin) {
        String name = Texts.shown(plugin.path("name"));
        StringBuilder text = new StringBuilder()
                .append(name)
                .append(' ')
                .append(Texts.shown(plugin.path("version")))
                .append(" is ")
                .append(Texts.shown(plugin.path("state")));
        JsonNode pending = plugin.path("pending");
        if (!pending.isEmpty()) {
            text.append("; it asks for").append(permissions(pending)).append(grantHint(name));
        }
        for (JsonNode finding : plugin.path("findings")) {
            text.append(System.lineSeparator()).append("  note: ").append(finding(finding));
        }
        JsonNode problem = plugin.path("problem");
        if (problem.isObject()) {
            text.append(System.lineSeparator()).append("  not activated: ").append(Texts.shown(problem.path("detail")));
        }
        return text.toString();
    }

    /** A finding is a sentence, or an object that has one. */
    static String finding(JsonNode finding) {
        return Texts.shown(finding.isObject() && finding.has("detail") ? finding.path("detail") : finding);
    }

    static String permissions(JsonNode permissions) {
        StringBuilder text = new StringBuilder();
        for (JsonNode permission : permissions) {
            text.append(' ').append(Texts.permission(permission));
        }
        return text.toString();
    }

    static String grantHint(String name) {
        return System.lineSeparator() + "  to grant all of it: ./dataprism plugins grant " + name + " --all";
    }
}
