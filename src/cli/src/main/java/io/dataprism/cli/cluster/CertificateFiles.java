package io.dataprism.cli.cluster;

import io.dataprism.cli.CannotBegin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.ZoneOffset;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Certificates and keys as they lie in files, and what is to be told of them. */
final class CertificateFiles {

    private static final int TYPE_DNS = 2;
    private static final int TYPE_ADDRESS = 7;

    private CertificateFiles() {}

    /** What a certificate is good for. */
    static Set<String> namesOf(X509Certificate certificate) throws GeneralSecurityException {
        Set<String> names = new LinkedHashSet<>();
        if (certificate.getSubjectAlternativeNames() != null) {
            for (List<?> name : certificate.getSubjectAlternativeNames()) {
                if (Integer.valueOf(TYPE_DNS).equals(name.getFirst())
                        || Integer.valueOf(TYPE_ADDRESS).equals(name.getFirst())) {
                    names.add(String.valueOf(name.get(1)));
                }
            }
        }
        return names;
    }

    static X509Certificate certificate(Path file) throws CannotBegin {
        try {
            return Pem.certificate(Files.readAllBytes(file));
        } catch (IOException | GeneralSecurityException unreadable) {
            throw unreadable(file, "a certificate in PEM");
        }
    }

    static PrivateKey key(Path file) throws CannotBegin {
        try {
            return Pem.key(Files.readAllBytes(file));
        } catch (IOException | GeneralSecurityException unreadable) {
            throw unreadable(file, "a private key in PEM");
        }
    }

    private static CannotBegin unreadable(Path file, String what) {
        return new CannotBegin(file + " cannot be read as " + what + ": bring it back, or move it away.");
    }

    /** The day on which it ends. */
    static String end(X509Certificate certificate) {
        return certificate
                .getNotAfter()
                .toInstant()
                .atOffset(ZoneOffset.UTC)
                .toLocalDate()
                .toString();
    }
}
