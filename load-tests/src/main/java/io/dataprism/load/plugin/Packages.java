package io.dataprism.load.plugin;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Makes packages in a folder. Blocks; one thread. */
public final class Packages {

    private static final String PROGRAM = "wat2wasm";
    private static final long PATIENCE_SECONDS = 30;
    private static final String WASM_NAME = "bench-wasm";

    private final Path folder;

    public Packages(Path folder) {
        this.folder = folder;
    }

    /** What a member of the package holds. */
    private record Member(String name, byte[] bytes) {}

    /** The plugin that echoes, in a process of its own, with all the threads that a bench may want. @param version a semantic version */
    public Path echo(String name, String version) throws IOException {
        return echo(name, version, "\"resources\": {\"memory\": \"256MiB\", \"threads\": 256, \"cpu\": 2},");
    }

    /** The same, which asks for nothing. */
    public Path modestEcho(String name) throws IOException {
        return echo(name, "1.0.0", "");
    }

    private Path echo(String name, String version, String resources) throws IOException {
        String manifest = """
                {"manifestVersion": 1, "name": "%s", "version": "%s", "description": "Answers what it gets.",
                 "category": "data-processing", "runtime": "process", "entryPoint": "%s",
                 "operations": [
                   {"name": "echo", "kind": "value", "params": {"type": "object"}, "result": {"type": "object"}},
                   {"name": "crash", "kind": "value"},
                   {"name": "identity", "kind": "dataset", "input": "required"}],
                 %s
                 "crash": {"maxRestarts": 100, "window": "1s"}}
                """.formatted(name, version, EchoPlugin.class.getName(), resources);
        return jar(name + "-" + version + ".jar", manifest, List.of(EchoPlugin.class));
    }

    /**
     * The plugin that clients call while nodes die. It says which process answered.
     *
     * @param operationTime its limit, as a manifest has it
     */
    public Path called(String name, String operationTime) throws IOException {
        return jar(
                name + ".jar",
                """
                {"manifestVersion": 1, "name": "%s", "version": "1.0.0", "description": "Answers what it gets.",
                 "category": "utility", "runtime": "process", "entryPoint": "%s",
                 "operations": [
                   {"name": "echo", "kind": "value", "params": {"type": "object"}, "idempotent": true},
                   {"name": "once", "kind": "value", "params": {"type": "object"}}],
                 "configuration": {"type": "object", "properties": {"round": {"type": "integer"}}},
                 "resources": {"operationTimeout": "%s", "threads": 1000, "cpu": 2},
                 "crash": {"maxRestarts": 100, "window": "1s"}}
                """.formatted(name, CalledPlugin.class.getName(), operationTime),
                List.of(CalledPlugin.class));
    }

    /** The plugin of that size that does nothing, with the memory that a plugin gets which asks for none. */
    public Path idle(String name) throws IOException {
        return jar(name + ".jar", """
                {"manifestVersion": 1, "name": "%s", "version": "1.0.0", "description": "Waits.",
                 "category": "data-processing", "runtime": "process", "entryPoint": "%s",
                 "operations": [{"name": "echo", "kind": "value"}]}
                """.formatted(name, EchoPlugin.class.getName()), List.of(EchoPlugin.class));
    }

    /** A plugin that does harm from the moment when it is active. */
    public Path hostile(HostilePlugin.Harm harm) throws IOException {
        return jar(
                harm.pluginName() + ".jar",
                """
                {"manifestVersion": 1, "name": "%s", "version": "1.0.0", "description": "Does harm.",
                 "category": "utility", "runtime": "process", "entryPoint": "%s",
                 "operations": [{"name": "nothing", "kind": "value"}],
                 "crash": {"maxRestarts": 100, "window": "1s"}}
                """.formatted(harm.pluginName(), HostilePlugin.class.getName()),
                List.of(HostilePlugin.class, HostilePlugin.Harm.class));
    }

    /** Whether {@link #wasmEcho} can be made here. */
    public static boolean canMakeWasm() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .anyMatch(place -> Files.isExecutable(Path.of(place, PROGRAM)));
    }

    /** The name of the plugin of {@link #wasmEcho}. */
    public static String wasmName() {
        return WASM_NAME;
    }

    /** The plugin that echoes, as a module. */
    public Path wasmEcho() throws IOException, InterruptedException {
        String manifest = """
                {"manifestVersion": 1, "name": "%s", "version": "1.0.0", "description": "Answers what it gets.",
                 "category": "utility", "runtime": "wasm", "entryPoint": "plugin.wasm",
                 "operations": [{"name": "echo", "kind": "value", "params": {"type": "object"}, "result": {"type": "object"}}],
                 "resources": {"memory": "16MiB"}}
                """.formatted(WASM_NAME);
        Path text = folder.resolve("echo.wat");
        Path module = folder.resolve("echo.wasm");
        Files.write(text, resource("/echo.wat"));
        Process process = new ProcessBuilder(PROGRAM, text.toString(), "-o", module.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("wat2wasm.log").toFile())
                .start();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException(Files.readString(folder.resolve("wat2wasm.log")));
        }
        return zip(WASM_NAME + ".zip", manifest, List.of(new Member("plugin.wasm", Files.readAllBytes(module))));
    }

    /** A package of classes of this module's own. */
    Path jar(String file, String manifest, List<Class<?>> classes) throws IOException {
        List<Member> members = new ArrayList<>();
        for (Class<?> each : classes) {
            String name = each.getName().replace('.', '/') + ".class";
            members.add(new Member(name, resource("/" + name)));
        }
        return zip(file, manifest, members);
    }

    private Path zip(String file, String manifest, List<Member> members) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            put(zip, new Member("META-INF/dataprism/plugin.json", manifest.getBytes(StandardCharsets.UTF_8)));
            for (Member member : members) {
                put(zip, member);
            }
        }
        return Files.write(folder.resolve(file), bytes.toByteArray());
    }

    private static void put(ZipOutputStream zip, Member member) throws IOException {
        zip.putNextEntry(new ZipEntry(member.name()));
        zip.write(member.bytes());
        zip.closeEntry();
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(Packages.class.getResourceAsStream(name), name)) {
            return in.readAllBytes();
        }
    }
}
