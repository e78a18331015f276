package io.dataprism.load.cluster;

import io.dataprism.load.cluster.site.Place;
import io.dataprism.load.cluster.site.Site;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The configuration of a cluster for one of its nodes. Immutable. */
final class ClusterFile {

    private final String name;
    private final Path key;
    private final Path certificates;

    /**
     * @param key of the cluster
     * @param certificates folder that has them, where the site is open
     */
    ClusterFile(String name, Path key, Path certificates) {
        this.name = name;
        this.key = key;
        this.certificates = certificates;
    }

    /** As YAML. */
    String text(Site site, int node) {
        Place place = site.place(node);
        String members = IntStream.range(0, site.size())
                .mapToObj(each -> site.place(each).member())
                .collect(Collectors.joining(", "));
        String text = """
                cluster:
                  name: %s
                  bind: %s
                  ports: {hazelcast: %d, bus: %d, peer: %d}
                  members: [%s]
                  key: %s
                """.formatted(name, place.bind(), place.grid(), place.bus(), place.peer(), members, key);
        return site.isOpen() ? text + tls(node) : text;
    }

    private String tls(int node) {
        String own = Cluster.nameOf(node);
        return "  tls: {ca: %s, certificate: %s, key: %s}%n"
                .formatted(
                        certificates.resolve("ca.pem"),
                        certificates.resolve(own + ".pem"),
                        certificates.resolve(own + ".key"));
    }
}
