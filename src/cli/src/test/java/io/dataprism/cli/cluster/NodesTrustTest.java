package io.dataprism.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes with certificates of one folder speak TLS with each other and with nobody else. */
class NodesTrustTest {

    @TempDir
    Path temporary;

    private Path filled(String name) throws Exception {
        Path folder = temporary.resolve(name);
        new CertificateFolder(folder, Duration.ofDays(30), InstantSource.system(), line -> {})
                .fill(List.of(CertifiedNode.parse("a:127.0.0.1"), CertifiedNode.parse("b:127.0.0.1")), false);
        return folder;
    }

    private static SSLContext context(Path folder, String node) throws Exception {
        KeyStore own = KeyStore.getInstance("PKCS12");
        own.load(null, null);
        own.setKeyEntry(
                "node", Pem.key(Files.readAllBytes(folder.resolve(node + ".key"))), new char[0], new X509Certificate[] {
                    Pem.certificate(Files.readAllBytes(folder.resolve(node + ".pem")))
                });
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("ca", Pem.certificate(Files.readAllBytes(folder.resolve("ca.pem"))));
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, new char[0]);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    /** What the client reads when both sides have shown their certificates. */
    private static int exchange(SSLContext server, SSLContext client) throws Exception {
        try (SSLServerSocket listening = (SSLServerSocket)
                server.getServerSocketFactory().createServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            listening.setNeedClientAuth(true);
            CompletableFuture<Void> served = CompletableFuture.runAsync(() -> {
                try (SSLSocket socket = (SSLSocket) listening.accept()) {
                    socket.getOutputStream().write(7);
                } catch (IOException refused) {
                    // the other side hears of it
                }
            });
            try (SSLSocket socket =
                    (SSLSocket) client.getSocketFactory().createSocket("127.0.0.1", listening.getLocalPort())) {
                SSLParameters parameters = socket.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                socket.setSSLParameters(parameters);
                socket.setSoTimeout(10_000);
                return socket.getInputStream().read();
            } finally {
                served.get(10, TimeUnit.SECONDS);
            }
        }
    }

    @Test
    void nodesOfOneFolderTrustEachOtherAlsoByAddress() throws Exception {
        Path folder = filled("one");
        assertThat(exchange(context(folder, "a"), context(folder, "b"))).isEqualTo(7);
    }

    @Test
    void aNodeOfAnotherFolderIsRefusedAsClientAndAsServer() throws Exception {
        Path ours = filled("ours");
        Path foreign = filled("foreign");
        Path mixed = filled("mixed");
        Files.write(
                mixed.resolve("ca.pem"),
                Files.readAllBytes(ours.resolve("ca.pem"))); // it trusts us, we do not trust it
        assertThatThrownBy(() -> exchange(context(ours, "a"), context(mixed, "b")))
                .isInstanceOf(SSLException.class);
        assertThatThrownBy(() -> exchange(context(foreign, "a"), context(ours, "b")))
                .isInstanceOf(SSLException.class);
    }

    @Test
    void whatNodesHaveCannotMakeNodes() throws Exception {
        Path folder = filled("one");
        Authority node = new Authority(
                Pem.certificate(Files.readAllBytes(folder.resolve("a.pem"))),
                Pem.key(Files.readAllBytes(folder.resolve("a.key"))));
        Authority.Issued made = node.issue(
                "c",
                new CertifiedNode("c", List.of("127.0.0.1")).names(),
                Duration.ofDays(1),
                InstantSource.system().instant());
        Files.write(folder.resolve("c.pem"), Pem.of(made.certificate()));
        Files.write(folder.resolve("c.key"), Pem.of(made.key()));
        assertThatThrownBy(() -> exchange(context(folder, "b"), context(folder, "c")))
                .isInstanceOf(SSLException.class);
    }
}
