package io.dataprism.node;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.gateway.Limits;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that cannot start. */
class NodeStartTest {

    @TempDir
    Path folder;

    private void start(String host, int port) throws NodeStartException {
        Node.start(new NodeConfiguration(
                host,
                port,
                folder.resolve("data"),
                folder,
                false,
                false,
                EngineConfiguration.DuckDb.defaults(),
                Limits.defaults()));
    }

    @Test
    void saysWhatToDoAboutItsAddressAndLetsGoOfItsFolder() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThatThrownBy(() -> start("127.0.0.1", taken.getLocalPort()))
                    .isInstanceOf(NodeStartException.class)
                    .hasMessageContaining("port " + taken.getLocalPort())
                    .hasMessageContaining("in use")
                    .hasMessageContaining("--port");
        }
        DataDirectory.open(folder.resolve("data")).close();

        assertThatThrownBy(() -> start("192.0.2.1", 0)) // an address of nobody's
                .isInstanceOf(NodeStartException.class)
                .hasMessageContaining("cannot listen on 192.0.2.1:0")
                .hasMessageContaining("--host");
        DataDirectory.open(folder.resolve("data")).close();
    }
}
