package io.dataprism.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./dataprism} as a newcomer meets it: what it prints, and with what code it ends. */
class LauncherIT {

    @TempDir
    Path folder;

    private record Ended(int exitCode, String out, String err) {}

    @Test
    void aPortInUseGivesOneLineThatSaysWhatToDoAndExitCode2() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            String port = String.valueOf(taken.getLocalPort());
            Ended ended = run(launcher(), "serve", "--port", port, "--data-dir", folder.toString());

            assertThat(ended.exitCode()).isEqualTo(2);
            assertThat(ended.out()).isEmpty();
            assertThat(ended.err().lines()).singleElement().asString().contains(port, "in use", "--port");
        }
    }

    @Test
    void anUnwritableDataFolderGivesOneLineThatSaysWhatToDoAndExitCode2() throws Exception {
        Path file = Files.writeString(folder.resolve("taken"), "a file where a folder should be");
        Ended ended = run(
                launcher(),
                "serve",
                "--port",
                "0",
                "--data-dir",
                file.resolve("data").toString());

        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err().lines()).singleElement().asString().contains(file.toString(), "--data-dir");
    }

    @Test
    void aMissingJdkGivesOneLineThatSaysWhatToDoAndExitCode2() throws Exception {
        Path copy = folder.resolve("dataprism");
        Files.writeString(copy, Files.readString(launcher()).replace("needed=25", "needed=99"));
        assertThat(copy.toFile().setExecutable(true)).isTrue();
        Ended ended = run(copy, "serve");

        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err().lines()).singleElement().asString().contains("no JDK 99 or newer", "JAVA_HOME");
    }

    @Test
    void anUnknownOptionGivesOneLineAndExitCode2() throws Exception {
        Ended ended = run(launcher(), "serve", "--prot", "1");

        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.err().lines()).singleElement().asString().contains("--prot");
    }

    @Test
    void theDoctorSaysWhatThisMachineCanConfine() throws Exception {
        Ended ended = run(launcher(), "doctor");
        assertThat(ended.exitCode()).as(ended.out()).isZero();
        assertThat(ended.out())
                .contains("ok        landlock", "ok        seccomp", "ok        child")
                .containsPattern("level     (full|no-cgroup)\n");
    }

    @Test
    void theVersionIsPrinted() throws Exception {
        Ended ended = run(launcher(), "--version");

        assertThat(ended.exitCode()).isZero();
        assertThat(ended.out()).startsWith("dataprism 0.");
        assertThat(ended.err()).isEmpty();
    }

    @Test
    void aStartUsesWhatTheJvmRememberedOfTheRehearsal() throws Exception {
        Path loaded = folder.resolve("loaded");
        ProcessBuilder version = new ProcessBuilder(launcher().toString(), "--version");
        version.environment().put("DATAPRISM_JAVA_OPTIONS", "-Xlog:class+load:file=" + loaded);

        assertThat(run(version).exitCode()).isZero();
        assertThat(Files.readAllLines(loaded))
                .filteredOn(line -> line.contains(" io.dataprism.cli.Main "))
                .singleElement()
                .asString()
                .contains("shared objects file");
    }

    /** A terminal sends the signal to the whole group: the node drains, and its children wait for it. */
    @Test
    void ctrlCDrainsWhilePluginsRunAndEndsWith0() throws Exception {
        Path log = folder.resolve("service.log");
        Process service = new ProcessBuilder(
                        "setsid", launcher().toString(), "serve", "--port", "0", "--data-dir", folder.toString())
                .redirectError(log.toFile())
                .start();
        try (BufferedReader out = service.inputReader()) {
            String ready = out.readLine();
            assertThat(ready).startsWith("ready http://127.0.0.1:");
            String plugin = ready.split(" ")[1] + "/v1/plugins/bar-chart";
            send(plugin + "/grants", "PUT", "{\"approve\": \"requested\"}");
            send(plugin + "/activate", "POST", "");
            List<ProcessHandle> children = service.descendants().toList();
            assertThat(children).isNotEmpty();

            new ProcessBuilder("kill", "-INT", "--", "-" + service.pid())
                    .start()
                    .waitFor();

            assertThat(service.waitFor(20, TimeUnit.SECONDS))
                    .as("drains in time")
                    .isTrue();
            assertThat(service.exitValue()).isZero();
            assertThat(children).noneMatch(ProcessHandle::isAlive);
            assertThat(Files.readString(log)).doesNotContain("exit code 130", "crashed", "ERROR");
        } finally {
            service.descendants().forEach(ProcessHandle::destroyForcibly);
            service.destroyForcibly();
        }
    }

    private void send(String uri, String method, String body) throws IOException, InterruptedException {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(uri))
                                .header(
                                        "Authorization",
                                        "Bearer "
                                                + Files.readString(folder.resolve("admin.token"))
                                                        .strip())
                                .header("Content-Type", "application/json")
                                .method(method, HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private Ended run(Path program, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        return run(new ProcessBuilder(command));
    }

    private Ended run(ProcessBuilder builder) throws IOException, InterruptedException {
        Path out = folder.resolve("out.txt");
        Path err = folder.resolve("err.txt");
        Process process =
                builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS))
                    .as("ended in time")
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    /** The launcher at the root of the checkout. */
    private static Path launcher() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.isExecutable(folder.resolve("dataprism"))) {
            folder = folder.getParent();
        }
        return folder.resolve("dataprism");
    }
}
