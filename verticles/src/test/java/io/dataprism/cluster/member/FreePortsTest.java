package io.dataprism.cluster.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.fixtures.net.TestPorts;
import java.util.List;
import org.junit.jupiter.api.Test;

class FreePortsTest {

    private static final String LOOPBACK = "127.0.0.1";

    @Test
    void nodesThatAreStartedAtTheSameMomentGetDifferentPorts() throws Exception {
        ClusterSettings.Ports ports = ports();
        try (FreePorts first = FreePorts.take(LOOPBACK, ports);
                FreePorts second = FreePorts.take(LOOPBACK, ports)) {
            assertThat(List.of(first.hazelcast(), second.hazelcast())).isEqualTo(ports.hazelcast());
            assertThat(List.of(first.bus(), second.bus())).isEqualTo(ports.bus());
            assertThatThrownBy(() -> FreePorts.take(LOOPBACK, ports))
                    .isInstanceOf(ClusterStartException.class)
                    .hasMessageContaining("of the cluster's ports hazelcast " + ports.hazelcast())
                    .hasMessageContaining("name others under cluster.ports");
            assertThat(List.of(first.letGoOfPeer(), second.letGoOfPeer())).isEqualTo(ports.peer());
        }
    }

    private static ClusterSettings.Ports ports() throws Exception {
        List<Integer> free = TestPorts.take(6);
        return new ClusterSettings.Ports(free.subList(0, 2), free.subList(2, 4), free.subList(4, 6));
    }
}
