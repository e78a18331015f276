package io.dataprism.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.core.catalog.FindingsPolicy;
import io.dataprism.core.quota.ResourcePolicy;
import io.dataprism.core.wasm.WasmEngine;
import io.dataprism.gateway.Limits;
import io.dataprism.gateway.TestCertificate;
import io.dataprism.gateway.connection.TlsFiles;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole node with TLS. */
class NodeTlsTest {

    @TempDir
    Path folder;

    private Node start(TestCertificate certificate, TestCertificate key) throws Exception {
        TlsFiles files = new TlsFiles(
                Files.writeString(folder.resolve("node.pem"), certificate.certificatePem()),
                Files.writeString(folder.resolve("node.key"), key.keyPem()));
        return Node.start(new NodeConfiguration(
                "127.0.0.1",
                0,
                folder.resolve("data"),
                folder,
                false,
                false,
                EngineConfiguration.DuckDb.defaults(),
                Limits.defaults(),
                AccessSettings.defaults(),
                FindingsPolicy.WARN,
                List.of(),
                Map.of(),
                null,
                ResourcePolicy.defaults(),
                WasmEngine.COMPILER,
                0,
                files,
                false,
                false,
                EventConfiguration.defaults()));
    }

    @Test
    void itIsSpokenToByHttps() throws Exception {
        TestCertificate own = TestCertificate.create(folder, "EC");
        Node node = start(own, own);
        try (HttpClient client = HttpClient.newBuilder()
                .sslContext(TestCertificate.trusting(own))
                .build()) {
            assertThat(node.scheme()).isEqualTo("https");
            URI ready = URI.create("https://127.0.0.1:" + node.port() + "/health/ready");
            var answer = client.send(HttpRequest.newBuilder(ready).build(), HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
        } finally {
            node.stop(Duration.ofSeconds(5));
        }
    }

    @Test
    void aKeyThatIsNotTheCertificatesKeepsItFromStartingAndIsNamed() throws Exception {
        TestCertificate one = TestCertificate.create(folder, "EC");
        TestCertificate other = TestCertificate.create(folder, "EC");
        assertThatThrownBy(() -> start(one, other))
                .isInstanceOf(NodeStartException.class)
                .hasMessageContaining("tls: the key in " + folder.resolve("node.key"))
                .hasMessageContaining("does not belong to the certificate in " + folder.resolve("node.pem"));
    }
}
