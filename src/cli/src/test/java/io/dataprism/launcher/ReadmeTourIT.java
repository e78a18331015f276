package io.dataprism.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.fixtures.net.TestPorts;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The README's tour prints what the README says. Every {@code console} block is run, in order, in one shell, against a service
 * started as the README starts it; {@code ...} in the expected output stands for whatever differs from run to run,
 * and an indented line carries on the one before it.
 */
class ReadmeTourIT {

    private static final Pattern BLOCK = Pattern.compile("(?ms)^```console\\R(.*?)^```");
    private static final String END = "--- end of command ";

    @TempDir
    Path folder;

    private record Step(String command, String expected) {}

    @Test
    void theToursOutputIsWhatTheCommandsReallyPrint() throws Exception {
        Path root = root();
        int port = TestPorts.take();
        List<Step> steps = steps(Files.readString(root.resolve("README.md")));
        assertThat(steps).as("commands in the README's tour").hasSizeGreaterThan(8);
        Process service = new ProcessBuilder(
                        root.resolve("dataprism").toString(), "serve", "--port", String.valueOf(port))
                .directory(folder.toFile())
                .redirectError(folder.resolve("service.log").toFile())
                .start();
        try (BufferedReader out = service.inputReader(StandardCharsets.UTF_8)) {
            assertThat(out.readLine()).startsWith("ready http://127.0.0.1:" + port + " in ");
            List<String> printed = runAll(root, steps, port);
            SoftAssertions all = new SoftAssertions();
            for (int i = 0; i < steps.size(); i++) {
                Step step = steps.get(i);
                all.assertThat(printed.get(i))
                        .as("what this prints: %s", step.command())
                        .matches(toPattern(step.expected()));
            }
            all.assertAll();
        } finally {
            service.destroy();
            assertThat(service.waitFor(20, TimeUnit.SECONDS))
                    .as("the service drains")
                    .isTrue();
        }
        assertThat(service.exitValue()).isZero();
    }

    private List<String> runAll(Path root, List<Step> steps, int port) throws IOException, InterruptedException {
        StringBuilder script = new StringBuilder("export PATH=\"" + root + ":$PATH\"\n");
        for (int i = 0; i < steps.size(); i++) {
            String command = steps.get(i).command().replace(":8080", ":" + port).replace("./dataprism ", "dataprism ");
            script.append(command)
                    .append("\necho; echo '")
                    .append(END)
                    .append(i)
                    .append("'\n");
        }
        Path output = folder.resolve("tour.txt");
        ProcessBuilder tour = new ProcessBuilder("bash", "-c", script.toString())
                .directory(folder.toFile())
                .redirectOutput(output.toFile())
                .redirectErrorStream(true);
        tour.environment().put("DATAPRISM_URL", "http://127.0.0.1:" + port);
        tour.environment().put("MAVEN_OPTS", "-Dmaven.repo.local=" + System.getProperty("maven.repo.local"));
        Process shell = tour.start();
        try {
            assertThat(shell.waitFor(240, TimeUnit.SECONDS)).as("the tour ends").isTrue();
        } finally {
            shell.descendants().forEach(ProcessHandle::destroyForcibly);
            shell.destroyForcibly();
        }
        List<String> printed = new ArrayList<>();
        String rest = Files.readString(output).replace("\r\n", "\n");
        for (int i = 0; i < steps.size(); i++) {
            int end = rest.indexOf(END + i + "\n");
            assertThat(end)
                    .as("command %d came to its end; printed: %s", i, rest)
                    .isNotNegative();
            printed.add(rest.substring(0, end).strip());
            rest = rest.substring(end + (END + i + "\n").length());
        }
        return printed;
    }

    /** A command is a line after {@code $} and those that the shell needs to complete it; the rest is what it prints. */
    private static List<Step> steps(String readme) throws IOException, InterruptedException {
        List<Step> steps = new ArrayList<>();
        Matcher blocks = BLOCK.matcher(readme);
        while (blocks.find()) {
            StringBuilder command = new StringBuilder();
            StringBuilder expected = new StringBuilder();
            for (String line : blocks.group(1).lines().toList()) {
                if (!command.isEmpty() && expected.isEmpty() && !isComplete(command.toString())) {
                    command.append(line).append('\n');
                } else if (line.startsWith("$ ")) {
                    add(steps, command, expected);
                    command.append(line.substring(2)).append('\n');
                } else {
                    expected.append(line).append('\n');
                }
            }
            add(steps, command, expected);
        }
        return steps;
    }

    private static boolean isComplete(String command) throws IOException, InterruptedException {
        Process check = new ProcessBuilder("bash", "-n", "-c", command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(check.waitFor(10, TimeUnit.SECONDS)).isTrue();
        return check.exitValue() == 0;
    }

    private static void add(List<Step> steps, StringBuilder command, StringBuilder expected) {
        if (!command.isEmpty()) {
            steps.add(new Step(command.toString().strip(), expected.toString().strip()));
        }
        command.setLength(0);
        expected.setLength(0);
    }

    private static Pattern toPattern(String expected) {
        StringBuilder pattern = new StringBuilder();
        for (String part : expected.replaceAll("\n {2,}", "").split(Pattern.quote("..."), -1)) {
            pattern.append(pattern.isEmpty() ? "" : "(?s:.*?)").append(Pattern.quote(part));
        }
        return Pattern.compile(pattern.toString());
    }

    private static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.isExecutable(folder.resolve("dataprism"))) {
            folder = folder.getParent();
        }
        return folder;
    }
}
