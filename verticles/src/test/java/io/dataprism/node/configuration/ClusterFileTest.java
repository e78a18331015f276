package io.dataprism.node.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.cluster.Role;
import io.dataprism.cluster.member.ClusterSettings;
import io.dataprism.core.cluster.ClusterKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterFileTest {

    @TempDir
    Path folder;

    @Test
    void whatIsNotSaidIsForNodesOnThisMachineAlone() throws Exception {
        ClusterSettings settings = read("cluster: {key: secrets/cluster.key}", Map.of());
        assertThat(settings.name()).isEqualTo("dataprism");
        assertThat(settings.bind()).isEqualTo("127.0.0.1");
        assertThat(settings.ports())
                .isEqualTo(new ClusterSettings.Ports(List.of(5701), List.of(15701), List.of(16701)));
        assertThat(settings.join()).isEqualTo(new ClusterSettings.Join.Addresses(List.of("127.0.0.1:5701")));
        assertThat(settings.roles()).containsExactlyInAnyOrder(Role.values());
        assertThat(settings.data()).isTrue();
        assertThat(settings.quorum()).isEqualTo(1);
        assertThat(settings.heartbeat())
                .isEqualTo(new ClusterSettings.Heartbeat(Duration.ofSeconds(1), Duration.ofSeconds(8)));
    }

    @Test
    void aKeyThatIsNotThereIsMadeOnLoopbackAndReadByTheNextNode() throws Exception {
        ClusterSettings first = read("cluster: {key: secrets/cluster.key}", Map.of());
        ClusterSettings second = read("cluster: {key: secrets/cluster.key}", Map.of());
        byte[] sealed = first.key().seal("here", new byte[] {1, 2, 3});
        assertThat(second.key().open("here", sealed)).hasValue(new byte[] {1, 2, 3});
        assertThat(Files.getPosixFilePermissions(folder.resolve("secrets/cluster.key")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        try (var files = Files.list(folder.resolve("secrets"))) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void allThatCanBeSaidIsUnderstood() throws Exception {
        Files.writeString(folder.resolve("cluster.key"), ClusterKey.newSecret());
        for (String file : List.of("ca.pem", "node.pem", "node.key")) {
            Files.writeString(folder.resolve(file), "", StandardCharsets.US_ASCII);
        }
        ClusterSettings settings = read("""
                cluster:
                  name: prism
                  bind: ${POD_IP}
                  ports: {hazelcast: 5701, bus: [15701, 15702], peer: 16701}
                  dns: members.${NAMESPACE}.svc
                  key: cluster.key
                  tls: {ca: ca.pem, certificate: node.pem, key: node.key}
                  data: false
                  quorum: 2
                  roles: [gateway]
                  labels: {zone: a}
                  heartbeat: {interval: 2s, timeout: 20s}
                """, Map.of("POD_IP", "10.0.0.7", "NAMESPACE", "prod"));
        assertThat(settings.bind()).isEqualTo("10.0.0.7");
        assertThat(settings.ports().bus()).containsExactly(15701, 15702);
        assertThat(settings.join()).isEqualTo(new ClusterSettings.Join.Dns("members.prod.svc"));
        assertThat(settings.tls())
                .isEqualTo(new ClusterSettings.Tls(
                        folder.resolve("ca.pem"), folder.resolve("node.pem"), folder.resolve("node.key")));
        assertThat(settings.data()).isFalse();
        assertThat(settings.roles()).containsExactly(Role.GATEWAY);
        assertThat(settings.labels()).isEqualTo(Map.of("zone", "a"));
        assertThat(settings.heartbeat().timeout()).isEqualTo(Duration.ofSeconds(20));
    }

    /** The text of a file, with | for a line's end, and what is said of it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '#',
            value = {
                "cluster: {key: k, bind: 10.0.0.7}; cluster.tls is nothing, legal is ca, certificate and key, since 10.0.0.7 is no loopback",
                "cluster: {}; cluster.key is nothing, legal is a file with 32 bytes in base64",
                "cluster: {key: short.key}; with 32 bytes in base64 (it holds 3 bytes in base64, not 32)",
                "cluster: {key: k, ports: {bus: 0}}; cluster.ports.bus is 0, legal is a whole number from 1 to 65535",
                "cluster: {key: k, ports: {bus: [1, 1]}}; cluster.ports.bus is [1,1]",
                "cluster: {key: k, roles: [king]}; legal is a list of gateway, engine, plugins",
                "cluster: {key: k, roles: []}; legal is at least one of",
                "cluster: {key: k, dns: a, members: [b]}; cluster.dns is \"a\", legal is absent where members are named",
                "cluster: {key: k, heartbeat: {interval: 2s, timeout: 5s}}; legal is at least three intervals",
                "cluster: {key: k, quorum: 0}; cluster.quorum is 0, legal is a whole number from 1 to 100",
                "cluster: {key: k, bind: '${NOBODY}'}; the environment has no variable NOBODY",
                "cluster: {key: k, nonsense: 1}; cluster.nonsense is not known",
                "nonsense: 1; cluster is nothing, legal is a mapping of keys",
            })
    void whatCannotBeUsedIsNamedWithWhatIsLegal(String text, String said) throws Exception {
        Files.writeString(folder.resolve("short.key"), "AAAA");
        assertThatThrownBy(() -> read(text, Map.of()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(said);
    }

    private ClusterSettings read(String text, Map<String, String> environment) throws Exception {
        Path file = folder.resolve("cluster.yaml");
        Files.writeString(file, text);
        return ClusterFile.read(file, environment);
    }
}
