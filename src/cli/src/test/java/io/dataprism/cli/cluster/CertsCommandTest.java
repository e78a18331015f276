package io.dataprism.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.cli.Main;
import io.dataprism.core.cluster.ClusterKey;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** {@code cluster certs}: which files it makes, keeps and refuses. */
class CertsCommandTest {

    @TempDir
    Path temporary;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private Path folder() {
        return temporary.resolve("secrets");
    }

    private int run(String... arguments) {
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        List<String> all = new ArrayList<>(List.of("cluster", "certs", "--out", folder().toString()));
        all.addAll(List.of(arguments));
        return line.execute(all.toArray(String[]::new));
    }

    private Map<String, String> contents() throws Exception {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder())) {
            for (Path file : files.toList()) {
                contents.put(file.getFileName().toString(), Files.readString(file));
            }
        }
        return contents;
    }

    private X509Certificate certificate(String name) throws Exception {
        return Pem.certificate(Files.readAllBytes(folder().resolve(name)));
    }

    @Test
    void makesWhatANodeNeedsAndLetsNobodyElseReadIt() throws Exception {
        assertThat(run("--node", "a:10.0.0.1,a.example.com", "--node", "b")).isZero();
        assertThat(contents().keySet())
                .containsExactly("a.key", "a.pem", "b.key", "b.pem", "ca.key", "ca.pem", "cluster.key");
        for (String name : contents().keySet()) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder().resolve(name))))
                    .isEqualTo("rw-------");
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder())))
                .isEqualTo("rwx------");
        ClusterKey.of(contents().get("cluster.key"));
        assertThat(out.toString()).contains("ca.pem", "a.pem for a, 10.0.0.1, a.example.com");
    }

    @Test
    void aNodesCertificateIsForBothSidesOfTlsAndSignsNothing() throws Exception {
        assertThat(run("--node", "a:10.0.0.1,fd00::1,*.example.com", "--days", "30"))
                .isZero();
        X509Certificate node = certificate("a.pem");
        assertThat(node.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");
        assertThat(node.getBasicConstraints()).isEqualTo(-1);
        assertThat(node.getPublicKey())
                .isInstanceOfSatisfying(
                        ECPublicKey.class,
                        key -> assertThat(key.getParams().getOrder().bitLength())
                                .isEqualTo(256));
        List<String> names = new ArrayList<>();
        node.getSubjectAlternativeNames().forEach(name -> names.add(String.valueOf(name.get(1))));
        assertThat(names).containsExactly("a", "10.0.0.1", "fd00:0:0:0:0:0:0:1", "*.example.com");
        assertThat(node.getNotAfter().toInstant())
                .isBetween(
                        Instant.now().plus(29, ChronoUnit.DAYS), Instant.now().plus(31, ChronoUnit.DAYS));
        X509Certificate authority = certificate("ca.pem");
        node.verify(authority.getPublicKey());
        assertThat(authority.getBasicConstraints()).isZero();
        assertThat(authority.getKeyUsage()).startsWith(false, false, false, false, false, true, true);
    }

    @Test
    void runAgainItKeepsWhatIsThereAndMakesWhatIsMissing() throws Exception {
        run("--node", "a:10.0.0.1");
        Map<String, String> before = contents();
        assertThat(run("--node", "a:10.0.0.1", "--node", "b")).isZero();
        assertThat(contents()).containsAllEntriesOf(before).containsKeys("b.pem", "b.key");
        assertThat(out.toString())
                .contains("kept  " + folder().resolve("ca.pem"), "kept  " + folder().resolve("a.pem"));
    }

    @Test
    void aKeptCertificateThatLacksAHostIsSaid() {
        run("--node", "a:10.0.0.1");
        assertThat(run("--node", "a:10.0.0.2")).isZero();
        assertThat(out.toString()).contains("a.pem, which is not for 10.0.0.2: add --renew");
    }

    @Test
    void renewedCertificatesHaveTheSameNamesAndTheSameAuthority() throws Exception {
        run("--node", "a:10.0.0.1", "--node", "b");
        Map<String, String> before = contents();
        assertThat(run("--renew")).isZero();
        Map<String, String> after = contents();
        assertThat(after.get("ca.pem")).isEqualTo(before.get("ca.pem"));
        assertThat(after.get("cluster.key")).isEqualTo(before.get("cluster.key"));
        assertThat(after.get("a.pem")).isNotEqualTo(before.get("a.pem"));
        assertThat(after.get("b.key")).isNotEqualTo(before.get("b.key"));
        certificate("a.pem").verify(certificate("ca.pem").getPublicKey());
        assertThat(certificate("a.pem").getSubjectAlternativeNames()).hasSize(2);
    }

    @Test
    void certificatesThatEndSoonAreSaid() throws Exception {
        run("--node", "a", "--days", "20");
        out.getBuffer().setLength(0);
        run("--node", "a");
        assertThat(out.toString()).containsPattern("kept .*a\\.pem, good until .*: add --renew");
    }

    @Test
    void nodesEndWithTheirAuthority() throws Exception {
        Authority authority = Authority.make(Instant.now().minus(Duration.ofDays(3_600)));
        Authority.Issued issued =
                authority.issue("a", new CertifiedNode("a", List.of()).names(), Duration.ofDays(825), Instant.now());
        assertThat(issued.certificate().getNotAfter())
                .isEqualTo(authority.certificate().getNotAfter());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "A", "../x", "ca", "cluster", "a b", "a:", "a:x:y", "a:10.0.0", "a:10.0.0.1:5701", "a:b,,c"})
    void whatIsNoNodeIsRefused(String node) {
        assertThat(run("--node", node)).isEqualTo(2);
        assertThat(err.toString().lines()).singleElement().asString().contains("--node is '" + node + "'");
        assertThat(folder()).doesNotExist();
    }

    @Test
    void oneNameTwiceIsRefused() {
        assertThat(run("--node", "a", "--node", "a:10.0.0.1")).isEqualTo(2);
        assertThat(err.toString()).contains("'a' twice");
    }

    @Test
    void aFolderThatCannotBeWrittenIsSaid() throws Exception {
        Files.writeString(folder(), "a file");
        assertThat(run("--node", "a")).isEqualTo(2);
        assertThat(err.toString().lines()).singleElement().asString().contains("secrets", "--out");
    }

    @Test
    void halfAnAuthorityIsRefused() throws Exception {
        run("--node", "a");
        Files.delete(folder().resolve("ca.key"));
        assertThat(run("--node", "b")).isEqualTo(2);
        assertThat(err.toString()).contains("only one of ca.pem and ca.key");
        Files.delete(folder().resolve("ca.pem"));
        assertThat(run("--node", "b")).isEqualTo(2);
        assertThat(err.toString()).contains("certificates of nodes but no ca.pem");
    }

    @Test
    void anotherAuthoritysNodeIsRefusedAndCanBeRenewed() throws Exception {
        run("--node", "a");
        Files.delete(folder().resolve("ca.key"));
        Files.delete(folder().resolve("ca.pem"));
        Authority other = Authority.make(Instant.now());
        Files.write(folder().resolve("ca.pem"), Pem.of(other.certificate()));
        Files.write(folder().resolve("ca.key"), Pem.of(other.key()));
        assertThat(run("--node", "a")).isEqualTo(2);
        assertThat(err.toString()).contains("was not made by the CA in this folder", "--renew");
        assertThat(run("--node", "a", "--renew")).isZero();
    }

    @Test
    void aKeyThatIsNotTheAuthoritysIsRefused() throws Exception {
        run("--node", "a");
        Files.write(
                folder().resolve("ca.key"), Pem.of(Authority.make(Instant.now()).key()));
        assertThat(run("--node", "b")).isEqualTo(2);
        assertThat(err.toString()).contains("ca.key does not belong to");
    }

    @Test
    void anAuthorityThatWasNotMadeForAClusterIsRefused() throws Exception {
        run();
        Authority.Issued other = Authority.make(Instant.now())
                .issue("company-ca", new CertifiedNode("x", List.of()).names(), Duration.ofDays(1), Instant.now());
        Files.write(folder().resolve("ca.pem"), Pem.of(other.certificate()));
        Files.write(folder().resolve("ca.key"), Pem.of(other.key()));
        assertThat(run("--node", "a")).isEqualTo(2);
        assertThat(err.toString()).contains("is no CA that this command has made", "must serve the cluster alone");
    }

    @Test
    void whatIsNoPemAndNoKeyOfAClusterIsRefused() throws Exception {
        run("--node", "a");
        String key = Files.readString(folder().resolve("cluster.key"));
        Files.writeString(folder().resolve("cluster.key"), "secret");
        assertThat(run()).isEqualTo(2);
        assertThat(err.toString()).contains("is no cluster's key");
        Files.writeString(folder().resolve("cluster.key"), key);
        Files.writeString(folder().resolve("ca.pem"), "secret");
        assertThat(run()).isEqualTo(2);
        assertThat(err.toString()).contains("cannot be read as a certificate in PEM");
    }

    @Test
    void daysThatAreNoneAreRefused() {
        assertThat(run("--days", "0")).isEqualTo(2);
        assertThat(err.toString()).contains("--days is 0", "3650");
    }
}
