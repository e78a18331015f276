package io.dataprism.load.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import io.dataprism.load.child.ProcessMemory;
import io.dataprism.load.cluster.Cluster;
import io.dataprism.load.cluster.Node;
import io.dataprism.load.cluster.NodeApi;
import io.dataprism.load.history.End;
import io.dataprism.load.traffic.Traffic;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Looks at a cluster from outside: what each node knows, what runs on it, what it holds. Blocks for moments; one thread. */
final class Looks {

    /** A node's own fluctuation: threads of pools, connections of those who look. */
    private static final long DESCRIPTORS_MORE = 96;

    private static final long THREADS_MORE = 48;

    private static final List<String> CATALOG =
            List.of("version", "digest", "versions", "requested", "granted", "wish");

    private final Cluster cluster;
    private final Map<Long, ProcessMemory> before = new HashMap<>();

    /** Looks at what the nodes hold before there is any trouble. */
    Looks(Cluster cluster) throws IOException {
        this.cluster = cluster;
        for (Node node : cluster.running()) {
            before.put(node.pid(), node.memory());
        }
    }

    /** All of it. */
    End end() throws IOException {
        Map<String, Map<String, String>> catalogs = new TreeMap<>();
        Map<String, Map<String, Integer>> running = new TreeMap<>();
        Map<String, Map<String, List<String>>> placements = new TreeMap<>();
        Map<String, Integer> asked = new TreeMap<>();
        for (Node node : cluster.running()) {
            NodeApi api = node.api();
            catalogs.put(node.name(), catalog(api));
            running.put(node.name(), node.plugins());
            placements.put(node.name(), placement(api));
            asked.putAll(asked(api));
        }
        return new End(catalogs, running, placements, asked, leftovers());
    }

    private static Map<String, String> catalog(NodeApi api) throws IOException {
        Map<String, String> catalog = new TreeMap<>();
        for (JsonNode plugin : api.get("/v1/plugins").expect(200).json()) {
            String name = plugin.path("name").asText();
            JsonNode whole = api.get("/v1/plugins/" + name).expect(200).json();
            for (String member : CATALOG) {
                catalog.put(name + " " + member, whole.path(member).toString());
            }
            catalog.put(
                    Traffic.configurationKey(name),
                    api.get("/v1/plugins/" + name + "/configuration").json().toString());
            catalog.put(
                    name + " deployment",
                    api.get("/v1/plugins/" + name + "/deployment").json().toString());
        }
        for (JsonNode table : api.get("/v1/tables").expect(200).json()) {
            catalog.put(
                    "table " + table.path("name").asText(),
                    table.path("version") + ", rows " + table.path("rows") + ", " + table.path("columns"));
        }
        for (JsonNode token : api.get("/v1/tokens").expect(200).json()) {
            catalog.put("token " + token.path("id").asText(), token.path("sub").asText());
        }
        return catalog;
    }

    /** What runs or is to run, as {@code replica at node}. */
    private static Map<String, List<String>> placement(NodeApi api) throws IOException {
        Map<String, List<String>> placement = new TreeMap<>();
        for (JsonNode entry : api.get("/v1/cluster").expect(200).json().path("placement")) {
            List<String> places = new ArrayList<>();
            for (JsonNode instance : entry.path("instances")) {
                places.add(instance.path("replica").asText("?") + " at "
                        + instance.path("node").asText());
            }
            placement.put(entry.path("plugin").asText(), places);
        }
        return placement;
    }

    private Map<String, Integer> asked(NodeApi api) throws IOException {
        Map<String, Integer> asked = new TreeMap<>();
        for (JsonNode plugin : api.get("/v1/plugins").expect(200).json()) {
            String name = plugin.path("name").asText();
            JsonNode replicas =
                    api.get("/v1/plugins/" + name + "/deployment").json().path("replicas");
            if (!plugin.path("wish").asText("active").equals("active")) {
                asked.put(name, 0);
            } else {
                asked.put(
                        name,
                        replicas.isTextual()
                                ? cluster.running().size()
                                : Math.min(replicas.asInt(1), cluster.running().size()));
            }
        }
        return asked;
    }

    private List<String> leftovers() throws IOException {
        List<String> left = new ArrayList<>();
        cluster.orphans()
                .forEach(process -> left.add("process " + process.pid() + " outlives its node: "
                        + process.info().command().orElse("?")));
        for (Node node : cluster.running()) {
            ProcessMemory was = before.get(node.pid());
            if (was != null) {
                ProcessMemory is = node.memory();
                if (is.descriptors() > was.descriptors() + DESCRIPTORS_MORE
                        || is.threads() > was.threads() + THREADS_MORE) {
                    left.add(node.name() + " has " + is.descriptors() + " descriptors and " + is.threads()
                            + " threads, before the trouble " + was.descriptors() + " and " + was.threads());
                }
            }
        }
        return left;
    }
}
