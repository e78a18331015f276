package io.dataprism.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A running {@code ./dataprism serve} on a free port, as a process, and what is needed to use it over HTTP. */
final class Service implements AutoCloseable {

    private static final Pattern READY = Pattern.compile("ready (http://\\S+) in (\\d+) ms");
    private static final Duration START_LIMIT = Duration.ofSeconds(180);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(15);
    private static final Duration CALL_LIMIT = Duration.ofSeconds(60);

    private final Process process;
    private final Path log;
    private final Path temporary;
    private final URI base;
    private final String token;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();

    private Service(Process process, Path log, Path temporary, URI base, String token) {
        this.process = process;
        this.log = log;
        this.temporary = temporary;
        this.base = base;
        this.token = token;
    }

    /** Starts it and waits until it is ready, for 3 minutes at most: the launcher may have to build first. */
    static Service start(Path dataDirectory, String... options) throws IOException, InterruptedException {
        Files.createDirectories(dataDirectory);
        List<String> command = new ArrayList<>(
                List.of(root().resolve("dataprism").toString(), "serve", "--data-dir", dataDirectory.toString()));
        command.addAll(List.of(options));
        if (!command.contains("--port")) {
            command.addAll(List.of("--port", "0"));
        }
        Path log = dataDirectory.resolveSibling(dataDirectory.getFileName() + ".log");
        Path temporary = Files.createDirectories(dataDirectory.resolveSibling(dataDirectory.getFileName() + ".tmp"));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.toFile());
        builder.environment().put("DATAPRISM_JAVA_OPTIONS", "@" + options(dataDirectory, temporary));
        Process process = builder.start();
        CompletableFuture<String> ready = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("service-output").start(() -> readOutput(process, ready));
        try {
            String uri = ready.get(START_LIMIT.toSeconds(), TimeUnit.SECONDS);
            String token =
                    Files.readString(dataDirectory.resolve("admin.token")).strip();
            return new Service(process, log, temporary, URI.create(uri), token);
        } catch (ExecutionException | TimeoutException | IOException failure) {
            process.destroyForcibly();
            throw new IOException("The service did not get ready; its log: " + Files.readString(log), failure);
        }
    }

    /** What the node's JVM is started with, as a file: the folder's name may have spaces. */
    private static Path options(Path dataDirectory, Path temporary) throws IOException {
        return Files.writeString(
                dataDirectory.resolveSibling(dataDirectory.getFileName() + ".options"),
                "-Djava.io.tmpdir=\"" + temporary + "\"\n");
    }

    /** The repository's root: the nearest folder above with the launcher. */
    static Path root() {
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            if (Files.isExecutable(folder.resolve("dataprism")) && Files.exists(folder.resolve("pom.xml"))) {
                return folder;
            }
        }
        throw new IllegalStateException(
                "No folder above " + Path.of("").toAbsolutePath() + " has the launcher 'dataprism'");
    }

    URI base() {
        return base;
    }

    String token() {
        return token;
    }

    /** The JVM's, which the launcher has become. */
    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    String log() throws IOException {
        return Files.readString(log);
    }

    /** The resident memory of the service's process, in bytes. */
    long rssBytes() throws IOException {
        try (var lines = Files.lines(Path.of("/proc", Long.toString(pid()), "status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .map(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** What the operating system counts for the service's process: open files, threads. */
    Held held() throws IOException {
        Path self = Path.of("/proc", Long.toString(pid()));
        try (var files = Files.list(self.resolve("fd"));
                var threads = Files.list(self.resolve("task"))) {
            return new Held(files.count(), threads.count());
        }
    }

    record Held(long files, long threads) {}

    /** The processes that run below the service: those of its plugins. */
    List<ProcessHandle> children() {
        return process.descendants().filter(Service::hasPlugin).toList();
    }

    /** One that waits for a plugin is at work in the folder of those that wait. */
    private static boolean hasPlugin(ProcessHandle child) {
        try {
            Path folder = Files.readSymbolicLink(Path.of("/proc", Long.toString(child.pid()), "cwd"));
            return !folder.getParent().getParent().endsWith("pool");
        } catch (IOException gone) {
            return true;
        }
    }

    /** Ends it as the kernel does when memory is short: at once, and without a word. */
    void kill() throws InterruptedException {
        client.shutdownNow();
        process.destroyForcibly();
        assertThat(process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    /** A request to a path, with the admin token and a time limit. */
    HttpRequest.Builder request(String path) {
        return anonymous(path).header("Authorization", "Bearer " + token);
    }

    HttpRequest.Builder anonymous(String path) {
        return HttpRequest.newBuilder(base.resolve(path)).timeout(CALL_LIMIT);
    }

    Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpRequest sent = request.build();
        try (Stall watch = Stall.watch(this, sent.method(), sent.uri())) {
            var response = client.send(sent, BodyHandlers.ofByteArray());
            return new Answer(response.statusCode(), response.headers(), response.body());
        }
    }

    Answer get(String path) throws IOException, InterruptedException {
        return send(request(path));
    }

    Answer post(String path, JsonObject body) throws IOException, InterruptedException {
        return send(request(path).header("Content-Type", "application/json").POST(text(body)));
    }

    Answer post(String path) throws IOException, InterruptedException {
        return send(request(path).POST(BodyPublishers.noBody()));
    }

    Answer put(String path, JsonObject body) throws IOException, InterruptedException {
        return send(request(path).header("Content-Type", "application/json").PUT(text(body)));
    }

    Answer delete(String path) throws IOException, InterruptedException {
        return send(request(path).DELETE());
    }

    Answer query(String sql, String mediaType) throws IOException, InterruptedException {
        return send(request("/v1/query")
                .header("Content-Type", "application/json")
                .header("Accept", mediaType)
                .POST(text(new JsonObject().put("sql", sql))));
    }

    Answer register(TestPlugins plugin) throws IOException, InterruptedException {
        return send(request("/v1/plugins")
                .header("Content-Type", "application/java-archive")
                .POST(BodyPublishers.ofByteArray(plugin.jar())));
    }

    /** Registers a plugin, grants what it asks for and activates it. */
    void activate(TestPlugins plugin) throws IOException, InterruptedException {
        register(plugin).expect(201);
        put("/v1/plugins/" + plugin.pluginName() + "/grants", new JsonObject().put("approve", "requested"))
                .expect(200);
        Answer activated =
                post("/v1/plugins/" + plugin.pluginName() + "/activate").expect(200);
        assertThat(activated.json().getString("state")).isEqualTo("active");
    }

    Answer call(TestPlugins plugin, String operation, JsonObject params) throws IOException, InterruptedException {
        return call(plugin.pluginName(), operation, new JsonObject().put("params", params), "*/*");
    }

    Answer call(String plugin, String operation, JsonObject body, String mediaType)
            throws IOException, InterruptedException {
        return send(request("/v1/plugins/" + plugin + "/operations/" + operation)
                .header("Content-Type", "application/json")
                .header("Accept", mediaType)
                .POST(text(body)));
    }

    /** Follows events; {@code query} is what stands behind the question mark. */
    SseReader events(String query, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = request("/v1/events?" + query).header("Accept", "text/event-stream");
        if (headers.length > 0) {
            request.headers(headers);
        }
        return SseReader.open(client, request.build());
    }

    /** A WebSocket that has the admin token already. */
    WebSocketClient webSocket() {
        return WebSocketClient.open(client, base, token);
    }

    /** Ends it as an operator would, and expects that it ends in order and leaves neither a process nor a temporary file. */
    @Override
    public void close() throws IOException, InterruptedException {
        client.shutdownNow();
        List<ProcessHandle> children = process.descendants().toList();
        process.toHandle().destroy();
        try {
            assertThat(process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .as("ended within %s of SIGTERM; its log: %s", STOP_LIMIT, log())
                    .isTrue();
            assertThat(process.exitValue()).as(log()).isZero();
            assertThat(children).as("processes that outlive the service").allMatch(Service::hasEnded);
            assertThat(temporary).as("its folder of temporary files").isEmptyDirectory();
        } finally {
            children.forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    /** Whether it is gone, or dead and waiting for whoever adopted it to take notice. */
    static boolean hasEnded(ProcessHandle process) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
            return !process.isAlive() || stat.startsWith("Z", stat.lastIndexOf(')') + 2);
        } catch (IOException gone) {
            return true;
        }
    }

    private static HttpRequest.BodyPublisher text(JsonObject body) {
        return BodyPublishers.ofString(body.encode());
    }

    private static void readOutput(Process process, CompletableFuture<String> ready) {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                Matcher matcher = READY.matcher(line);
                if (matcher.matches()) {
                    ready.complete(matcher.group(1));
                }
            }
            ready.completeExceptionally(new IOException("standard output ended"));
        } catch (IOException failure) {
            ready.completeExceptionally(failure);
        }
    }
}
