package io.dataprism.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.dataprism.gateway.connection.ConnectionLimits;
import io.dataprism.gateway.connection.TlsFiles;
import io.dataprism.gateway.connection.TlsReload;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** The gateway behind a certificate of its own. */
class TlsTest {

    private static final String GET =
            "GET /v1/status HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + GatewayFixture.TOKEN + "\r\n\r\n";

    @TempDir
    static Path folder;

    private static TestCertificate first;
    private static TestCertificate second;
    private static SSLContext trust;
    private static TlsFiles files;
    private static GatewayFixture gateway;

    @BeforeAll
    static void start() throws Exception {
        first = TestCertificate.create(folder, "EC");
        second = TestCertificate.create(folder, "RSA");
        trust = TestCertificate.trusting(first, second);
        files = new TlsFiles(folder.resolve("certificate.pem"), folder.resolve("key.pem"));
        write(first.certificatePem(), first.keyPem());
        gateway = new GatewayFixture(ConnectionLimits.of(1_000), files);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static void write(String certificate, String key) throws Exception {
        Files.writeString(files.certificate(), certificate);
        Files.writeString(files.key(), key);
    }

    private static SSLSocket connect(String... protocols) throws Exception {
        SSLSocket socket = (SSLSocket) trust.getSocketFactory().createSocket("127.0.0.1", gateway.deployed.port());
        socket.setSoTimeout(20_000);
        if (protocols.length > 0) {
            socket.setEnabledProtocols(protocols);
        }
        socket.startHandshake();
        return socket;
    }

    private static Object serial(SSLSocket socket) throws Exception {
        return ((java.security.cert.X509Certificate) socket.getSession().getPeerCertificates()[0]).getSerialNumber();
    }

    private static String ask(SSLSocket socket, String request) throws Exception {
        socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
        return GatewayFixture.readUntil(socket, "\"}", "}}");
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + gateway.deployed.port() + path))
                .timeout(Duration.ofSeconds(20));
    }

    @Test
    void bothVersionsOfTlsAreSpoken() throws Exception {
        for (String protocol : List.of("TLSv1.2", "TLSv1.3")) {
            try (SSLSocket socket = connect(protocol)) {
                assertThat(socket.getSession().getProtocol()).isEqualTo(protocol);
                assertThat(ask(socket, GET)).startsWith("HTTP/1.1 200 ");
            }
        }
    }

    @Test
    void http2IsAgreedOnInTheHandshake() throws Exception {
        for (HttpClient.Version version : HttpClient.Version.values()) {
            try (HttpClient client =
                    HttpClient.newBuilder().sslContext(trust).version(version).build()) {
                var answer = client.send(
                        request("/v1/status")
                                .header("Authorization", "Bearer " + GatewayFixture.TOKEN)
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(answer.version()).isEqualTo(version);
            }
        }
    }

    @Test
    void aSessionsCookieTravelsUnderTlsAloneAndNeedsAPageThatCameByIt() throws Exception {
        try (HttpClient client = HttpClient.newBuilder().sslContext(trust).build()) {
            var opened = client.send(
                    request("/v1/session")
                            .header("Authorization", "Bearer " + GatewayFixture.TOKEN)
                            .POST(HttpRequest.BodyPublishers.noBody())
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            String cookie = opened.headers().firstValue("Set-Cookie").orElseThrow();
            assertThat(cookie).contains("; Secure", "; HttpOnly", "; SameSite=Strict");
            String host = "127.0.0.1:" + gateway.deployed.port();
            assertThat(end(client, cookie, "http://" + host)).isEqualTo(403);
            assertThat(end(client, cookie, "https://elsewhere.example")).isEqualTo(403);
            assertThat(end(client, cookie, "https://" + host)).isEqualTo(204);
        }
    }

    private static int end(HttpClient client, String cookie, String origin) throws Exception {
        return client.send(
                        request("/v1/session")
                                .header("Cookie", cookie.substring(0, cookie.indexOf(';')))
                                .header("Origin", origin)
                                .DELETE()
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    @Test
    void aRequestWhoseEndIsNotClearIsRefusedUnderTlsToo() throws Exception {
        String unclear = "POST /v1/query HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + GatewayFixture.TOKEN
                + "\r\nContent-Type: application/json\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "2\r\n{}\r\n0\r\n\r\nGET /v1/second HTTP/1.1\r\nHost: x\r\n\r\n";
        for (String protocol : List.of("TLSv1.2", "TLSv1.3")) {
            try (SSLSocket socket = connect(protocol)) {
                socket.getOutputStream().write(unclear.getBytes(StandardCharsets.UTF_8));
                String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(answer)
                        .startsWith("HTTP/1.1 400 ")
                        .contains("REQUEST_INVALID", "both Content-Length and Transfer-Encoding")
                        .doesNotContain("UNAUTHENTICATED");
            }
        }
    }

    @Test
    void newFilesAreUsedWithoutARestartAndBrokenOnesAreNot() throws Exception {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        Logger reload = (Logger) LoggerFactory.getLogger(TlsReload.class);
        reload.addAppender(log);
        try (SSLSocket before = connect()) {
            assertThat(serial(before)).isEqualTo(first.certificate().getSerialNumber());
            write(second.certificatePem(), second.keyPem());
            awaitServed(second);

            for (String broken : List.of(first.keyPem(), "no key", "")) {
                int told = log.list.size();
                write(second.certificatePem(), broken);
                await().atMost(Duration.ofSeconds(20)).until(() -> log.list.size() > told);
                assertThat(log.list.getLast().getFormattedMessage())
                        .contains(
                                "are not used, and the old ones go on",
                                files.key().toString());
                awaitServed(second);
            }
            assertThat(ask(before, GET)).startsWith("HTTP/1.1 200 ");
            write(first.certificatePem(), first.keyPem());
            awaitServed(first);
            assertThat(ask(before, GET)).startsWith("HTTP/1.1 200 ");
        } finally {
            reload.detachAppender(log);
        }
    }

    /** As {@code cp --preserve} over the old files leaves them, or a clock that stands. */
    @Test
    void filesThatAreAsLongAndAsOldAsBeforeAreUsedToo() throws Exception {
        int longest = Math.max(
                        first.certificatePem().length(), second.certificatePem().length())
                + Math.max(first.keyPem().length(), second.keyPem().length());
        FileTime written = FileTime.from(Instant.parse("2026-01-01T00:00:00Z"));
        for (TestCertificate next : List.of(second, first)) {
            write(padded(next.certificatePem(), longest), padded(next.keyPem(), longest));
            Files.setLastModifiedTime(files.certificate(), written);
            Files.setLastModifiedTime(files.key(), written);
            awaitServed(next);
        }
    }

    private static String padded(String pem, int length) {
        return pem + "\n".repeat(length - pem.length());
    }

    @Test
    void aFileThatCannotBeReadIsToldAndUsedOnceItCan() throws Exception {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        Logger reload = (Logger) LoggerFactory.getLogger(TlsReload.class);
        reload.addAppender(log);
        try {
            Files.writeString(files.certificate(), second.certificatePem());
            Files.delete(files.key());
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> log.list.stream()
                            .anyMatch(line -> line.getFormattedMessage().contains(files.key() + " cannot be read")));
            Files.writeString(files.key(), second.keyPem());
            awaitServed(second);
            write(first.certificatePem(), first.keyPem());
            awaitServed(first);
        } finally {
            reload.detachAppender(log);
        }
    }

    private static void awaitServed(TestCertificate expected) {
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            try (SSLSocket fresh = connect()) {
                assertThat(serial(fresh)).isEqualTo(expected.certificate().getSerialNumber());
            }
        });
    }
}
