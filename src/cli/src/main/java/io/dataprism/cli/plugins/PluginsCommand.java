package io.dataprism.cli.plugins;

import com.fasterxml.jackson.databind.JsonNode;
import io.dataprism.cli.CannotBegin;
import io.dataprism.cli.Refused;
import io.dataprism.cli.client.NodeClient;
import io.dataprism.cli.client.NodeOptions;
import io.dataprism.cli.client.NodeOptions.Answer;
import io.dataprism.cli.client.Texts;
import io.dataprism.cli.project.BuildCommand;
import io.dataprism.cli.project.CreateCommand;
import io.dataprism.cli.project.DiscoverCommand;
import io.dataprism.cli.project.TraceCommand;
import io.dataprism.cli.project.ValidateCommand;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The commands that are one request each. */
@Command(
        name = "plugins",
        description = "Writes plugins, and governs those of a running node.",
        subcommands = {
            InfoCommand.class,
            AddCommand.class,
            GrantCommand.class,
            LogsCommand.class,
            CreateCommand.class,
            BuildCommand.class,
            ValidateCommand.class,
            TraceCommand.class,
            DiscoverCommand.class
        },
        mixinStandardHelpOptions = true)
public final class PluginsCommand {

    @Command(name = "list", description = "Lists the plugins of the catalog.", mixinStandardHelpOptions = true)
    void list(
            @Mixin NodeOptions options,
            @Option(names = "--category", description = "Only those of a category.") @Nullable String category,
            @Option(names = "--state", description = "Only those in a state.") @Nullable String state)
            throws CannotBegin, Refused {
        List<String> query = new ArrayList<>();
        addTo(query, "category", category);
        addTo(query, "state", state);
        options.talk(node -> {
            JsonNode found = node.get("/v1/plugins" + (query.isEmpty() ? "" : "?" + String.join("&", query)));
            List<List<String>> rows = new ArrayList<>();
            for (JsonNode plugin : found) {
                int pending = plugin.path("pending").size();
                rows.add(List.of(
                        Texts.shown(plugin.path("name")),
                        Texts.shown(plugin.path("version")),
                        Texts.shown(plugin.path("category")),
                        Texts.shown(plugin.path("state")),
                        pending == 0 ? "" : pending + " to grant"));
            }
            return new Answer(Texts.table(List.of("NAME", "VERSION", "CATEGORY", "STATE", "PENDING"), rows), found);
        });
    }

    @Command(
            name = "activate",
            description = "Starts a plugin, those that it needs first.",
            mixinStandardHelpOptions = true)
    void activate(@Mixin NodeOptions options, @Parameters(paramLabel = "NAME") String name)
            throws CannotBegin, Refused {
        step(options, name, "/activate");
    }

    @Command(
            name = "deactivate",
            description = "Ceases to call a plugin; its process stays.",
            mixinStandardHelpOptions = true)
    void deactivate(@Mixin NodeOptions options, @Parameters(paramLabel = "NAME") String name)
            throws CannotBegin, Refused {
        step(options, name, "/deactivate");
    }

    @Command(
            name = "load",
            description = "Starts a plugin's process without calling it.",
            mixinStandardHelpOptions = true)
    void load(@Mixin NodeOptions options, @Parameters(paramLabel = "NAME") String name) throws CannotBegin, Refused {
        step(options, name, "/load");
    }

    @Command(name = "unload", description = "Ends a plugin's process.", mixinStandardHelpOptions = true)
    void unload(@Mixin NodeOptions options, @Parameters(paramLabel = "NAME") String name) throws CannotBegin, Refused {
        step(options, name, "/unload");
    }

    @Command(
            name = "reload",
            description = "Puts another version in a plugin's place while it serves.",
            mixinStandardHelpOptions = true)
    void reload(
            @Mixin NodeOptions options,
            @Parameters(paramLabel = "NAME") String name,
            @Parameters(paramLabel = "FILE", description = "The new package.") Path file)
            throws CannotBegin, Refused {
        String path = Names.path(name, "/package");
        options.talk(node -> {
            JsonNode done = node.send("PUT", path, file);
            String versions = name + " " + Texts.shown(done.path("from")) + " -> " + Texts.shown(done.path("to"));
            JsonNode pending = done.path("pending");
            return new Answer(
                    pending.isEmpty()
                            ? versions + " in " + Texts.shown(done.path("switchedInMs")) + " ms"
                            : versions + " waits for a grant of what it asks for now:" + AddCommand.permissions(pending)
                                    + AddCommand.grantHint(name),
                    done);
        });
    }

    @Command(
            name = "remove",
            description = "Ends a plugin and takes it out of the catalog.",
            mixinStandardHelpOptions = true)
    void remove(@Mixin NodeOptions options, @Parameters(paramLabel = "NAME") String name) throws CannotBegin, Refused {
        String path = Names.path(name, "");
        options.talk(node -> {
            node.delete(path);
            return new Answer(
                    name + " removed",
                    NodeClient.JSON.createObjectNode().put("name", name).put("removed", true));
        });
    }

    private static void step(NodeOptions options, String name, String verb) throws CannotBegin, Refused {
        String path = Names.path(name, verb);
        options.talk(node -> {
            JsonNode plugin = node.post(path);
            return new Answer(
                    name + " " + Texts.shown(plugin.path("version")) + " is " + Texts.shown(plugin.path("state")),
                    plugin);
        });
    }

    private static void addTo(List<String> query, String name, @Nullable String value) throws CannotBegin {
        if (value == null) {
            return;
        }
        if (!value.matches("[a-z-]+")) {
            throw new CannotBegin("--" + name + " is '" + value + "': give a word such as "
                    + (name.equals("state") ? "active" : "utility") + ".");
        }
        query.add(name + "=" + value);
    }
}
