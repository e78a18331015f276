package io.dataprism.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** From nothing to a plugin that serves, by the commands of the README alone: for each category. */
class PluginProjectIT {

    private static final String TWO_ROWS = "FROM (VALUES ('Oslo', 4.5), ('Rome', 15.5)) AS t(city, degrees)";

    @TempDir
    Path folder;

    /** What a new project of a category does, as it is. */
    private enum Category {
        DATA_PROCESSING(
                "data-processing",
                "profile",
                "{\"params\": {\"columns\": [\"degrees\"]}, \"input\": {\"sql\": \"" + TWO_ROWS + "\"}}",
                "application/x-ndjson",
                "{\"column\":\"degrees\",\"rows\":2,\"nulls\":0,\"mean\":10.0}"),

        VISUALIZATION(
                "visualization",
                "render",
                "{\"params\": {\"value\": \"degrees\"}, \"input\": {\"sql\": \"" + TWO_ROWS + "\"}}",
                "image/svg+xml",
                "2 values from 4.5 to 15.5"),

        INTEGRATION(
                "integration",
                "write",
                "{\"params\": {\"table\": \"cities\"}, \"input\": {\"sql\": \"" + TWO_ROWS + "\"}}",
                "application/json",
                "\"rows\":2"),

        UTILITY("utility", "count", "{\"params\": {\"what\": \"apples\"}}", "application/json", "{\"result\":1}");

        private final String label;
        private final String operation;
        private final String request;
        private final String accept;
        private final String answer;

        Category(String label, String operation, String request, String accept, String answer) {
            this.label = label;
            this.operation = operation;
            this.request = request;
            this.accept = accept;
            this.answer = answer;
        }
    }

    @ParameterizedTest
    @EnumSource
    @Tag("longer")
    void aNewProjectIsBuiltTestedAndServes(Category category) throws Exception {
        try (Service service = Service.start(folder.resolve("data"), "--no-sample")) {
            Commands commands = new Commands(service);
            Path jar = build(category.label);
            assertThat(Commands.run("validate", jar.toString()).exitCode()).isZero();
            commands.ok("add", jar.toString());
            commands.ok("grant", "fresh", "--all");
            assertThat(commands.ok("activate", "fresh")).contains("fresh 1.0.0 is active");

            assertThat(call(service, category)).contains(category.answer);

            Path newer = withVersion(jar, "1.1.0");
            assertThat(commands.ok("reload", "fresh", newer.toString())).contains("fresh 1.0.0 -> 1.1.0 in ");
            assertThat(commands.ok("info", "fresh")).contains("active", "1.1.0");
            assertThat(call(service, category)).isNotEmpty();

            assertThat(commands.ok("remove", "fresh")).contains("removed");
            assertThat(service.get("/v1/plugins/fresh").status()).isEqualTo(404);
        }
    }

    private static String call(Service service, Category category) throws IOException, InterruptedException {
        return service.send(service.request("/v1/plugins/fresh/operations/" + category.operation)
                        .header("Content-Type", "application/json")
                        .header("Accept", category.accept)
                        .POST(BodyPublishers.ofString(category.request)))
                .expect(200)
                .text();
    }

    /** The same package, but for the version in its manifest. */
    private Path withVersion(Path jar, String version) throws IOException {
        Path newer = Files.copy(jar, folder.resolve("newer.jar"));
        try (FileSystem zip = FileSystems.newFileSystem(newer)) {
            Path manifest = zip.getPath("META-INF/dataprism/plugin.json");
            Files.writeString(
                    manifest,
                    Files.readString(manifest).replace("\"version\": \"1.0.0\"", "\"version\": \"" + version + "\""));
        }
        return newer;
    }

    /** Through the launcher, as a process: it looks for Maven, and Maven for what this build has fetched already. */
    private Path build(String category) throws IOException, InterruptedException {
        Commands.Ended created = Commands.run("create", "fresh", category, "--in", folder.toString());
        assertThat(created.exitCode()).as(created.err()).isZero();
        List<String> command = new ArrayList<>(List.of(
                Service.root().resolve("dataprism").toString(),
                "plugins",
                "build",
                folder.resolve("fresh").toString()));
        Path log = folder.resolve("build.log");
        ProcessBuilder build =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        build.environment().put("MAVEN_OPTS", "-Dmaven.repo.local=" + System.getProperty("maven.repo.local"));
        Process process = build.start();
        try {
            assertThat(process.waitFor(180, TimeUnit.SECONDS))
                    .as("built in time")
                    .isTrue();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).as(Files.readString(log)).isZero();
        assertThat(folder.resolve("fresh/target/surefire-reports")).isNotEmptyDirectory();
        return folder.resolve("fresh/target/fresh.jar");
    }
}
