package io.dataprism.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.core.audit.AuditEntry;
import io.dataprism.core.audit.AuditHeads;
import io.dataprism.core.audit.AuditLog;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The commands in this process: what they print, where, and their exit codes. */
class CommandLineTest {

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void anUnknownCommandIsNamedInOneLine() {
        assertThat(run("sevre")).isEqualTo(2);
        assertThat(err.toString().lines()).singleElement().asString().contains("sevre", "./dataprism help");
    }

    @Test
    void helpListsTheCommands() {
        assertThat(run("help")).isZero();
        assertThat(out.toString()).contains("serve", "audit");
    }

    @Test
    void aPortThatIsNoneIsRefused() {
        assertThat(run("serve", "--port", "70000")).isEqualTo(2);
        assertThat(err.toString().lines()).singleElement().asString().contains("70000", "65535");
    }

    @Test
    void aPortInUseIsSaidAndWhatWasStartedIsStopped() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            String port = String.valueOf(taken.getLocalPort());
            assertThat(run("serve", "--port", port, "--no-sample", "--data-dir", folder.toString()))
                    .isEqualTo(2);
            assertThat(err.toString().lines()).singleElement().asString().contains(port, "in use");
            // the lock on the data folder is free again: the second try comes as far as the first
            assertThat(run("serve", "--port", port, "--no-sample", "--data-dir", folder.toString()))
                    .isEqualTo(2);
            assertThat(err.toString()).doesNotContain("another node");
        }
    }

    @Test
    void aConfigurationFileThatCannotBeUsedIsSaidInOneLine() throws Exception {
        assertThat(run("serve", "--config", folder.resolve("absent.yaml").toString()))
                .isEqualTo(2);
        Path file = Files.writeString(folder.resolve("node.yaml"), "port: x\nhots: y\n");
        assertThat(run("serve", "--config", file.toString())).isEqualTo(2);
        assertThat(err.toString().lines()).hasSize(2).first().asString().contains("absent.yaml");
        assertThat(err.toString()).contains("port is \"x\"", "hots is not known");
    }

    @Test
    void anOptionWinsOverTheConfigurationFile() throws Exception {
        Path file = Files.writeString(folder.resolve("node.yaml"), "port: 1\nsample: false\n");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            String port = String.valueOf(taken.getLocalPort());
            assertThat(run("serve", "--config", file.toString(), "--port", port, "--data-dir", folder.toString()))
                    .isEqualTo(2);
            assertThat(err.toString()).contains("port " + port, "in use");
        }
    }

    @Test
    void aDataFolderThatCannotBeMadeIsNamed() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "");
        assertThat(run(
                        "serve",
                        "--port",
                        "0",
                        "--data-dir",
                        file.resolve("data").toString()))
                .isEqualTo(2);
        assertThat(err.toString()).contains(file.toString(), "--data-dir");
    }

    @Test
    void anAuditLogThatIsAsWrittenIsFoundWell() {
        writeAudit();
        assertThat(run("audit", "verify", "--data-dir", folder.toString())).isZero();
        assertThat(out.toString()).startsWith("ok: ").contains("n1");
    }

    @Test
    void aChangedLineOfTheAuditLogIsFound() throws Exception {
        writeAudit();
        Path lines = folder.resolve("audit/audit.jsonl");
        Files.writeString(lines, Files.readString(lines).replace("/users/eve", "/users/bob"));
        assertThat(run("audit", "verify", "--data-dir", folder.toString())).isEqualTo(1);
        assertThat(out.toString()).startsWith("bad: line 3 ");
    }

    @Test
    void anAuditLogIsHeldAgainstWhatAnotherNodeHasKeptOfIt() throws Exception {
        writeAudit();
        Path lines = folder.resolve("audit/audit.jsonl");
        byte[] before = Files.readAllBytes(lines);
        byte[] vouched = Files.readAllBytes(folder.resolve("audit/checkpoint.json"));
        writeAudit();
        Path other = Files.createDirectories(folder.resolve("other/audit")).getParent();
        AuditHeads kept = new AuditHeads();
        try (AuditLog log = AuditLog.open(folder, "n1", InstantSource.system())) {
            kept.keep(log.head(), Instant.now());
        }
        kept.save(other);
        String heads = other.resolve("audit/heads.json").toString();
        assertThat(run("audit", "verify", "--data-dir", folder.toString(), "--heads", heads))
                .isZero();

        Files.write(lines, before);
        Files.write(folder.resolve("audit/checkpoint.json"), vouched);
        assertThat(run("audit", "verify", "--data-dir", folder.toString())).isZero();
        assertThat(run("audit", "verify", "--data-dir", folder.toString(), "--heads", heads))
                .isEqualTo(1);
        assertThat(out.toString()).contains("cut off: other nodes were told of line 7");
        assertThat(run("audit", "verify", "--data-dir", folder.toString(), "--heads", heads, "--node", "n2"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("nothing of node 'n2'", "--node");
        assertThat(run("audit", "verify", "--data-dir", folder.toString(), "--heads", lines.toString()))
                .isEqualTo(2);
    }

    @Test
    void aDataFolderThatIsNotThereCannotBeVerified() {
        assertThat(run("audit", "verify", "--data-dir", folder.resolve("none").toString()))
                .isEqualTo(2);
        assertThat(err.toString()).contains("none", "--data-dir");
    }

    private void writeAudit() {
        try (AuditLog log = AuditLog.open(folder, "n1", InstantSource.system())) {
            for (String user : List.of("/users/ann", "/users/eve", "/users/zoe")) {
                log.append(
                        List.of(new AuditEntry(Instant.now(), "plugin.granted", user, List.of(), "echo", "ok", "{}")));
            }
        }
    }

    private int run(String... arguments) {
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(arguments);
    }
}
