package io.dataprism.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.core.manifest.ManifestParser;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What a plugin's author does without a node: the projects that are made, and what is said of bad ones. */
class PluginProjectTest {

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private String home = "";

    @BeforeEach
    void aDistribution() throws Exception {
        home = System.getProperty("dataprism.home", "");
        Files.createDirectories(folder.resolve("dist/repository"));
        System.setProperty("dataprism.home", folder.resolve("dist").toString());
    }

    @AfterEach
    void theOldDistribution() {
        System.setProperty("dataprism.home", home);
    }

    @ParameterizedTest
    @ValueSource(strings = {"data-processing", "visualization", "integration", "utility"})
    void aNewProjectIsValidAndCompiles(String category) throws Exception {
        assertThat(plugins("create", "new-one", category, "--package", "com.acme.one", "--in", folder.toString()))
                .isZero();
        Path project = folder.resolve("new-one");

        assertThat(plugins("validate", project.toString())).as(out.toString()).isZero();
        assertThat(ManifestParser.parse(Files.readAllBytes(manifest(project))))
                .returns("new-one", each -> each.name())
                .returns(category, each -> each.category())
                .returns("com.acme.one.NewOne", each -> each.entryPoint());
        assertThat(problemsOfCompiling(project)).isEmpty();
        assertThat(Files.readString(project.resolve("pom.xml"))).doesNotContain("#{", "@version@");
    }

    /** Names that would hide a class which the templates use, or that are no names in Java. */
    @ParameterizedTest
    @ValueSource(strings = {"string", "batch", "a--1-", "flux"})
    void aNameThatMeansSomethingElseInJavaWillDo(String name) throws Exception {
        assertThat(plugins("create", name, "data-processing", "--in", folder.toString()))
                .isZero();
        assertThat(problemsOfCompiling(folder.resolve(name))).isEmpty();
    }

    @Test
    void whatCannotBeCreatedIsSaidInOneLine() throws Exception {
        assertThat(plugins("create", "Bad_Name", "data-processing", "--in", folder.toString()))
                .isEqualTo(2);
        assertThat(plugins("create", "good", "sorcery", "--in", folder.toString()))
                .isEqualTo(2);
        assertThat(plugins("create", "good", "visualization", "--package", "com.class", "--in", folder.toString()))
                .isEqualTo(2);
        Files.createDirectories(folder.resolve("taken/something"));
        assertThat(plugins("create", "taken", "visualization", "--in", folder.toString()))
                .isEqualTo(2);
        Path file = Files.writeString(folder.resolve("file"), "");
        assertThat(plugins("create", "good", "visualization", "--in", file.toString()))
                .isEqualTo(2);
        assertThat(err.toString().lines()).hasSize(5).allMatch(line -> line.startsWith("dataprism: "));
        assertThat(err.toString())
                .contains("'Bad_Name'", "'sorcery'", "visualization", "'com.class'", "is there already");
        assertThat(folder.resolve("good")).doesNotExist();
    }

    @Test
    void withoutADistributionNothingIsCreated() {
        System.setProperty("dataprism.home", folder.resolve("nowhere").toString());
        assertThat(plugins("create", "good", "visualization", "--in", folder.toString()))
                .isEqualTo(2);
        assertThat(err.toString().lines()).singleElement().asString().contains("nowhere", "./dataprism");
    }

    @Test
    void aFolderWithoutAProjectIsNotBuilt() {
        assertThat(plugins("build", folder.toString())).isEqualTo(2);
        assertThat(err.toString().lines()).singleElement().asString().contains("plugins create");
    }

    @Test
    void everyProblemOfAManifestHasItsLine() throws Exception {
        Path file = Files.writeString(folder.resolve("plugin.json"), """
                {
                  "manifestVersion": 1,
                  "name": "Wrong",
                  "version": "1.0.0",
                  "colour": "red",
                  "category": "utility",
                  "permissions": [
                    {"resource": "data", "access": "read"},
                    {"resource": "data",
                     "access": "steal"}
                  ],
                  "operations": [{"kind": "value"}]
                }
                """);

        assertThat(plugins("validate", file.toString())).isEqualTo(1);

        List<String> lines = out.toString().lines().toList();
        assertThat(lines)
                .anyMatch(line -> line.startsWith(file + ":3: ") && line.endsWith("(#/name)"))
                .anyMatch(line -> line.startsWith(file + ":5: ") && line.contains("colour"))
                .anyMatch(line -> line.startsWith(file + ":10: ") && line.endsWith("(#/permissions/1/access)"))
                .anyMatch(line -> line.startsWith(file + ":12: ") && line.endsWith("(#/operations/0/name)"))
                .anyMatch(line -> line.startsWith(file + ":1: ") && line.endsWith("(#/entryPoint)"))
                .last()
                .isEqualTo(file + " has 5 problems");
    }

    @Test
    void whereAManifestCeasesToBeJsonIsSaid() throws Exception {
        Path file = Files.writeString(folder.resolve("plugin.json"), "{\n  \"name\": \"a\",\n  oops\n}");
        assertThat(plugins("validate", file.toString())).isEqualTo(1);
        assertThat(out.toString()).startsWith(file + ":3: ");
    }

    @Test
    void aProjectWithoutManifestOrSourceIsNotValid() throws Exception {
        plugins("create", "sad", "visualization", "--in", folder.toString());
        Path project = folder.resolve("sad");
        Files.delete(project.resolve("src/main/java/com/example/Sad.java"));
        assertThat(plugins("validate", project.toString())).isEqualTo(1);
        assertThat(out.toString()).contains("plugin.json:9: The entry point has no source", "Sad.java");
        Files.delete(manifest(project));
        assertThat(plugins("validate", project.toString())).isEqualTo(1);
        assertThat(out.toString()).contains("plugin.json:1: The project has no manifest");
    }

    @Test
    void thePackageOfAProjectIsLookedOverToo() throws Exception {
        plugins("create", "built", "visualization", "--in", folder.toString());
        Path project = folder.resolve("built");
        Files.createDirectories(project.resolve("target"));
        Path jar = zip(project.resolve("target/built.jar"), Files.readString(manifest(project)));

        assertThat(plugins("validate", project.toString())).isEqualTo(1);
        assertThat(out.toString()).contains(jar + ": The entry point 'com.example.Built' is not in the package");
    }

    @Test
    void aPackageIsRefusedWithEveryProblemOfItsManifest() throws Exception {
        Path bad = zip(folder.resolve("bad.jar"), "{\n\"manifestVersion\": 2,\n\"name\": 7\n}");
        assertThat(plugins("validate", bad.toString())).isEqualTo(1);
        assertThat(out.toString())
                .contains(
                        bad + "!/META-INF/dataprism/plugin.json:2: ",
                        "(#/manifestVersion)",
                        "(#/name)",
                        "(#/category)");
        Path none = Files.writeString(folder.resolve("none.jar"), "no zip");
        assertThat(plugins("validate", none.toString())).isEqualTo(1);
        assertThat(out.toString()).contains(none + ": The package is not a readable ZIP file");
        assertThat(plugins("validate", folder.resolve("absent.jar").toString())).isEqualTo(2);
        assertThat(err.toString().lines()).singleElement().asString().contains("absent.jar");
    }

    @Test
    void theBadPackagesOfAFolderAreListedWithWhatIsWrong() throws Exception {
        assertThat(plugins("discover", folder.resolve("dist").toString())).isZero();
        assertThat(out.toString()).contains("no packages");
        Path bad = zip(folder.resolve("dist/bad.jar"), "{}");
        assertThat(plugins("discover", folder.resolve("dist").toString())).isZero();
        assertThat(out.toString()).contains(bad + "  cannot be used: The manifest has");
        assertThat(plugins("discover", folder.resolve("nowhere").toString())).isEqualTo(2);
        assertThat(err.toString().lines()).singleElement().asString().contains("nowhere");
    }

    private static Path manifest(Path project) {
        return project.resolve("src/main/resources/META-INF/dataprism/plugin.json");
    }

    private static Path zip(Path file, String manifest) throws Exception {
        try (OutputStream bytes = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("META-INF/dataprism/plugin.json"));
            zip.write(manifest.getBytes(StandardCharsets.UTF_8));
            zip.closeEntry();
        }
        return file;
    }

    /** Its code and its test, against what this very process has on its class path. */
    private List<?> problemsOfCompiling(Path project) throws Exception {
        DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files =
                        compiler.getStandardFileManager(problems, Locale.ROOT, StandardCharsets.UTF_8);
                var sources = Files.walk(project.resolve("src"))) {
            List<Path> java =
                    sources.filter(file -> file.toString().endsWith(".java")).toList();
            assertThat(java).hasSize(2);
            Path classes = Files.createDirectories(folder.resolve("classes"));
            compiler.getTask(
                            null,
                            files,
                            problems,
                            List.of(
                                    "-proc:none",
                                    "-d",
                                    classes.toString(),
                                    "-cp",
                                    System.getProperty("java.class.path")),
                            null,
                            files.getJavaFileObjectsFromPaths(java))
                    .call();
        }
        return problems.getDiagnostics();
    }

    private int plugins(String... arguments) {
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        String[] all = new String[arguments.length + 1];
        all[0] = "plugins";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return line.execute(all);
    }
}
