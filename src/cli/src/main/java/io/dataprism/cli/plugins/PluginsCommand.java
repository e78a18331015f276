package io.dataprism.cli.plugins;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.dataprism.cli.CannotBegin;
import io.dataprism.cli.Refused;
import io.dataprism.cli.node.NodeOptions;
import io.dataprism.cli.node.NodeOptions.Answer;
import io.dataprism.cli.node.Texts;
import io.dataprism.cli.project.BuildCommand;
import io.dataprism.cli.project.CreateCommand;
import io.dataprism.cli.project.DiscoverCommand;
import io.dataprism.cli.project.TraceCommand;
import io.dataprism.cli.project.ValidateCommand;
import io.dataprism.client.PluginInfo;
import io.dataprism.client.Plugins;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import reactor.core.publisher.Mono;

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

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    @Command(name = "list", description = "Lists the plugins of the catalog.", mixinStandardHelpOptions = true)
    void list(
            @Mixin NodeOptions options,
            @Option(names = "--category", description = "Only those of a category.") @Nullable String category,
            @Option(names = "--state", description = "Only those in a state.") @Nullable String state)
            throws CannotBegin, Refused {
        requireWord("category", category);
        requireWord("state", state);
        options.talk(node -> {
            ArrayNode found = JSON.arrayNode();
            found.addAll(NodeOptions.wait(node.plugins()
                    .list(category, state)
                    .map(PluginInfo::document)
                    .collectList()));
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
        step(options, name, Plugins::activate);
    }

    @Command(
            name = "deactivate",
            description = "Ceases to call a plugin; its process stays.",
            mixinStandardHelpOptions = true)
    void deactivate(@Mixin NodeOptions options, @Parameters(paramLabel = "NAME") String name)
            throws CannotBegin, Refused {
        step(options, name, Plugins::deactivate);
    }

    @Command(
            name = "load",
            description = "Starts a plugin's process without calling it.",
            mixinStandardHelpOptions = true)
    void load(@Mixin NodeOptions options, @Parameters(paramLabel = "NAME") String name) throws CannotBegin, Refused {
        step(options, name, Plugins::load);
    }

    @Command(name = "unload", description = "Ends a plugin's process.", mixinStandardHelpOptions = true)
    void unload(@Mixin NodeOptions options, @Parameters(paramLabel = "NAME") String name) throws CannotBegin, Refused {
        step(options, name, Plugins::unload);
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
        String plugin = Names.checked(name);
        Packages.requireReadable(file);
        options.talk(node -> {
            JsonNode done = NodeOptions.wait(node.plugins().replace(plugin, file));
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
        String plugin = Names.checked(name);
        options.talk(node -> {
            node.plugins().remove(plugin).block();
            return new Answer(
                    plugin + " removed", JSON.objectNode().put("name", plugin).put("removed", true));
        });
    }

    /** What brings a plugin into another state. */
    @FunctionalInterface
    private interface Step {
        Mono<PluginInfo> of(Plugins plugins, String name);
    }

    private static void step(NodeOptions options, String name, Step step) throws CannotBegin, Refused {
        String plugin = Names.checked(name);
        options.talk(node -> {
            JsonNode now = NodeOptions.wait(step.of(node.plugins(), plugin)).document();
            return new Answer(
                    name + " " + Texts.shown(now.path("version")) + " is " + Texts.shown(now.path("state")), now);
        });
    }

    private static void requireWord(String option, @Nullable String value) throws CannotBegin {
        if (value != null && !value.matches("[a-z-]+")) {
            throw new CannotBegin("--" + option + " is '" + value + "': give a word such as "
                    + (option.equals("state") ? "active" : "utility") + ".");
        }
    }
}
