package io.dataprism.event;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.event.Topic;
import io.dataprism.core.event.TopicPattern;
import io.dataprism.core.event.TopicScope;
import io.dataprism.core.permission.Caller;
import io.dataprism.core.permission.Permission;
import io.dataprism.core.permission.Permission.Access;
import io.dataprism.core.permission.Principal;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who may publish to and follow which topics: the part of the permission check that needs the message's body. Default is deny. */
final class TopicRules {

    private static final List<TopicPattern> RESERVED = List.of(
            TopicPattern.parse("core:**"),
            TopicPattern.parse("core"),
            TopicPattern.parse("plugin:**"),
            TopicPattern.parse("plugin"));

    /** Second segments of what the node itself tells plugins: whoever is called so has no topics of its own. */
    private static final Set<String> TOLD_BY_THE_NODE = Set.of("core", "data", "task");

    private static final String FROM_A_DEPLOYMENT = "Send it from a deployment of the node.";

    private TopicRules() {}

    /**
     * Fails with {@code PERMISSION_DENIED} where the caller may not publish to the topic.
     *
     * @param caller null: unknown, and refused
     * @param scope what the permission interceptor put into the header, for plugins
     */
    static void checkPublish(@Nullable Caller caller, Topic topic, TopicScope scope) {
        if (caller == null) {
            throw denied("Nobody is known to publish to '" + topic + "'.", FROM_A_DEPLOYMENT);
        }
        switch (caller.principal()) {
            case Principal.Node node -> {}
            case Principal.User user -> publishes(user, topic);
            case Principal.Plugin plugin -> publishes(plugin, topic, scope);
        }
    }

    private static void publishes(Principal.User user, Topic topic) {
        if (isReserved(topic)) {
            throw denied(
                    "The user '" + user.sub() + "' cannot publish to '" + topic
                            + "': topics under core: and plugin: are for the service and its plugins.",
                    "Publish to a topic with another first segment.");
        }
        List<String> topics = user.topics();
        if (topics != null
                && topics.stream().noneMatch(text -> TopicPattern.parse(text).matches(topic))) {
            throw denied(
                    "The token of '" + user.sub() + "' does not reach the topic '" + topic + "', only " + topics + ".",
                    "Use a token whose topics include it.");
        }
    }

    private static void publishes(Principal.Plugin plugin, Topic topic, TopicScope scope) {
        boolean own = ownTopics(plugin).map(pattern -> pattern.matches(topic)).orElse(false);
        if (!own && !scope.allows(topic)) {
            throw denied(
                    Access.WRITE,
                    topic.toString(),
                    "The plugin '" + plugin.name() + "' cannot publish to '" + topic + "', only to plugin:"
                            + plugin.name() + ":**.",
                    "Ask for the permission core write 'events:" + topic + "' in the manifest and have it granted.");
        }
    }

    /** Fails with {@code PERMISSION_DENIED} where the caller may not follow all that the pattern means. */
    static void checkSubscribe(@Nullable Caller caller, TopicPattern wanted, TopicScope scope) {
        if (caller == null) {
            throw denied("Nobody is known to follow '" + wanted + "'.", FROM_A_DEPLOYMENT);
        }
        boolean allowed = switch (caller.principal()) {
            case Principal.Node node -> true;
            case Principal.User user -> reaches(user, wanted);
            case Principal.Plugin plugin ->
                ownTopics(plugin).map(pattern -> pattern.covers(wanted)).orElse(false) || scope.allows(wanted);
        };
        if (!allowed) {
            throw denied(
                    Access.READ,
                    wanted.toString(),
                    "'" + caller.principal().uri() + "' may not follow '" + wanted + "'.",
                    "Follow fewer topics, or have the permission core read 'events:" + wanted + "' granted.");
        }
    }

    private static boolean reaches(Principal.User user, TopicPattern wanted) {
        List<String> topics = user.topics();
        return topics == null
                || topics.stream().anyMatch(text -> TopicPattern.parse(text).covers(wanted));
    }

    private static Optional<TopicPattern> ownTopics(Principal.Plugin plugin) {
        return TOLD_BY_THE_NODE.contains(plugin.name())
                ? Optional.empty()
                : Optional.of(TopicPattern.parse("plugin:" + plugin.name() + ":**"));
    }

    private static boolean isReserved(Topic topic) {
        return RESERVED.stream().anyMatch(pattern -> pattern.matches(topic));
    }

    private static DataPrismException denied(Access access, String topics, String detail, String hint) {
        return denied(detail, hint)
                .with(Permission.NEEDED, new Permission(Permission.Resource.CORE, access, "events:" + topics).toMap());
    }

    private static DataPrismException denied(String detail, String hint) {
        return new DataPrismException(ErrorCode.PERMISSION_DENIED, detail, hint);
    }
}
