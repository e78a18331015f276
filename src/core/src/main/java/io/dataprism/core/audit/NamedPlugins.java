package io.dataprism.core.audit;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which plugins a line of the audit log tells something of. */
final class NamedPlugins {

    private static final String ABOUT_A_PLUGIN = "plugin.";

    /** A principal's or request's path, or an address on the bus; names begin with a letter. */
    private static final Pattern MENTION =
            Pattern.compile("(?:/plugins/|dataprism\\.plugin\\.|plugin:)([a-z][a-z0-9-]{0,63})");

    private NamedPlugins() {}

    /** Their names, whether they write, have a hand in it or are what it is about; empty where the line is about none. */
    static Set<String> of(JsonNode line) {
        Set<String> names = new TreeSet<>();
        addMentions(names, line.path("principal"));
        line.path("onBehalfOf").forEach(link -> addMentions(names, link));
        String target = line.path("target").asText();
        addMentions(names, line.path("target"));
        if (line.path("action").asText().startsWith(ABOUT_A_PLUGIN)
                && !MENTION.matcher(target).find()) {
            names.add(target);
        }
        JsonNode details = line.path("details");
        details.forEach(detail -> addMentions(names, detail));
        if (details.path("plugin").isTextual()) {
            names.add(details.path("plugin").asText());
        }
        return names;
    }

    private static void addMentions(Set<String> names, JsonNode text) {
        Matcher mention = MENTION.matcher(text.asText());
        while (mention.find()) {
            names.add(mention.group(1));
        }
    }
}
