package io.dataprism.load.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.load.child.Jvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** {@code ./dataprism serve} on a free port, over a data folder of its own. Calls block; any thread. */
public final class Service implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern READY = Pattern.compile("ready http://([^:]+):(\\d+) in .*");
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
    private static final long STOP_LIMIT_SECONDS = 20;

    /** The bench is one caller, and asks for what many would. */
    private static final String CONFIGURATION = """
            limits:
              openQueryStreams: 256
              openQueriesPerUser: 256
            """;

    private final Process process;
    private final Path data;
    private final int port;
    private final String token;
    private final HttpClient client = HttpClient.newHttpClient();

    private Service(Process process, Path data, int port, String token) {
        this.process = process;
        this.data = data;
        this.port = port;
        this.token = token;
    }

    /** Starts it and waits until it says that it is ready. */
    public static Service start(Jvm jvm, String name, Path data, Path log) throws IOException {
        return start(jvm, name, data, log, CONFIGURATION);
    }

    /** The same. @param settings its configuration file's text */
    public static Service start(Jvm jvm, String name, Path data, Path log, String settings) throws IOException {
        return start(jvm, name, data, log, settings, List.of("--no-plugins"), "");
    }

    /**
     * The same.
     *
     * @param more further words of its command
     * @param javaOptions of its JVM, beside those of the launcher
     */
    public static Service start(
            Jvm jvm, String name, Path data, Path log, String settings, List<String> more, String javaOptions)
            throws IOException {
        Path configuration = Files.writeString(log.resolveSibling(name + ".yaml"), settings);
        List<String> command = new ArrayList<>(jvm.before());
        command.addAll(List.of(
                jvm.root().resolve("dataprism").toString(),
                "serve",
                "--config",
                configuration.toString(),
                "--port",
                "0",
                "--data-dir",
                data.toString(),
                "--no-sample"));
        command.addAll(more);
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
        String options = builder.environment().getOrDefault("DATAPRISM_JAVA_OPTIONS", "");
        builder.environment()
                .put(
                        "DATAPRISM_JAVA_OPTIONS",
                        (options + " " + javaOptions + " " + String.join(" ", jvm.recording(name))).strip());
        Process process = builder.start();
        // it does not notice when the bench is told to end, as the bench's own processes do
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        // a flight recording says a word of its own first
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            Matcher ready = READY.matcher(line);
            if (ready.matches()) {
                String token = Files.readString(data.resolve("admin.token")).strip();
                return new Service(process, data, Integer.parseInt(ready.group(2)), token);
            }
        }
        process.destroy();
        throw new DataPrismException(ErrorCode.INTERNAL, "The service did not start.", "Read its log: " + log);
    }

    /** A connection of its own for the calling thread. */
    public HttpConnection connect() throws IOException {
        return HttpConnection.open(port, token);
    }

    /** What its operator does with plugins. */
    public PluginsOfService plugins() {
        return new PluginsOfService(client, port, token);
    }

    /** Loads a Parquet file as a table. */
    public void load(String table, Path parquet) throws IOException {
        HttpRequest.Builder request = request("/v1/tables/" + table)
                .header("Content-Type", "application/vnd.apache.parquet")
                .PUT(HttpRequest.BodyPublishers.ofFile(parquet));
        send(request, 201);
    }

    /** The files that a table lies in, so that a peer can read the very same. */
    public List<Path> filesOf(String table) throws IOException {
        try (Stream<Path> entries = Files.walk(data.resolve("tables"))) {
            Path entry = entries.filter(path -> path.getFileName().toString().equals(table + ".json"))
                    .findFirst()
                    .orElseThrow();
            return DIGEST.matcher(Files.readString(entry))
                    .results()
                    .map(digest -> data.resolve("blobs/sha256")
                            .resolve(digest.group().substring(0, 2))
                            .resolve(digest.group()))
                    .distinct()
                    .toList();
        }
    }

    /** {@code GET /v1/queries}. */
    public JsonNode queries() throws IOException {
        return JSON.readTree(send(request("/v1/queries").GET(), 200));
    }

    /** Cancels a query; whether it was there to be cancelled. */
    public boolean cancel(String id) throws IOException {
        HttpResponse<String> response = answer(request("/v1/queries/" + id).DELETE());
        return response.statusCode() == 204;
    }

    /** {@code GET /v1/status}. */
    public JsonNode status() throws IOException {
        return JSON.readTree(send(request("/v1/status").GET(), 200));
    }

    /** The bytes of batches that left the engine and are not freed, as its metric says. */
    public long arrowBytes() throws IOException {
        return metric("dataprism_engine_arrow_bytes ");
    }

    /** The Java heap that is committed, in bytes: part of what is resident. */
    public long heapBytes() throws IOException {
        return metric("jvm_memory_committed_bytes{area=\"heap\"");
    }

    private long metric(String prefix) throws IOException {
        return send(request("/metrics").GET(), 200)
                .lines()
                .filter(line -> line.startsWith(prefix))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** Where it listens. */
    public int port() {
        return port;
    }

    /** Its administrator's. */
    public String token() {
        return token;
    }

    /** Of the process, for {@link io.dataprism.load.child.ProcessClock}. */
    public long pid() {
        return process.pid();
    }

    /** The process of the one plugin that runs. */
    public long childOfPlugin() throws IOException {
        return ProcessHandle.of(process.pid()).stream()
                .flatMap(ProcessHandle::descendants)
                .mapToLong(ProcessHandle::pid)
                .findFirst()
                .orElseThrow(() -> new IOException("The service has no process of a plugin."));
    }

    /** How many processes it has started and not lost again. */
    public long children() {
        return ProcessHandle.of(process.pid()).stream()
                .flatMap(ProcessHandle::descendants)
                .count();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Authorization", "Bearer " + token);
    }

    private String send(HttpRequest.Builder request, int expected) throws IOException {
        HttpResponse<String> response = answer(request);
        if (response.statusCode() != expected) {
            throw new IOException(
                    response.request().uri() + " answered " + response.statusCode() + ": " + response.body());
        }
        return response.body();
    }

    private HttpResponse<String> answer(HttpRequest.Builder request) throws IOException {
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
        process.destroy();
        try {
            if (!process.waitFor(STOP_LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            process.getInputStream().close();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException("The output of the service could not be closed", e);
        }
    }
}
