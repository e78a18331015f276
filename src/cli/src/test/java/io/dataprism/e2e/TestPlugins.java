package io.dataprism.e2e;

import io.dataprism.plugin.Plugin;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/** Plugins for tests, good and bad, each compiled and packed when it is asked for. */
enum TestPlugins {
    /** Tries one forbidden act for each operation and answers {@code {refused, what}}; {@code write-own-folder} is allowed. */
    INTRUDER(
            "utility",
            Sources.INTRUDER,
            values(
                    "read-passwd",
                    "write-outside",
                    "connect-tcp",
                    "open-udp",
                    "open-unix",
                    "run-program",
                    "read-environ",
                    "list-root",
                    "write-own-folder")),

    /** Answers the parameters of its operation {@code echo}. */
    ECHO("utility", Sources.ECHO, values("echo")),

    /** Cannot be made. */
    THROWING_CONSTRUCTOR("utility", Sources.THROWING_CONSTRUCTOR, values("never")),

    /** Names a class that is not in the package. */
    MISSING_ENTRY_POINT("utility", Sources.ECHO, values("echo")) {
        @Override
        JsonObject manifest() {
            return super.manifest().put("entryPoint", "com.acme.NotThere");
        }
    },

    /** Has classes but no {@code plugin.json}. */
    NO_MANIFEST("utility", Sources.ECHO, values("echo")) {
        @Override
        byte[] jar() {
            return zip(compiled());
        }
    },

    /** Has a manifest with exactly ten problems: {@link #TEN_POINTERS}. */
    TEN_ERRORS("utility", Sources.ECHO, values("echo")) {
        @Override
        JsonObject manifest() {
            return new JsonObject(Sources.TEN_ERRORS);
        }
    },

    /** Has entries that lead out of the package. */
    PATH_TRAVERSAL("utility", Sources.ECHO, values("echo")) {
        @Override
        byte[] jar() {
            Map<String, byte[]> entries = entries();
            entries.put("../../escaped.txt", "escaped".getBytes(StandardCharsets.UTF_8));
            return zip(entries);
        }
    },

    /** Its operation {@code fail} throws with words of its own. */
    FAILING("utility", Sources.FAILING, values("fail")),

    /** Its operation {@code crash} ends the process. */
    CRASHING("utility", Sources.CRASHING, values("crash")),

    /** Its operation {@code loop} never ends; it has 2 seconds. */
    LOOPING("utility", Sources.LOOPING, values("loop")) {
        @Override
        JsonObject manifest() {
            return super.manifest().put("resources", new JsonObject().put("operationTimeout", "2s"));
        }
    },

    /** Asks the host for a table ({@code read}: parameter {@code table}) and for a service ({@code call}: {@code address}). */
    CURIOUS("utility", Sources.CURIOUS, values("read", "call")) {
        @Override
        JsonObject manifest() {
            return super.manifest()
                    .put(
                            "permissions",
                            new JsonArray()
                                    .add(new JsonObject()
                                            .put("resource", "data")
                                            .put("access", "read")
                                            .put("scope", "flights")));
        }
    },

    /** Its operation {@code publish} appends {@code data} to {@code topic} and answers the cursor or the refusal's code. */
    PUBLISHER("integration", Sources.PUBLISHER, values("publish")),

    /** Its operation {@code count} answers {@code rows} rows of one column {@code n}, made as they are asked for. */
    NUMBERS(
            "data-processing",
            Sources.NUMBERS,
            List.of(new JsonObject().put("name", "count").put("kind", "dataset")));

    /** Where the problems of {@link #TEN_ERRORS} are. */
    static final List<String> TEN_POINTERS = List.of(
            "#/manifestVersion",
            "#/name",
            "#/version",
            "#/category",
            "#/entryPoint",
            "#/colour",
            "#/permissions/0/access",
            "#/operations/0/kind",
            "#/resources/memory",
            "#/dependencies/0/version");

    private static final LocalDateTime WRITTEN = LocalDateTime.of(2026, 1, 1, 0, 0);
    private static final String MANIFEST = "META-INF/dataprism/plugin.json";

    private final String category;
    private final String source;
    private final List<JsonObject> operations;

    TestPlugins(String category, String source, List<JsonObject> operations) {
        this.category = category;
        this.source = source;
        this.operations = operations;
    }

    /** The plugin's name: that of the constant in lower case, with dashes. */
    String pluginName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    JsonObject manifest() {
        return new JsonObject()
                .put("manifestVersion", 1)
                .put("name", pluginName())
                .put("version", "1.0.0")
                .put("category", category)
                .put("entryPoint", "com.acme." + className())
                .put("operations", new JsonArray(List.copyOf(operations)));
    }

    /** The package, as it is uploaded. */
    byte[] jar() {
        return zip(entries());
    }

    Map<String, byte[]> entries() {
        Map<String, byte[]> entries = compiled();
        entries.put(MANIFEST, manifest().encodePrettily().getBytes(StandardCharsets.UTF_8));
        return entries;
    }

    /** The class files by their paths. */
    Map<String, byte[]> compiled() {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
        try (Output output =
                new Output(compiler.getStandardFileManager(problems, Locale.ROOT, StandardCharsets.UTF_8))) {
            boolean compiled = compiler.getTask(
                            null,
                            output,
                            problems,
                            List.of("-proc:none", "-nowarn", "-cp", classPath()),
                            null,
                            List.of(new SourceFile(className(), source)))
                    .call();
            if (!compiled) {
                throw new IllegalStateException("Compiling " + this + " failed: " + problems.getDiagnostics());
            }
            return output.classes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String className() {
        int at = source.indexOf("public final class ") + "public final class ".length();
        return source.substring(at, source.indexOf(' ', at));
    }

    static byte[] zip(Map<String, byte[]> entries) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                ZipEntry written = new ZipEntry(entry.getKey());
                written.setTimeLocal(WRITTEN); // the same plugin has the same bytes
                zip.putNextEntry(written);
                zip.write(entry.getValue());
                zip.closeEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static List<JsonObject> values(String... names) {
        return Stream.of(names)
                .map(name -> new JsonObject().put("name", name).put("kind", "value"))
                .toList();
    }

    /** What plugin-api's users have on their class path, wherever this JVM found it. */
    private static String classPath() {
        return Stream.of(
                        Plugin.class,
                        reactor.core.publisher.Flux.class,
                        org.reactivestreams.Publisher.class,
                        org.apache.arrow.vector.VectorSchemaRoot.class,
                        org.apache.arrow.memory.ArrowBuf.class,
                        Nullable.class)
                .map(TestPlugins::locationOf)
                .distinct()
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static String locationOf(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class SourceFile extends SimpleJavaFileObject {
        private final String text;

        SourceFile(String className, String text) {
            super(URI.create("string:///com/acme/" + className + ".java"), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    /** Keeps class files in memory. */
    private static final class Output extends ForwardingJavaFileManager<StandardJavaFileManager> {
        private final Map<String, ByteArrayOutputStream> classes = new HashMap<>();

        Output(StandardJavaFileManager files) {
            super(files);
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                JavaFileManager.Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
            String path = name.replace('.', '/') + ".class";
            return new SimpleJavaFileObject(URI.create("memory:///" + path), kind) {
                @Override
                public ByteArrayOutputStream openOutputStream() {
                    return classes.computeIfAbsent(path, any -> new ByteArrayOutputStream());
                }
            };
        }

        Map<String, byte[]> classes() {
            Map<String, byte[]> bytes = new HashMap<>();
            classes.forEach((path, stream) -> bytes.put(path, stream.toByteArray()));
            return bytes;
        }
    }
}
