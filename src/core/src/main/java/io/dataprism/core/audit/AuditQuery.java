package io.dataprism.core.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.permission.ScopePattern;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which lines to read, oldest first. All filters must hold.
 *
 * @param plugin lines that the plugin wrote, had a hand in, or that were about it; null: any
 * @param action the action, {@code *} being any run of characters; null: any
 * @param user lines that the user wrote or had a hand in; null: any
 * @param after the cursor of a line: only what follows it; null: from the beginning
 * @param limit the most lines, 1 to {@value #LIMIT_MAX}
 * @param scope patterns that narrow the plugins of whoever asks: no line that names another; null: not narrowed
 */
public record AuditQuery(
        @Nullable String plugin,
        @Nullable String action,
        @Nullable String user,
        @Nullable String after,
        int limit,
        @Nullable List<String> scope) {

    /** The most lines that one query answers. */
    public static final int LIMIT_MAX = 10_000;

    private static final Pattern CURSOR = Pattern.compile("a1~([0-9]{1,18})");

    /** For somebody whose plugins are not narrowed. */
    public AuditQuery(
            @Nullable String plugin,
            @Nullable String action,
            @Nullable String user,
            @Nullable String after,
            int limit) {
        this(plugin, action, user, after, limit, null);
    }

    /** Reads the log of a data folder; each line is JSON with its {@code cursor}. Blocks on the disk. */
    public List<String> run(Path dataDirectory) {
        long afterSequence = afterSequence();
        List<String> found = new ArrayList<>();
        try (LineEnds ends = new LineEnds(AuditFiles.of(dataDirectory).lines())) {
            while (found.size() < limit && ends.next()) {
                AuditLine line = AuditLine.readIntact(ends.text());
                if (line != null && line.sequence() > afterSequence && matches(line.json())) {
                    found.add(((ObjectNode) line.json())
                            .put("cursor", "a1~" + line.sequence())
                            .toString());
                }
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The head, number 0, is no line of anybody's. */
    private long afterSequence() {
        if (after == null) {
            return 0;
        }
        var matcher = CURSOR.matcher(after);
        if (!matcher.matches()) {
            throw new DataPrismException(
                    ErrorCode.REQUEST_INVALID,
                    "after='" + (after.length() > 80 ? after.substring(0, 80) + "..." : after)
                            + "' is no cursor of the audit log.",
                    "Pass the member cursor of a line exactly as it was received, or leave it out.");
        }
        return Long.parseLong(matcher.group(1));
    }

    private boolean matches(JsonNode line) {
        return (action == null
                        || ScopePattern.matches(action, line.path("action").asText()))
                && (user == null || isLink(line, "/users/" + user))
                && (plugin == null || isLink(line, "/plugins/" + plugin) || isAbout(line, plugin))
                && (scope == null || NamedPlugins.of(line).stream().allMatch(this::inScope));
    }

    private boolean inScope(String name) {
        return scope != null && scope.stream().anyMatch(pattern -> ScopePattern.matches(pattern, name));
    }

    private static boolean isLink(JsonNode line, String uri) {
        if (line.path("principal").asText().equals(uri)) {
            return true;
        }
        for (JsonNode link : line.path("onBehalfOf")) {
            if (link.asText().equals(uri)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isAbout(JsonNode line, String plugin) {
        String target = line.path("target").asText();
        return target.equals(plugin)
                || target.equals("/plugins/" + plugin)
                || target.equals("dataprism.plugin." + plugin)
                || line.path("details").path("plugin").asText().equals(plugin);
    }
}
