package io.dataprism.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** {@code plugins} where it cannot be begun: one line on standard error, exit code 2, and nothing sent. */
class PluginCommandsTest {

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void aToken() throws Exception {
        Files.writeString(folder.resolve("admin.token"), "secret\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "list --state Active!",
                "info ../tokens",
                "grant good nonsense",
                "grant good --all data:read:flights",
                "grant good --elevated",
                "add absent.jar",
                "reload good absent.jar",
                "logs",
                "conjure",
                "list --url ftp://127.0.0.1",
                "list --url http://127.0.0.1:1",
                "list --data-dir nowhere",
                "list --token \u0007"
            })
    void whatCannotBeBegunIsSaidInOneLine(String arguments) {
        assertThat(run("plugins " + arguments)).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString().lines()).singleElement().asString().startsWith("dataprism: ");
    }

    @Test
    void helpListsWhatThereIs() {
        assertThat(run("plugins --help")).isZero();
        assertThat(out.toString())
                .contains("list", "info", "add", "grant", "activate", "deactivate", "load", "unload", "reload")
                .contains("remove", "logs", "discover", "validate", "create", "build");
    }

    @Test
    void whatListensThereMayBeNoNode() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            Thread.ofVirtual().start(() -> answerOnce(other));
            assertThat(run("plugins list --url http://127.0.0.1:" + other.getLocalPort()))
                    .isEqualTo(2);
        }
        assertThat(err.toString().lines()).singleElement().asString().contains("and no JSON", "--url");
    }

    private static void answerOnce(ServerSocket server) {
        try (var socket = server.accept()) {
            socket.getOutputStream()
                    .write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello".getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().read();
        } catch (java.io.IOException closed) {
            // the client went away, which is all that it has to do
            return;
        }
    }

    private int run(String arguments) {
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        String all = arguments.contains("--data-dir") || arguments.contains("--help")
                ? arguments
                : arguments + " --data-dir " + folder;
        return line.execute(all.split(" "));
    }
}
