package io.dataprism.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dataprism.cluster.Role;
import io.dataprism.cluster.member.ClusterSettings;
import io.dataprism.core.cluster.ClusterKey;
import io.dataprism.node.configuration.ClusterFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The clusters' files that are published, and those in the manifests, as the service itself reads them. */
class ClusterFilesTest {

    private static final String SECRETS = "/etc/dataprism/secrets";

    @TempDir
    Path temporary;

    /** With all that a file may name beside it. */
    private ClusterSettings read(String text) throws Exception {
        Path secrets = Files.createDirectories(temporary.resolve("secrets"));
        Files.writeString(secrets.resolve("cluster.key"), ClusterKey.newSecret());
        for (String name : Set.of("ca.pem", "a.pem", "a.key", "node.pem", "node.key")) {
            Files.writeString(secrets.resolve(name), "PEM");
        }
        return ClusterFile.read(
                Files.writeString(temporary.resolve("cluster.yaml"), text.replace(SECRETS, secrets.toString())));
    }

    private static String file(String name) throws Exception {
        return Files.readString(Path.of("../cluster-config").resolve(name));
    }

    @Test
    void loopbackNeedsNoCertificatesAndHasRoomForThree() throws Exception {
        ClusterSettings settings = read(file("loopback.yaml"));
        assertThat(settings.tls()).isNull();
        assertThat(settings.ports().hazelcast()).hasSize(3);
        assertThat(settings.join())
                .isEqualTo(new ClusterSettings.Join.Addresses(settings.ports().hazelcast().stream()
                        .map(port -> "127.0.0.1:" + port)
                        .toList()));
        assertThat(temporary.resolve("secrets/loopback.key")).exists();
    }

    @Test
    void aNodeOfALanHasItsOwnCertificate() throws Exception {
        ClusterSettings settings = read(file("lan.yaml"));
        assertThat(settings.tls()).isNotNull();
        assertThat(settings.tls().certificate()).hasFileName("a.pem");
        assertThat(settings.quorum()).isEqualTo(2);
        assertThat(settings.labels()).isEqualTo(Map.of("host", "a"));
    }

    @Test
    void podsAreFoundByName() throws Exception {
        ClusterSettings settings = read(file("kubernetes.yaml"));
        assertThat(settings.join())
                .isEqualTo(new ClusterSettings.Join.Dns("dataprism-members.dataprism.svc.cluster.local"));
        assertThat(settings.roles()).containsExactlyInAnyOrder(Role.values());
        assertThat(settings.data()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("io.dataprism.k8s.Rendered#folders")
    void theFilesInTheManifestsAreRead(String folder) throws Exception {
        int members = Rendered.one(folder, "StatefulSet", "dataprism-data")
                .at("/spec/replicas")
                .asInt();
        for (JsonNode map : Rendered.ofKind(folder, "ConfigMap").toList()) {
            ClusterSettings settings = read(map.at("/data/cluster.yaml").asText());
            boolean data = Rendered.name(map).startsWith("dataprism-data");
            assertThat(settings.data()).isEqualTo(data);
            assertThat(settings.quorum()).isEqualTo(members / 2 + 1);
            assertThat(settings.roles()).hasSize(data ? Role.values().length : 1);
        }
    }

    /** Each variable that a file names is one that its pods have. */
    @ParameterizedTest
    @MethodSource("io.dataprism.k8s.Rendered#folders")
    void podsHaveTheVariablesThatTheirFilesName(String folder) {
        for (String component : Set.of("data", "gateway")) {
            JsonNode template = Rendered.podTemplates(folder)
                    .filter(each -> each.at("/metadata/labels/app.kubernetes.io~1component")
                            .asText()
                            .equals(component))
                    .findFirst()
                    .orElseThrow();
            Set<String> there = StreamSupport.stream(
                            template.at("/spec/containers/0/env").spliterator(), false)
                    .map(variable -> variable.path("name").asText())
                    .collect(Collectors.toSet());
            String text = Rendered.ofKind(folder, "ConfigMap")
                    .filter(map -> Rendered.name(map).startsWith("dataprism-" + component))
                    .map(map -> map.at("/data/cluster.yaml").asText())
                    .findFirst()
                    .orElseThrow();
            Matcher named = Pattern.compile("\\$\\{([A-Z_]+)}").matcher(text);
            while (named.find()) {
                assertThat(there).contains(named.group(1));
            }
        }
    }
}
