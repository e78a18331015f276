package io.dataprism.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdInputStream;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.compression.CommonsCompressionFactory;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.compression.CompressionCodec;
import org.apache.arrow.vector.compression.NoCompressionCodec;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Results of a real engine as a client gets them over a real socket. */
class ResultFormatsTest {

    private static final String ARROW = "application/vnd.apache.arrow.stream";
    private static final String ROWS = "SELECT i, 'text of row ' || i AS t FROM range(200000) r(i)";
    private static final String FAILS_LATE =
            "SELECT CASE WHEN i < 200000 THEN i::VARCHAR ELSE 'x' END::BIGINT AS i FROM range(400000) r(i)";

    @TempDir
    static Path folder;

    private static RunningNode node;

    @BeforeAll
    static void start() throws Exception {
        node = new RunningNode(folder);
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    private static long sumOfFirstColumn(byte[] stream, CompressionCodec.Factory codecs) throws IOException {
        try (BufferAllocator allocator = new RootAllocator();
                ArrowStreamReader reader = new ArrowStreamReader(new ByteArrayInputStream(stream), allocator, codecs)) {
            long sum = 0;
            BigIntVector column = (BigIntVector) reader.getVectorSchemaRoot().getVector(0);
            while (reader.loadNextBatch()) {
                for (int row = 0; row < column.getValueCount(); row++) {
                    sum += column.get(row);
                }
            }
            return sum;
        }
    }

    @Test
    void buffersOfAnArrowStreamAreCompressedWhereTheMediaTypeSaysSo() throws Exception {
        byte[] plain = node.bytes(node.query(ROWS, ARROW)).body();
        var response = node.bytes(node.query(ROWS, ARROW + "; compression=zstd").header("Accept-Encoding", "zstd"));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains(ARROW);
        assertThat(response.headers().firstValue("Content-Encoding")).isEmpty();
        assertThat(response.body().length).isLessThan(plain.length / 2);
        assertThat(sumOfFirstColumn(response.body(), CommonsCompressionFactory.INSTANCE))
                .isEqualTo(sumOfFirstColumn(plain, NoCompressionCodec.Factory.INSTANCE))
                .isEqualTo(199_999L * 200_000 / 2);
    }

    @Test
    void aCompressionThatThereIsNotIsNotAcceptable() throws Exception {
        var response = node.text(node.query(ROWS, ARROW + ";compression=lz4"));
        assertThat(response.statusCode()).isEqualTo(406);
        JsonObject problem = new JsonObject(response.body());
        assertThat(problem.getString("code")).isEqualTo("NOT_ACCEPTABLE");
        assertThat(problem.getString("hint")).contains("compression=none", "compression=zstd");
        var second = node.bytes(node.query("SELECT 1::BIGINT", ARROW + ";compression=lz4, " + ARROW + ";q=0.5"));
        assertThat(sumOfFirstColumn(second.body(), NoCompressionCodec.Factory.INSTANCE))
                .isEqualTo(1);
    }

    @Test
    void theWholeBodyOfAnArrowStreamIsPackedWhereTheClientPrefersZstd() throws Exception {
        byte[] plain = node.bytes(node.query(ROWS, ARROW)).body();
        var response = node.bytes(node.query(ROWS, ARROW).header("Accept-Encoding", "gzip, zstd;q=0.5"));
        assertThat(response.headers().firstValue("Content-Encoding")).contains("zstd");
        assertThat(response.headers().firstValue("Vary").orElse("")).contains("accept-encoding");
        byte[] unpacked = new ZstdInputStream(new ByteArrayInputStream(response.body())).readAllBytes();
        assertThat(Arrays.equals(unpacked, plain)).isTrue();
        for (String other : List.of("zstd;q=0", "gzip", "*", "zstd;q=0.1, identity")) {
            var refused = node.bytes(node.query(ROWS, ARROW).header("Accept-Encoding", other));
            assertThat(refused.headers().firstValue("Content-Encoding"))
                    .as(other)
                    .isEmpty();
        }
    }

    @Test
    void packedBatchesFlowBeforeTheQueryHasEnded() throws Exception {
        var request = node.query("SELECT * FROM range(1000000000000)", ARROW).header("Accept-Encoding", "zstd");
        var response = node.client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = response.body();
                BufferAllocator allocator = new RootAllocator();
                ArrowStreamReader reader = new ArrowStreamReader(new ZstdInputStream(body), allocator)) {
            assertThat(reader.loadNextBatch()).isTrue();
            assertThat(reader.loadNextBatch()).isTrue();
        } catch (IOException leftEarly) {
            assertThat(leftEarly).hasMessageContaining("closed");
        }
        awaitNoQueries();
    }

    private static void awaitNoQueries() {
        org.awaitility.Awaitility.await()
                .atMost(java.time.Duration.ofSeconds(10))
                .until(() ->
                        new JsonArray(node.text(node.request("/v1/queries")).body()).isEmpty());
    }

    @Test
    void progressIsToldWhileTheEngineComputesItsFirstRow() throws Exception {
        String sql = "SELECT sum(hash(a.i * b.i) % 7) AS s FROM range(30000) a(i), range(40000) b(i)";
        var response = node.client.send(
                node.query(sql, "text/event-stream").build(), HttpResponse.BodyHandlers.ofInputStream());
        String id = response.headers().firstValue("Dataprism-Query-Id").orElseThrow();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            assertThat(lines.readLine()).isEqualTo("event: progress");
            JsonObject progress = new JsonObject(lines.readLine().substring("data: ".length()));
            assertThat(progress.getDouble("percent")).isBetween(0.0, 100.0);
            assertThat(progress.getLong("rows")).isZero();
            JsonObject shown = (JsonObject)
                    new JsonArray(node.text(node.request("/v1/queries")).body()).getValue(0);
            assertThat(shown.getString("id")).isEqualTo(id);
            assertThat(node.text(node.request("/v1/queries/" + id).DELETE()).statusCode())
                    .isEqualTo(204);
            List<String> rest = lines.lines().toList();
            assertThat(rest).contains("event: problem").doesNotContain("event: end", "event: rows");
        }
    }

    @Test
    void aStatementThatFailsAtOnceIsAProblemAndNoEvent() throws Exception {
        var response = node.text(node.query("SELECT nope", "text/event-stream"));
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(response.body()).getString("code")).isEqualTo("QUERY_INVALID");
    }

    @Test
    void serverSentEventsHaveSchemaRowsProgressAndEndInThisOrder() throws Exception {
        List<String> events = node.text(node.query("SELECT 1 AS a", "text/event-stream"))
                .body()
                .lines()
                .filter(line -> line.startsWith("event: "))
                .toList();
        assertThat(events).containsExactly("event: schema", "event: rows", "event: progress", "event: end");
    }

    @Test
    void aFailureAmongTheRowsNeverLooksLikeAnEnd() throws Exception {
        String[] lines =
                node.text(node.query(FAILS_LATE, "application/x-ndjson")).body().split("\n");
        assertThat(lines.length).isGreaterThan(1);
        assertThat(new JsonObject(lines[lines.length - 1])
                        .getJsonObject("$error")
                        .getString("code"))
                .isEqualTo("QUERY_INVALID");
        String events = node.text(node.query(FAILS_LATE, "text/event-stream")).body();
        assertThat(events.substring(events.lastIndexOf("event: "))).startsWith("event: problem\ndata: {");
        for (String accept : List.of("text/csv", ARROW, ARROW + ";compression=zstd")) {
            assertThatThrownBy(() -> node.bytes(node.query(FAILS_LATE, accept)))
                    .as(accept)
                    .isInstanceOf(IOException.class);
        }
        assertThatThrownBy(() -> node.bytes(node.query(FAILS_LATE, ARROW).header("Accept-Encoding", "zstd")))
                .isInstanceOf(IOException.class);
    }

    @Test
    void maxRowsCutsInEveryFormatAndJsonSaysWhatItCutsItself() throws Exception {
        JsonObject cut = new JsonObject().put("sql", ROWS).put("maxRows", 40_001);
        assertThat(node.text(node.query(cut, "application/x-ndjson")).body().lines())
                .hasSize(40_001);
        assertThat(node.text(node.query(cut, "text/csv")).body().lines()).hasSize(40_002);
        byte[] arrow = node.bytes(node.query(cut, ARROW)).body();
        assertThat(sumOfFirstColumn(arrow, NoCompressionCodec.Factory.INSTANCE)).isEqualTo(40_000L * 40_001 / 2);
        JsonObject document =
                new JsonObject(node.text(node.query(cut, "application/json")).body());
        assertThat(document.getBoolean("truncated")).isTrue();
        assertThat(document.getJsonArray("rows")).hasSize(10_000);
        for (int rows : new int[] {0, 9_999, 10_000}) {
            JsonObject whole = new JsonObject(node.text(node.query(cut.copy().put("maxRows", rows), "application/json"))
                    .body());
            assertThat(whole.getBoolean("truncated")).as("%d rows", rows).isFalse();
            assertThat(whole.getJsonArray("rows")).hasSize(rows);
        }
        awaitNoQueries();
    }
}
