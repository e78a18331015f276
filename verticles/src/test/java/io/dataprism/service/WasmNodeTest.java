package io.dataprism.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.dataprism.fixtures.wasm.WatModules;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plugins that are modules, on a whole node and over HTTP, from the package to the last trap. */
class WasmNodeTest {

    private static final Path EXAMPLE = Path.of("../plugin-verticles/wasm-example");
    private static final Duration BOUND = Duration.ofSeconds(30);

    /** What every module here needs; an operation's body follows. */
    private static final String MODULE = """
            (module %s
              (memory (export "memory") 1)
              (data (i32.const 16) "\\"%s\\"")
              (func (export "dataprism_alloc") (param i32) (result i32) (i32.const 1024))
              (func (export "operation.run") (param i32 i32) (result i64) %s
                (i64.const 0x1000000003)))
            """;

    @TempDir
    static Path folder;

    private static PluginNode node;

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(WatModules.possible(), "wat2wasm is not there; Debian has it in the package wabt");
        node = new PluginNode(folder);
    }

    @AfterAll
    static void stop() {
        if (node != null) {
            node.close();
            await().atMost(BOUND)
                    .untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet().stream()
                                    .map(Thread::getName)
                                    .filter(name ->
                                            name.startsWith("dataprism-wasm") || name.startsWith("dataprism-door")))
                            .isEmpty());
        }
    }

    @Test
    void theExampleIsBuiltGrantedActivatedAndCalled() throws Exception {
        byte[] module = WatModules.of(Files.readString(EXAMPLE.resolve("plugin.wat")));
        String manifest = Files.readString(EXAMPLE.resolve("plugin.json"));
        JsonObject registered = expect(201, node.register(WatModules.packed(manifest, module)));
        assertThat(registered.getJsonArray("pending")).hasSize(2);
        assertThat(problem(403, node.post("/v1/plugins/wasm-example/activate", new JsonObject())))
                .isEqualTo("GRANTS_PENDING");
        node.put("/v1/plugins/wasm-example/grants", new JsonObject().put("approve", "requested"));
        expect(200, node.post("/v1/plugins/wasm-example/activate", new JsonObject()));

        JsonObject params = new JsonObject().put("text", "größer");
        CRC32 crc = new CRC32();
        crc.update(params.encode().getBytes(StandardCharsets.UTF_8));
        Number checksum = node.execute("wasm-example", "checksum", params, Number.class);
        assertThat(checksum.longValue()).isEqualTo(crc.getValue());

        node.execute("wasm-example", "remember", params, Object.class);
        assertThat(node.execute("wasm-example", "recall", new JsonObject()))
                .isEqualTo(new JsonObject().put("found", true).put("value", params));

        JsonObject shown = new JsonObject(node.get("/v1/plugins/wasm-example"));
        assertThat(shown.getJsonObject("isolation").getString("runtime")).isEqualTo("wasm");
        assertThat(shown.getJsonObject("resourceUsage").getLong("heapBytes")).isEqualTo(65536);

        String sql = "SELECT range AS n, 'größer ' || range AS text FROM range(100000)";
        List<String> lines = passed(sql, "application/x-ndjson").lines().toList();
        assertThat(lines).hasSize(100_000).first().isEqualTo("{\"n\":0,\"text\":\"größer 0\"}");
        assertThat(lines).last().isEqualTo("{\"n\":99999,\"text\":\"größer 99999\"}");
        assertThat(passed("SELECT 1 AS n WHERE false", "text/csv").strip()).isEqualTo("n");
        assertThat(problem(400, node.post("/v1/plugins/wasm-example/operations/pass", new JsonObject())))
                .isEqualTo("REQUEST_INVALID");
        node.delete("wasm-example");
    }

    private static String passed(String sql, String accept) throws Exception {
        HttpResponse<byte[]> answer = node.post(
                "/v1/plugins/wasm-example/operations/pass",
                new JsonObject().put("input", new JsonObject().put("sql", sql)),
                accept);
        String text = new String(answer.body(), StandardCharsets.UTF_8);
        assertThat(answer.statusCode()).as(text).isEqualTo(200);
        return text;
    }

    @Test
    void aModuleGetsNothingThatItIsNotGranted() throws Exception {
        String imports = """
                (import "dataprism" "request" (func $request (param i32 i32) (result i32)))
                (import "dataprism" "fail" (func $fail (param i32 i32 i32)))""";
        String ask = """
                (if (i32.lt_s (call $request (i32.const 64) (i32.const 65)) (i32.const 0))
                  (then (call $fail (i32.const 3) (i32.const 0) (i32.const 0))))""";
        String address = "(data (i32.const 64) \"{\\22address\\22:\\22dataprism.service.storage.get\\22,"
                + "\\22body\\22:{\\22key\\22:\\22last\\22}}\")";
        String wat = module(imports, "1", ask)
                .replace("(func (export \"dataprism_alloc", address + " (func (export \"dataprism_alloc");
        activate("curious", "1.0.0", wat);
        HttpResponse<String> refused = execute("curious", "run", new JsonObject());
        assertThat(problem(403, refused)).isEqualTo("PERMISSION_DENIED");
        assertThat(refused.body()).contains("curious").contains("storage read");
        node.delete("curious");
    }

    @Tag("longer")
    @Test
    void aNewVersionTakesOverAndOneThatDoesNotStartLeavesTheOldOneServing() throws Exception {
        activate("reloaded", "1.0.0", module("", "1", ""));
        assertThat(node.execute("reloaded", "run", new JsonObject(), String.class))
                .isEqualTo("1");
        expect(200, node.replace("reloaded", packed("reloaded", "2.0.0", module("", "2", ""))));
        assertThat(node.execute("reloaded", "run", new JsonObject(), String.class))
                .isEqualTo("2");
        String broken = module("", "3", "").replace("(memory", "(func $s (unreachable)) (start $s) (memory");
        assertThat(node.replace("reloaded", packed("reloaded", "3.0.0", broken)).statusCode())
                .isEqualTo(502);
        assertThat(node.execute("reloaded", "run", new JsonObject(), String.class))
                .isEqualTo("2");
        node.delete("reloaded");
    }

    @Tag("longer")
    @Test
    void trapsAndEndlessLoopsFailTheirCallsAndNothingElse() throws Exception {
        String onRequest = "(if (i32.eq (i32.load8_u (i32.add (local.get 0) (i32.const 2))) (i32.const %d)) (then %s))";
        activate(
                "hostile",
                "1.0.0",
                module(
                        "",
                        "1",
                        onRequest.formatted((int) 't', "(unreachable)")
                                + onRequest.formatted((int) 'l', "(loop $l (br $l))")
                                + onRequest.formatted(
                                        (int) 'm',
                                        "(loop $m (br_if $m (i32.ne (memory.grow (i32.const 1)) (i32.const -1))))")));
        HttpResponse<String> trapped = execute("hostile", "run", new JsonObject().put("t", 1));
        assertThat(problem(502, trapped)).isEqualTo("PLUGIN_CRASHED");
        assertThat(trapped.body()).contains("trapped in the operation 'run'");
        assertThat(problem(504, execute("hostile", "run", new JsonObject().put("l", 1))))
                .isEqualTo("PLUGIN_TIMEOUT");
        assertThat(node.execute("hostile", "run", new JsonObject().put("m", 1), String.class))
                .isEqualTo("1");
        JsonObject shown = new JsonObject(node.get("/v1/plugins/hostile"));
        assertThat(shown.getJsonObject("resourceUsage").getLong("heapBytes")).isEqualTo(16 << 20);
        assertThat(shown.getString("state")).isEqualTo("active");
        assertThat(shown.getInteger("restarts")).isZero();
        node.delete("hostile");
    }

    @Test
    void aModuleThatImportsWhatTheHostDoesNotOfferIsRefusedByName() throws Exception {
        String wasi = "(import \"wasi_snapshot_preview1\" \"fd_write\" (func (param i32 i32 i32 i32) (result i32)))";
        HttpResponse<String> refused = node.register(packed("wasi", "1.0.0", module(wasi, "1", "")));
        assertThat(problem(400, refused)).isEqualTo("PACKAGE_INVALID");
        assertThat(refused.body()).contains("'wasi_snapshot_preview1.fd_write'").contains("no WASI");
    }

    @Test
    void aModuleThatIsTooLargeIsRefused() throws Exception {
        String locals = "(local " + "i64 ".repeat(1001) + ")";
        HttpResponse<String> refused = node.register(packed("huge", "1.0.0", module("", "1", locals)));
        assertThat(problem(400, refused)).isEqualTo("PACKAGE_INVALID");
        assertThat(refused.body()).contains("1001 locals in a function; at most 1000");
    }

    private static void activate(String name, String version, String wat) throws Exception {
        expect(201, node.register(packed(name, version, wat)));
        expect(200, node.post("/v1/plugins/" + name + "/activate", new JsonObject()));
    }

    private static HttpResponse<String> execute(String plugin, String operation, JsonObject params) throws Exception {
        return node.post("/v1/plugins/" + plugin + "/operations/" + operation, new JsonObject().put("params", params));
    }

    private static String module(String imports, String result, String body) {
        return MODULE.formatted(imports, result, body);
    }

    private static byte[] packed(String name, String version, String wat) throws Exception {
        JsonObject manifest = new JsonObject()
                .put("manifestVersion", 1)
                .put("name", name)
                .put("version", version)
                .put("category", "utility")
                .put("runtime", "wasm")
                .put("entryPoint", "plugin.wasm")
                .put(
                        "operations",
                        JsonArray.of(new JsonObject().put("name", "run").put("kind", "value")))
                .put("resources", new JsonObject().put("memory", "16MiB").put("operationTimeout", "1s"));
        return WatModules.packed(manifest.encode(), WatModules.of(wat));
    }

    private static JsonObject expect(int status, HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return new JsonObject(answer.body());
    }

    private static String problem(int status, HttpResponse<String> answer) {
        return expect(status, answer).getString("code");
    }
}
