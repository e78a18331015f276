package io.dataprism.cli.tokens;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dataprism.cli.CannotBegin;
import io.dataprism.cli.Refused;
import io.dataprism.cli.node.NodeOptions;
import io.dataprism.cli.node.Texts;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes a token. Standard output has the token alone, so that a script can take it; what there is to know of it goes to standard error. */
@Command(name = "create", description = "Makes a token and prints it, this once.", mixinStandardHelpOptions = true)
final class CreateCommand implements Callable<Integer> {

    private static final Pattern LIFETIME = Pattern.compile("([1-9][0-9]{0,8})([smhd])");
    private static final Map<String, Long> SECONDS = Map.of("s", 1L, "m", 60L, "h", 3_600L, "d", 86_400L);

    @Spec
    private CommandSpec spec;

    @Mixin
    private NodeOptions options;

    @Option(names = "--sub", required = true, description = "Who it is for; the audit log has this name.")
    private String sub;

    @Option(
            names = "--role",
            required = true,
            description = "admin, operator, analyst or subscriber; may be given several times.")
    private List<String> roles;

    @Option(names = "--topic", description = "Only topics of this pattern; may be given several times.")
    private List<String> topics = List.of();

    @Option(names = "--no-topics", description = "No topics at all.")
    private boolean noTopics;

    @Option(names = "--table", description = "Only tables of this pattern; may be given several times.")
    private List<String> tables = List.of();

    @Option(names = "--no-tables", description = "No tables at all.")
    private boolean noTables;

    @Option(names = "--plugin", description = "Only plugins of this pattern; may be given several times.")
    private List<String> plugins = List.of();

    @Option(names = "--no-plugins", description = "No plugins at all.")
    private boolean noPlugins;

    @Option(
            names = "--ttl",
            defaultValue = "24h",
            description = "How long it lasts, such as 90s, 15m, 12h or 30d. Default: ${DEFAULT-VALUE}")
    private String lifetime;

    @SuppressWarnings("NullAway.Init")
    CreateCommand() {}

    @Override
    public Integer call() throws CannotBegin, Refused {
        ObjectNode wanted = JsonNodeFactory.instance.objectNode().put("sub", sub);
        roles.forEach(wanted.putArray("roles")::add);
        putPatterns(wanted, "topic", topics, noTopics);
        putPatterns(wanted, "table", tables, noTables);
        putPatterns(wanted, "plugin", plugins, noPlugins);
        wanted.put("ttlSeconds", seconds(lifetime));
        options.talk(node -> {
            JsonNode made = NodeOptions.wait(node.tokens().create(wanted));
            if (!options.json()) {
                explain(made);
            }
            return new NodeOptions.Answer(Texts.shown(made.path("token")), made);
        });
        return 0;
    }

    private void explain(JsonNode made) {
        PrintWriter err = spec.commandLine().getErr();
        err.println("token " + Texts.shown(made.path("id")) + " of " + sub + ", good until "
                + Texts.shown(made.path("exp")) + "; it is shown this once:");
        err.flush();
    }

    /** Without patterns nothing is narrowed; an empty list leaves nothing. */
    private static void putPatterns(ObjectNode wanted, String what, List<String> patterns, boolean none)
            throws CannotBegin {
        if (none && !patterns.isEmpty()) {
            throw new CannotBegin("--no-" + what + "s leaves no " + what + "s, and --" + what + " names '"
                    + patterns.getFirst().replaceAll("\\p{Cntrl}", "?") + "': give one of the two.");
        }
        if (none || !patterns.isEmpty()) {
            patterns.forEach(wanted.putArray(what + "s")::add);
        }
    }

    private static long seconds(String lifetime) throws CannotBegin {
        Matcher found = LIFETIME.matcher(lifetime);
        Long unit = found.matches() ? SECONDS.get(found.group(2)) : null;
        if (unit == null) {
            throw new CannotBegin("--ttl is '" + lifetime.replaceAll("\\p{Cntrl}", "?")
                    + "': give a number with s, m, h or d, such as 12h.");
        }
        return Long.parseLong(found.group(1)) * unit;
    }
}
