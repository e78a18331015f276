package io.dataprism.gateway.connection;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Set;

/**
 * Where certificate and key are, in PEM. What is read here is read at once and whole, so that what serves is never a half of one
 * pair and a half of another. All of it blocks.
 *
 * @param certificate the node's own first, then those between it and the root
 * @param key its private key, in PKCS #8 or PKCS #1, without a password
 */
public record TlsFiles(Path certificate, Path key) {

    private static final int MOST_BYTES = 1 << 20;
    private static final Set<String> PROTOCOLS = Set.of("TLSv1.3", "TLSv1.2");

    /**
     * What both hold at one moment. Times, sizes and rights of files say less: a file that is written in its place with as many bytes
     * and its old time, or that may be read again, looks as it did.
     */
    record Content(Buffer certificates, Buffer secret) {
        @Override
        public String toString() { // without what is secret
            return "Content[" + certificates.length() + " and " + secret.length() + " bytes]";
        }
    }

    /**
     * A certificate and the key that belongs to it.
     *
     * @param endsAt when the certificate does
     */
    public record Pair(KeyCertOptions options, Instant endsAt) {}

    /**
     * Reads both, and makes sure that they belong together.
     *
     * @throws TlsException that names the file and what is wrong with it
     */
    public Pair read() throws TlsException {
        return pair(content());
    }

    /** Reads both, whatever they are. */
    Content content() throws TlsException {
        return new Content(Buffer.buffer(bytes(certificate)), Buffer.buffer(bytes(key)));
    }

    /** What was read, if it belongs together. */
    Pair pair(Content content) throws TlsException {
        Buffer certificates = content.certificates();
        Buffer secret = content.secret();
        X509Certificate own = first(certificates.getBytes());
        if (!KeyPairs.belongTogether(privateKey(secret, certificates), own.getPublicKey())) {
            throw new TlsException("the key in " + key + " does not belong to the certificate in " + certificate, null);
        }
        return new Pair(
                new PemKeyCertOptions().addCertValue(certificates).addKeyValue(secret),
                own.getNotAfter().toInstant());
    }

    private static byte[] bytes(Path file) throws TlsException {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new TlsException(file + " has more than " + MOST_BYTES + " bytes", null);
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new TlsException(file + " cannot be read (" + e.getClass().getSimpleName() + ")", e);
        }
    }

    private X509Certificate first(byte[] pem) throws TlsException {
        try {
            return CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem)).stream()
                    .map(X509Certificate.class::cast)
                    .findFirst()
                    .orElseThrow(() -> new TlsException(certificate + " has no certificate in PEM", null));
        } catch (GeneralSecurityException e) {
            throw new TlsException(certificate + " has no certificate in PEM (" + e.getMessage() + ")", e);
        }
    }

    private PrivateKey privateKey(Buffer secret, Buffer certificates) throws TlsException {
        try {
            return KeyPairs.privateKey(secret, certificates);
        } catch (Exception e) { // Vert.x says no more than that
            throw new TlsException(key + " has no private key in PEM that can be used (" + e.getMessage() + ")", e);
        }
    }

    /** A server that speaks TLS 1.2 and 1.3, and HTTP/2 where the client does. */
    public static HttpServerOptions enable(HttpServerOptions options, Pair pair) {
        return options.setSsl(true)
                .setUseAlpn(true)
                .setEnabledSecureTransportProtocols(PROTOCOLS)
                .setKeyCertOptions(pair.options());
    }

    static ServerSSLOptions update(Pair pair) {
        return new ServerSSLOptions()
                .setUseAlpn(true)
                .setEnabledSecureTransportProtocols(PROTOCOLS)
                .setKeyCertOptions(pair.options());
    }
}
