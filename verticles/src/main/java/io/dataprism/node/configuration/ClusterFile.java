package io.dataprism.node.configuration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.dataprism.cluster.Role;
import io.dataprism.cluster.member.ClusterSettings;
import io.dataprism.core.catalog.DurableFiles;
import io.dataprism.core.cluster.ClusterKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The file of {@code --cluster}: how a process becomes a node of a cluster. Its texts may name variables of the environment, {@code ${NAME}}, so
 * that one file is good for all nodes. Blocks.
 */
public final class ClusterFile {

    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
    private static final List<String> ROLES =
            Stream.of(Role.values()).map(Role::label).toList();
    private static final int MEMBERS_MOST = 100;
    private static final int PORT_MOST = 65_535;
    private static final Duration BEAT = Duration.ofSeconds(1);
    /** Events wait for two of them after a loss, and give up after 15 s. */
    private static final Duration LONGEST_BEAT = Duration.ofSeconds(5);

    private static final Duration SILENCE = Duration.ofSeconds(8);

    private ClusterFile() {}

    /**
     * Reads a file. Relative paths in it are relative to its folder. A key that is not there is made, where only this machine reaches the node.
     *
     * @throws ConfigurationException where it cannot be read, is no YAML, or has problems
     */
    public static ClusterSettings read(Path file) throws ConfigurationException {
        return read(file, System.getenv());
    }

    static ClusterSettings read(Path file, Map<String, String> environment) throws ConfigurationException {
        Path absolute = file.toAbsolutePath().normalize();
        Path folder = absolute.getParent();
        Set<String> unknown = new TreeSet<>();
        JsonNode tree = replaced(YamlFile.tree(file, "the cluster's file", "--cluster"), text -> {
            Matcher variables = VARIABLE.matcher(text);
            return variables.replaceAll(found -> {
                String value = environment.get(found.group(1));
                if (value == null) {
                    unknown.add(found.group(1));
                }
                return Matcher.quoteReplacement(value == null ? "" : value);
            });
        });
        Section root = Section.root(tree, folder == null ? absolute : folder);
        unknown.forEach(name -> root.problems().add("the environment has no variable " + name));
        ClusterSettings found = of(root.section("cluster"));
        if (!root.isMapping("cluster")) {
            root.problemOf("cluster", "a mapping of keys");
        }
        root.end();
        if (found == null || !root.problems().isEmpty()) {
            throw new ConfigurationException(
                    "the cluster's file " + file + " cannot be used: " + String.join("; ", root.problems()) + ".",
                    null);
        }
        return found;
    }

    private static JsonNode replaced(JsonNode node, UnaryOperator<String> texts) {
        switch (node) {
            case ObjectNode object -> {
                for (String name : (Iterable<String>) object::fieldNames) {
                    object.set(name, replaced(object.get(name), texts));
                }
            }
            case ArrayNode array -> {
                for (int i = 0; i < array.size(); i++) {
                    array.set(i, replaced(array.get(i), texts));
                }
            }
            case TextNode text -> {
                return TextNode.valueOf(texts.apply(text.asText()));
            }
            default -> {}
        }
        return node;
    }

    private static @Nullable ClusterSettings of(Section cluster) {
        String name = cluster.text("name", "dataprism");
        if (!NAME.matcher(name).matches()) {
            cluster.problemOf("name", "letters, digits, '.', '_' and '-', at most 63");
        }
        String bind = cluster.text("bind", "127.0.0.1");
        boolean loopback = ClusterSettings.isLoopback(bind);
        ClusterSettings.Ports ports = ports(cluster.section("ports"));
        ClusterSettings.Join join = join(cluster, bind, ports);
        ClusterSettings.Tls tls = tls(cluster.section("tls"));
        if (tls == null && !loopback) {
            cluster.problemOf(
                    "tls",
                    "ca, certificate and key, since " + bind
                            + " is no loopback address: './dataprism cluster certs' makes them");
        }
        ClusterKey key = key(cluster, loopback);
        boolean data = cluster.flag("data", true);
        int quorum = cluster.count("quorum", 1, 1, MEMBERS_MOST);
        Set<Role> roles = EnumSet.noneOf(Role.class);
        for (String role : cluster.texts("roles", ROLES, ROLES.size())) {
            if (ROLES.contains(role)) {
                roles.add(Role.valueOf(role.toUpperCase(Locale.ROOT)));
            } else {
                cluster.problemOf("roles", "a list of " + String.join(", ", ROLES));
            }
        }
        if (roles.isEmpty()) {
            cluster.problemOf("roles", "at least one of " + String.join(", ", ROLES));
        }
        Map<String, String> labels = labels(cluster.section("labels"));
        ClusterSettings.Heartbeat heartbeat = heartbeat(cluster.section("heartbeat"));
        cluster.end();
        return key == null || join == null
                ? null
                : new ClusterSettings(name, bind, ports, join, key, tls, data, quorum, roles, labels, heartbeat);
    }

    private static ClusterSettings.Ports ports(Section section) {
        ClusterSettings.Ports ports = new ClusterSettings.Ports(
                section.counts("hazelcast", List.of(5701), 1, PORT_MOST),
                section.counts("bus", List.of(15701), 1, PORT_MOST),
                section.counts("peer", List.of(16701), 1, PORT_MOST));
        section.end();
        return ports;
    }

    private static ClusterSettings.@Nullable Join join(Section cluster, String bind, ClusterSettings.Ports ports) {
        String dns = cluster.text("dns");
        List<String> members = cluster.texts("members", List.of(), MEMBERS_MOST);
        if (dns != null && !members.isEmpty()) {
            cluster.problemOf("dns", "absent where members are named");
            return null;
        }
        if (dns != null) {
            return new ClusterSettings.Join.Dns(dns);
        }
        return new ClusterSettings.Join.Addresses(
                members.isEmpty()
                        ? ports.hazelcast().stream()
                                .map(port -> bind + ":" + port)
                                .toList()
                        : members);
    }

    private static ClusterSettings.@Nullable Tls tls(Section section) {
        if (!section.isPresent()) {
            return null;
        }
        List<Path> files = new ArrayList<>();
        for (String name : List.of("ca", "certificate", "key")) {
            Path file = section.readable(name);
            if (file == null) {
                section.problemOf(name, "a file in PEM");
            } else {
                files.add(file);
            }
        }
        section.end();
        return files.size() < 3 ? null : new ClusterSettings.Tls(files.get(0), files.get(1), files.get(2));
    }

    private static @Nullable ClusterKey key(Section cluster, boolean loopback) {
        Path file = cluster.file("key");
        if (file == null) {
            cluster.problemOf(
                    "key", "a file with 32 bytes in base64 that all nodes have: './dataprism cluster certs' makes one");
            return null;
        }
        try {
            if (loopback && !Files.exists(file)) {
                make(file);
            }
            return ClusterKey.of(Files.readString(file, StandardCharsets.US_ASCII));
        } catch (IOException | IllegalArgumentException unusable) {
            cluster.problemOf(
                    "key", "a file that this user may read, with 32 bytes in base64 (" + unusable.getMessage() + ")");
            return null;
        }
    }

    /** Of several nodes that begin at once, one makes it and all read that. */
    private static void make(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        Path own = file.resolveSibling(
                file.getFileName() + "." + ProcessHandle.current().pid());
        DurableFiles.write(own, (ClusterKey.newSecret() + "\n").getBytes(StandardCharsets.US_ASCII));
        try {
            Files.createLink(file, own);
        } catch (FileAlreadyExistsException another) {
            return;
        } finally {
            Files.delete(own);
        }
    }

    private static Map<String, String> labels(Section section) {
        Map<String, String> labels = new TreeMap<>();
        for (String name : section.names()) {
            String value = section.text(name);
            if (value != null) {
                labels.put(name, value);
            }
        }
        return labels;
    }

    private static ClusterSettings.Heartbeat heartbeat(Section section) {
        ClusterSettings.Heartbeat heartbeat = new ClusterSettings.Heartbeat(
                section.duration("interval", BEAT, Duration.ofSeconds(1), LONGEST_BEAT),
                section.duration("timeout", SILENCE, Duration.ofSeconds(3), Duration.ofMinutes(5)));
        if (heartbeat.timeout().compareTo(heartbeat.interval().multipliedBy(3)) < 0) {
            section.problemOf("timeout", "at least three intervals");
        }
        section.end();
        return heartbeat;
    }
}
