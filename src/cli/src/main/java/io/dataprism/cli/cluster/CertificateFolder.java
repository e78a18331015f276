package io.dataprism.cli.cluster;

import io.dataprism.cli.CannotBegin;
import io.dataprism.core.catalog.DurableFiles;
import io.dataprism.core.cluster.ClusterKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The folder that {@code certs} fills: {@code ca.pem} and {@code ca.key}, {@code cluster.key}, and {@code NAME.pem} and {@code NAME.key} of
 * each node. Every file has mode 0600 and is there whole or not at all. What is there is checked, and kept.
 */
final class CertificateFolder {

    private static final String CERTIFICATE = ".pem";
    private static final String KEY = ".key";
    private static final String AUTHORITY = "ca";
    private static final String CLUSTER_KEY = "cluster" + KEY;
    private static final Duration SOON = Duration.ofDays(30);

    private final Path folder;
    private final Duration lifetime;
    private final InstantSource clock;
    private final Consumer<String> told;

    /**
     * @param lifetime of nodes' certificates
     * @param told a line for each file
     */
    CertificateFolder(Path folder, Duration lifetime, InstantSource clock, Consumer<String> told) {
        this.folder = folder;
        this.lifetime = lifetime;
        this.clock = clock;
        this.told = told;
    }

    /**
     * Makes what is not there.
     *
     * @param renew whether certificates of these nodes are made anew; of all that are there, where none is named
     */
    void fill(List<CertifiedNode> wanted, boolean renew) throws CannotBegin {
        try {
            makeFolder();
            Authority authority = authority();
            clusterKey();
            for (CertifiedNode node : wanted.isEmpty() && renew ? present() : wanted) {
                node(authority, node, renew);
            }
        } catch (IOException e) {
            throw new CannotBegin("cannot write to " + folder + " ("
                    + e.getClass().getSimpleName() + "): name a folder with --out that this user may write to.");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The JDK cannot make certificates of elliptic curves.", e);
        }
    }

    private void makeFolder() throws IOException {
        if (!Files.isDirectory(folder)) {
            Path parent = folder.toAbsolutePath().getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Files.createDirectory(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
    }

    private Authority authority() throws IOException, CannotBegin, GeneralSecurityException {
        Path certificate = file(AUTHORITY, CERTIFICATE);
        Path key = file(AUTHORITY, KEY);
        if (!Files.exists(certificate) && !Files.exists(key)) {
            if (!present().isEmpty()) {
                throw new CannotBegin(folder + " has certificates of nodes but no ca.pem and ca.key: bring both back,"
                        + " or name an empty folder with --out and give every node new files.");
            }
            Authority made = Authority.make(clock.instant());
            DurableFiles.write(key, Pem.of(made.key()));
            DurableFiles.write(certificate, Pem.of(made.certificate()));
            told.accept(
                    "made  " + certificate + ", a CA for this cluster alone; ca.key makes nodes: keep it elsewhere");
            return made;
        }
        if (!Files.exists(certificate) || !Files.exists(key)) {
            throw new CannotBegin(
                    folder + " has only one of ca.pem and ca.key: bring the other one back, or name an empty folder"
                            + " with --out and give every node new files.");
        }
        Authority found = new Authority(CertificateFiles.certificate(certificate), CertificateFiles.key(key));
        check(found, certificate);
        told.accept("kept  " + certificate + ", good until " + CertificateFiles.end(found.certificate()));
        return found;
    }

    private void check(Authority found, Path file) throws CannotBegin, GeneralSecurityException {
        if (!Authority.belong(found.key(), found.certificate().getPublicKey())) {
            throw new CannotBegin("ca.key does not belong to " + file + ": bring the right one back.");
        }
        if (!found.certificate().getSubjectX500Principal().getName().startsWith(Authority.SUBJECT)) {
            throw new CannotBegin(file + " is no CA that this command has made: whoever has a certificate of the"
                    + " cluster's CA is a node, so it must serve the cluster alone; name another folder with --out.");
        }
        if (found.certificate().getNotAfter().toInstant().isBefore(clock.instant())) {
            throw new CannotBegin(file + " has ended on " + CertificateFiles.end(found.certificate())
                    + ": name an empty folder with --out and give every node new files.");
        }
    }

    private void clusterKey() throws IOException, CannotBegin {
        Path file = folder.resolve(CLUSTER_KEY);
        if (!Files.exists(file)) {
            DurableFiles.write(file, (ClusterKey.newSecret() + "\n").getBytes(StandardCharsets.US_ASCII));
            told.accept("made  " + file + ", the same for every node");
            return;
        }
        try {
            ClusterKey.of(Files.readString(file));
        } catch (IllegalArgumentException none) {
            throw new CannotBegin(file + " is no cluster's key: it must hold " + ClusterKey.BYTES
                    + " bytes in base64; bring the right one back, or delete it where no node has it.");
        }
        told.accept("kept  " + file);
    }

    private void node(Authority authority, CertifiedNode node, boolean renew)
            throws IOException, CannotBegin, GeneralSecurityException {
        Path file = file(node.name(), CERTIFICATE);
        Path key = file(node.name(), KEY);
        boolean there = Files.exists(file) || Files.exists(key);
        if (!there || renew) {
            Set<String> names = new LinkedHashSet<>(node.names());
            if (node.hosts().isEmpty() && Files.exists(file)) {
                names.addAll(CertificateFiles.namesOf(CertificateFiles.certificate(file)));
            }
            Authority.Issued issued = authority.issue(node.name(), names, lifetime, clock.instant());
            DurableFiles.write(key, Pem.of(issued.key()));
            DurableFiles.write(file, Pem.of(issued.certificate()));
            told.accept("made  " + file + " for " + String.join(", ", names) + ", good until "
                    + CertificateFiles.end(issued.certificate()));
            return;
        }
        X509Certificate found = CertificateFiles.certificate(file);
        if (!Authority.belong(CertificateFiles.key(key), found.getPublicKey()) || !authority.hasSigned(found)) {
            throw new CannotBegin(file + " was not made by the CA in this folder, or " + key.getFileName()
                    + " does not belong to it: add --renew to replace both.");
        }
        told.accept("kept  " + file + notes(node, found));
    }

    private String notes(CertifiedNode node, X509Certificate found) throws GeneralSecurityException {
        List<String> missing = new ArrayList<>(node.names());
        missing.removeAll(CertificateFiles.namesOf(found));
        if (!missing.isEmpty()) {
            return ", which is not for " + String.join(", ", missing) + ": add --renew to make it anew";
        }
        boolean ends = found.getNotAfter().toInstant().isBefore(clock.instant().plus(SOON));
        return ", good until " + CertificateFiles.end(found) + (ends ? ": add --renew to make it anew" : "");
    }

    /** The nodes that have a certificate here. */
    private List<CertifiedNode> present() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> Objects.requireNonNull(file.getFileName(), "listed files have names")
                            .toString())
                    .filter(name -> name.endsWith(CERTIFICATE))
                    .map(name -> name.substring(0, name.length() - CERTIFICATE.length()))
                    .filter(name -> !name.equals(AUTHORITY))
                    .sorted()
                    .map(name -> new CertifiedNode(name, List.of()))
                    .toList();
        }
    }

    private Path file(String name, String kind) {
        return folder.resolve(name + kind);
    }
}
