package io.dataprism.cli.tokens;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.dataprism.cli.CannotBegin;
import io.dataprism.cli.Refused;
import io.dataprism.cli.node.NodeOptions;
import io.dataprism.cli.node.NodeOptions.Answer;
import io.dataprism.cli.node.Texts;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The commands about API tokens. */
@Command(
        name = "tokens",
        description = "Makes, lists and revokes API tokens of a running node; for its admins.",
        subcommands = {CreateCommand.class},
        mixinStandardHelpOptions = true)
public final class TokensCommand {

    @Command(name = "list", description = "Lists the tokens that have not ended.", mixinStandardHelpOptions = true)
    void list(@Mixin NodeOptions options) throws CannotBegin, Refused {
        options.talk(node -> {
            JsonNode found = NodeOptions.wait(node.tokens().list());
            List<List<String>> rows = new ArrayList<>();
            for (JsonNode token : found) {
                rows.add(List.of(
                        Texts.shown(token.path("id")),
                        Texts.shown(token.path("sub")),
                        Texts.list(token.path("roles")),
                        Texts.shown(token.path("exp")),
                        narrowed(token)));
            }
            return new Answer(Texts.table(List.of("ID", "SUB", "ROLES", "ENDS", "NARROWED TO"), rows), found);
        });
    }

    @Command(
            name = "revoke",
            description = "Ends a token, and every session and connection that it has opened.",
            mixinStandardHelpOptions = true)
    void revoke(
            @Mixin NodeOptions options, @Parameters(paramLabel = "ID", description = "As 'list' shows it.") String id)
            throws CannotBegin, Refused {
        if (!id.matches("[0-9A-Za-z-]{1,64}")) {
            throw new CannotBegin("'" + id.replaceAll("\\p{Cntrl}", "?")
                    + "' cannot be a token's id: give one that './dataprism tokens list' shows, never the token.");
        }
        options.talk(node -> {
            node.tokens().revoke(id).block();
            return new Answer(
                    id + " revoked",
                    JsonNodeFactory.instance.objectNode().put("id", id).put("revoked", true));
        });
    }

    private static String narrowed(JsonNode token) {
        List<String> parts = new ArrayList<>();
        for (String member : List.of("topics", "tables", "plugins")) {
            JsonNode patterns = token.path(member);
            if (patterns.isArray()) {
                parts.add(member + " " + (patterns.isEmpty() ? "none" : Texts.list(patterns)));
            }
        }
        return String.join("; ", parts);
    }
}
