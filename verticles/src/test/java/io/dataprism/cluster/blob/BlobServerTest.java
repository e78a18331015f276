package io.dataprism.cluster.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dataprism.core.cluster.ClusterKey;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.gateway.TestCertificate;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is sent what, by a real server. */
class BlobServerTest {

    @TempDir
    Path folder;

    private final BlobFixture fixture = new BlobFixture();
    private Path there;
    private Path here;
    private String digest;
    private byte[] content;

    @BeforeEach
    void makeBlob() throws Exception {
        there = Files.createDirectories(folder.resolve("there"));
        here = Files.createDirectories(folder.resolve("here"));
        Path blob = BlobFixture.blob(there, 100_000, 7);
        digest = blob.getFileName().toString();
        content = Files.readAllBytes(blob);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private PeerProof proof(ClusterKey key, Instant now) {
        return new PeerProof(key, InstantSource.fixed(now));
    }

    private HttpResponse<byte[]> ask(BlobServer server, String method, String path, String... headers)
            throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://" + server.address() + path))
                    .method(method, HttpRequest.BodyPublishers.noBody());
            if (headers.length > 0) {
                request.headers(headers);
            }
            return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        }
    }

    private HttpResponse<byte[]> asked(BlobServer server, String method, String path, String range) throws Exception {
        String good = proof(fixture.key, Instant.now()).of(server.address(), path);
        return range == null
                ? ask(server, method, path, PeerProof.HEADER, good)
                : ask(server, method, path, PeerProof.HEADER, good, "Range", range);
    }

    @Test
    void wholeFilesRangesAndHeadsAreAnsweredAsHttpSays() throws Exception {
        BlobServer server = fixture.serve(there);
        String path = "/blobs/tables/" + digest;

        HttpResponse<byte[]> whole = asked(server, "GET", path, null);
        HttpResponse<byte[]> part = asked(server, "GET", path, "bytes=10-19");
        HttpResponse<byte[]> rest = asked(server, "GET", path, "bytes=99990-");
        HttpResponse<byte[]> beyond = asked(server, "GET", path, "bytes=100000-");
        HttpResponse<byte[]> head = asked(server, "HEAD", path, null);

        assertThat(whole.statusCode()).isEqualTo(200);
        assertThat(whole.body()).isEqualTo(content);
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.headers().firstValue("content-range")).contains("bytes 10-19/100000");
        assertThat(part.body()).isEqualTo(java.util.Arrays.copyOfRange(content, 10, 20));
        assertThat(rest.body()).isEqualTo(java.util.Arrays.copyOfRange(content, 99_990, 100_000));
        assertThat(beyond.statusCode()).isEqualTo(416);
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValue("content-length")).contains("100000");
        assertThat(head.body()).isEmpty();
    }

    @Test
    void nothingElseIsThere() throws Exception {
        BlobServer server = fixture.serve(there);
        Files.writeString(folder.resolve("secret"), "secret");

        for (String path : List.of(
                "/",
                "/blobs/tables/",
                "/blobs/tables/../secret",
                "/blobs/tables/%2e%2e%2fsecret",
                "/blobs/tables/" + "b".repeat(64),
                "/blobs/tables/" + digest + "/",
                "/blobs/packages/" + digest,
                "/blobs/tables/" + digest.toUpperCase(java.util.Locale.ROOT))) {
            assertThat(asked(server, "GET", path, null).statusCode()).as(path).isEqualTo(404);
        }
        assertThat(asked(server, "POST", "/blobs/tables/" + digest, null).statusCode())
                .isEqualTo(405);
    }

    @Test
    void whoHasNotTheKeyGetsNothing() throws Exception {
        BlobServer server = fixture.serve(there);
        String path = "/blobs/tables/" + digest;
        Instant now = Instant.now();
        String other = proof(ClusterKey.of(ClusterKey.newSecret()), now).of(server.address(), path);
        String elsewhere = proof(fixture.key, now).of("127.0.0.1:1", path);
        String otherFile = proof(fixture.key, now).of(server.address(), path + "0");
        String old = proof(fixture.key, now.minus(PeerProof.TOLERANCE).minusSeconds(5))
                .of(server.address(), path);

        assertThat(ask(server, "GET", path).statusCode()).isEqualTo(403);
        for (String bad : List.of(other, elsewhere, otherFile, old, "", "a", ":", "::", "1:2:3", "x".repeat(500))) {
            HttpResponse<byte[]> answer = ask(server, "GET", path, PeerProof.HEADER, bad);
            assertThat(answer.statusCode()).as(bad).isEqualTo(403);
            assertThat(answer.body()).isEmpty();
        }
    }

    @Test
    void withoutCertificatesItIsOnLoopbackAlone() {
        assertThatThrownBy(() -> new PeerSettings("192.0.2.1", List.of(0), null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("loopback");
    }

    @Test
    void thePortIsTheFirstThatIsFree() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, java.net.InetAddress.getByName("127.0.0.1"))) {
            BlobServer server = BlobFixture.await(BlobServer.start(
                    fixture.vertx,
                    new PeerSettings("127.0.0.1", List.of(taken.getLocalPort(), 0), null),
                    fixture.key,
                    BlobFixture.LIMITS,
                    new BlobCounters()));
            assertThat(server.address()).isNotEqualTo("127.0.0.1:" + taken.getLocalPort());
        }
    }

    @Test
    void nodesOfTheClustersOwnAuthorityReachEachOtherAndNobodyElseDoes() throws Exception {
        PeerTls ours = tls("ours");
        PeerTls theirs = tls("theirs");
        BlobServer server = fixture.serve(there, BlobFixture.LIMITS, ours);
        BlobServer stranger = fixture.serve(there, BlobFixture.LIMITS, theirs);

        fixture.fetcher(BlobFixture.LIMITS, ours, server.address()).fetch("tables", digest, here.resolve(digest));
        assertThat(Files.readAllBytes(here.resolve(digest))).isEqualTo(content);
        Files.delete(here.resolve(digest));

        PeerTls trustsOurs = new PeerTls(ours.ca(), theirs.certificate(), theirs.key());
        for (PeerTls bad : new PeerTls[] {theirs, trustsOurs, null}) {
            assertThat(refusal(bad, server.address())).as(String.valueOf(bad)).contains("could not be reached");
        }
        assertThat(refusal(ours, stranger.address()))
                .as("a server of another authority")
                .contains("could not be");
        assertThat(withoutCertificate(ours, server)).isInstanceOf(java.io.IOException.class);
        assertThat(BlobFixture.filesIn(here)).isEmpty();
    }

    private String refusal(PeerTls tls, String address) {
        DataPrismException failure = catchThrowableOfType(
                DataPrismException.class,
                () -> fixture.fetcher(BlobFixture.LIMITS, tls, address).fetch("tables", digest, here.resolve(digest)));
        return failure.detail();
    }

    private Throwable withoutCertificate(PeerTls tls, BlobServer server) throws Exception {
        var context = javax.net.ssl.SSLContext.getInstance("TLS");
        context.init(null, new javax.net.ssl.TrustManager[] {new TrustsAll()}, null);
        String path = "/blobs/tables/" + digest;
        try (HttpClient client = HttpClient.newBuilder().sslContext(context).build()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create("https://" + server.address() + path))
                    .header(PeerProof.HEADER, proof(fixture.key, Instant.now()).of(server.address(), path))
                    .build();
            return org.assertj.core.api.Assertions.catchThrowable(
                    () -> client.send(request, HttpResponse.BodyHandlers.ofByteArray()));
        }
    }

    private static final class TrustsAll extends javax.net.ssl.X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(java.security.cert.X509Certificate[] chain, String type, java.net.Socket at) {}

        @Override
        public void checkServerTrusted(java.security.cert.X509Certificate[] chain, String type, java.net.Socket at) {}

        @Override
        public void checkClientTrusted(
                java.security.cert.X509Certificate[] chain, String type, javax.net.ssl.SSLEngine at) {}

        @Override
        public void checkServerTrusted(
                java.security.cert.X509Certificate[] chain, String type, javax.net.ssl.SSLEngine at) {}

        @Override
        public void checkClientTrusted(java.security.cert.X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(java.security.cert.X509Certificate[] chain, String type) {}

        @Override
        public java.security.cert.X509Certificate[] getAcceptedIssuers() {
            return new java.security.cert.X509Certificate[0];
        }
    }

    /** An authority that has signed one certificate, itself. */
    private PeerTls tls(String name) throws Exception {
        Path own = Files.createDirectories(folder.resolve(name));
        TestCertificate made = TestCertificate.create(own, "EC");
        Path certificate = Files.writeString(own.resolve("node.pem"), made.certificatePem());
        Path key = Files.writeString(own.resolve("node.key"), made.keyPem());
        return new PeerTls(certificate, certificate, key);
    }
}
