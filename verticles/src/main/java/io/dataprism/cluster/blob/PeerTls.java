package io.dataprism.cluster.blob;

import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.nio.file.Path;

/**
 * Who nodes are to each other: files in PEM.
 *
 * @param ca whose certificates nodes have, and nobody else; so a name in a certificate says nothing more
 * @param certificate this node's
 * @param key of the certificate
 */
public record PeerTls(Path ca, Path certificate, Path key) {

    PemKeyCertOptions own() {
        return new PemKeyCertOptions().addCertPath(certificate.toString()).addKeyPath(key.toString());
    }

    PemTrustOptions trusted() {
        return new PemTrustOptions().addCertPath(ca.toString());
    }
}
