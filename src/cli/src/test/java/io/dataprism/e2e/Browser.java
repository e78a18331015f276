package io.dataprism.e2e;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A real Chromium with one page, driven over its debugging protocol. Every wait is bounded. */
final class Browser implements AutoCloseable {

    private static final Pattern LISTENING = Pattern.compile("DevTools listening on ws://([^/]+)/");
    private static final int WAIT_SECONDS = 30;

    private final Process process;
    private final WebSocket socket;
    private final Map<Integer, CompletableFuture<JsonObject>> calls = new ConcurrentHashMap<>();
    private final AtomicInteger ids = new AtomicInteger();

    private Browser(Process process, String debugger) throws Exception {
        this.process = process;
        HttpClient http = HttpClient.newHttpClient();
        String target = http.send(
                        HttpRequest.newBuilder(URI.create("http://" + debugger + "/json/new?about:blank"))
                                .PUT(HttpRequest.BodyPublishers.noBody())
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
        socket = http.newWebSocketBuilder()
                .buildAsync(URI.create(new JsonObject(target).getString("webSocketDebuggerUrl")), new Answers())
                .get(WAIT_SECONDS, TimeUnit.SECONDS);
    }

    /** Starts a Chromium with a fresh profile. */
    static Browser start(Path profile) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                        "/usr/bin/chromium",
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-quic",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + profile)
                .redirectErrorStream(true);
        builder.environment().put("TMPDIR", Files.createDirectories(profile).toString()); // it leaves folders behind
        Process process = builder.start();
        try {
            return new Browser(process, debugger(process));
        } catch (Exception e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private static String debugger(Process process) throws Exception {
        return CompletableFuture.supplyAsync(() -> {
                    try {
                        BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
                        String line = lines.readLine();
                        while (line != null) {
                            Matcher listening = LISTENING.matcher(line);
                            if (listening.find()) {
                                return listening.group(1);
                            }
                            line = lines.readLine();
                        }
                        throw new IllegalStateException("Chromium ended before it listened");
                    } catch (IOException e) {
                        throw new IllegalStateException("Chromium's output could not be read", e);
                    }
                })
                .get(WAIT_SECONDS, TimeUnit.SECONDS);
    }

    /** Opens a page and waits until its document is there. */
    void open(URI page) throws Exception {
        call("Page.enable", new JsonObject());
        call("Page.navigate", new JsonObject().put("url", page.toString()));
        run("new Promise(done => { const look = () => location.href.startsWith('" + page
                + "') && document.readyState === 'complete' ? done(true) : requestAnimationFrame(look); look(); })");
    }

    /** Runs a script in the page and answers the value that it, or its promise, comes to. */
    Object run(String script) throws Exception {
        JsonObject answer = call(
                "Runtime.evaluate",
                new JsonObject()
                        .put("expression", script)
                        .put("awaitPromise", true)
                        .put("returnByValue", true));
        if (answer.containsKey("exceptionDetails")) {
            throw new IllegalStateException("The script failed: " + answer.encode());
        }
        return answer.getJsonObject("result").getValue("value");
    }

    private JsonObject call(String method, JsonObject params) throws Exception {
        int id = ids.incrementAndGet();
        CompletableFuture<JsonObject> answer = new CompletableFuture<>();
        calls.put(id, answer);
        socket.sendText(
                        new JsonObject()
                                .put("id", id)
                                .put("method", method)
                                .put("params", params)
                                .encode(),
                        true)
                .get(WAIT_SECONDS, TimeUnit.SECONDS);
        return answer.get(WAIT_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws InterruptedException {
        socket.abort();
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor(WAIT_SECONDS, TimeUnit.SECONDS);
    }

    /** Joins the fragments of each message and hands answers to whoever waits for them. */
    private final class Answers implements WebSocket.Listener {

        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                JsonObject message = new JsonObject(text.toString());
                text.setLength(0);
                CompletableFuture<JsonObject> waiting = calls.remove(message.getInteger("id", -1));
                if (waiting != null) {
                    waiting.complete(message.getJsonObject("result", new JsonObject()));
                }
            }
            from.request(1);
            return CompletableFuture.completedStage(null);
        }
    }
}
