package io.dataprism.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dataprism.core.event.EventLog;
import io.dataprism.core.permission.Caller;
import io.dataprism.core.permission.Principal.Role;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class LiveSocketTest {

    private static final int KEPT = 50;

    private LiveServer server;

    @BeforeEach
    void start() throws Exception {
        server = new LiveServer(new EventLog.Limits(KEPT, 64 << 20, Duration.ofHours(1)));
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
        assertThat(server.feed.subscriptionCount()).isZero();
        assertThat(server.connections.count()).isZero();
        assertThat(server.datasets.allocator.getAllocatedMemory()).isZero();
    }

    @Test
    void theFirstFrameAuthenticatesAndSubscriptionsFollow() throws Exception {
        SocketClient client = new SocketClient(server, null);
        assertThat(client.socket.subProtocol()).isEqualTo("dataprism.v1");
        client.send("{\"op\":\"auth\",\"token\":\"subscriber-token\"}");
        JsonObject authenticated = client.next("authenticated");
        assertThat(authenticated.getString("sub")).isEqualTo("sue");
        assertThat(authenticated.containsKey("exp")).isTrue();

        client.send("{\"op\":\"subscribe\",\"id\":\"s1\",\"topics\":[\"plugin:*\"]}");
        assertThat(client.next("subscribed").getString("cursor"))
                .isEqualTo(server.feed.log().head().cursor());
        String cursor = server.append("plugin:activated", new JsonObject().put("a", "ü"));
        JsonObject event = client.next("event");
        assertThat(event.getString("id")).isEqualTo("s1");
        assertThat(event.getString("cursor")).isEqualTo(cursor);
        assertThat(event.getJsonObject("event").getJsonObject("data").getString("a"))
                .isEqualTo("ü");

        client.send("{\"op\":\"ping\"}").next("pong");
        client.send("{\"op\":\"unsubscribe\",\"id\":\"s1\"}");
        assertThat(client.next("complete"))
                .isEqualTo(
                        new JsonObject().put("op", "complete").put("id", "s1").put("cancelled", true));
        assertThat(server.feed.subscriptionCount()).isZero();
        server.append("plugin:activated", 2);
        client.send("{\"op\":\"ping\"}").next("pong");
    }

    @Test
    void aCursorOfOneTransportIsGoodOnTheOther() throws Exception {
        SseClient stream = new SseClient(server, LiveServer.SUBSCRIBER, "topic=a:*", null).read();
        stream.next("ready");
        server.append("a:1", 1);
        String seen = stream.next("event").id();
        stream.close();
        server.append("a:2", 2);
        server.append("b", 3);

        SocketClient client = subscriber();
        client.send("{\"op\":\"subscribe\",\"id\":\"s\",\"topics\":[\"**\"],\"cursor\":\"" + seen + "\"}");
        client.next("subscribed");
        assertThat(data(client.next("event"))).isEqualTo(2);
        JsonObject last = client.next("event");
        assertThat(data(last)).isEqualTo(3);
        server.append("a:3", 4);
        client.next("event");

        SseClient again = new SseClient(server, LiveServer.ADMIN, "topic=a:*", last.getString("cursor")).read();
        again.next("ready");
        assertThat(again.next("event").data().getInteger("data")).isEqualTo(4);
    }

    @Test
    void demandIsCumulative() throws Exception {
        SocketClient client = subscriber();
        client.send("{\"op\":\"subscribe\",\"id\":\"s\",\"topics\":[\"a\"],\"demand\":2}");
        client.next("subscribed");
        for (int i = 0; i < 6; i++) {
            server.append("a", i);
        }
        assertThat(data(client.next("event"))).isZero();
        assertThat(data(client.next("event"))).isEqualTo(1);
        client.send("{\"op\":\"ping\"}").next("pong");
        client.send("{\"op\":\"demand\",\"id\":\"s\",\"total\":1}");
        client.send("{\"op\":\"ping\"}").next("pong");
        client.send("{\"op\":\"demand\",\"id\":\"s\",\"total\":3}");
        assertThat(data(client.next("event"))).isEqualTo(2);
        client.send("{\"op\":\"ping\"}").next("pong");
    }

    @Test
    void whoIsTooSlowIsClosedOrToldAsItAskedFor() throws Exception {
        SocketClient resume = subscriber();
        resume.send("{\"op\":\"subscribe\",\"id\":\"slow-one\",\"topics\":[\"a\"],\"demand\":1}");
        resume.next("subscribed");
        SocketClient drop = subscriber();
        drop.send("{\"op\":\"subscribe\",\"id\":\"d\",\"topics\":[\"a\"],\"demand\":1,\"overflow\":\"drop\"}");
        String begin = drop.next("subscribed").getString("cursor");
        String first = server.append("a", 0);
        assertThat(drop.next("event").getString("cursor")).isEqualTo(first);
        assertThat(begin).isNotEqualTo(first);
        for (int i = 1; i < KEPT + 20; i++) {
            server.append("a", i);
        }

        assertThat(resume.closeCode()).isEqualTo(4408);
        assertThat(resume.socket.closeReason()).contains("slow-one");

        drop.send("{\"op\":\"demand\",\"id\":\"d\",\"total\":2}");
        JsonObject gap = drop.next("gap");
        assertThat(gap.getString("from")).isEqualTo(first);
        assertThat(gap.getString("reason")).isEqualTo("slow");
        assertThat(data(drop.next("event"))).isEqualTo(20);
    }

    @Test
    void aStalledSocketHoldsNothingBackForOthersAndIsClosed() throws Exception {
        SocketClient stalled = subscriber();
        stalled.send("{\"op\":\"subscribe\",\"id\":\"s\",\"topics\":[\"a\"]}");
        stalled.next("subscribed");
        stalled.socket.pause();
        SocketClient other = subscriber();
        other.send("{\"op\":\"subscribe\",\"id\":\"o\",\"topics\":[\"a\"]}");
        other.next("subscribed");
        String text = "x".repeat(200_000);
        for (int i = 0; i < 300; i++) {
            server.append("a", new JsonObject().put("n", i).put("text", text));
            assertThat(data(other.next("event"), "n")).isEqualTo(i);
        }
        await().untilAsserted(() -> assertThat(server.feed.subscriptionCount()).isEqualTo(1));

        stalled.socket.resume();

        assertThat(stalled.closeCode()).isIn(4408, 1006, -1);
    }

    @Test
    void usersPublish() throws Exception {
        SocketClient client = subscriber();
        client.send("{\"op\":\"publish\",\"id\":\"p\",\"topic\":\"app:x\",\"data\":[1]}");
        JsonObject published = client.next("published");
        assertThat(published.getString("id")).isEqualTo("p");
        assertThat(published.getString("cursor"))
                .isEqualTo(server.feed.log().head().cursor());
        assertThat(server.feed.log().read(0, 1).events().get(0).source()).isEqualTo("/users/sue");

        client.send("{\"op\":\"publish\",\"id\":\"p\",\"topic\":\"core:error\",\"data\":1}");
        JsonObject refused = client.next("error");
        assertThat(refused.getString("id")).isEqualTo("p");
        assertThat(refused.getJsonObject("problem").getString("code")).isEqualTo("PERMISSION_DENIED");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"op\":1}",
                "{\"op\":\"nonsense\"}",
                "{\"op\":\"subscribe\",\"topics\":[\"a\"]}",
                "{\"op\":\"subscribe\",\"id\":\"\",\"topics\":[\"a\"]}",
                "{\"op\":\"subscribe\",\"id\":\"s\"}",
                "{\"op\":\"subscribe\",\"id\":\"s\",\"topics\":[]}",
                "{\"op\":\"subscribe\",\"id\":\"s\",\"topics\":[1]}",
                "{\"op\":\"subscribe\",\"id\":\"s\",\"topics\":[\"a*\"]}",
                "{\"op\":\"subscribe\",\"id\":\"s\",\"topics\":[\"a\"],\"more\":1}",
                "{\"op\":\"subscribe\",\"id\":\"s\",\"topics\":[\"a\"],\"cursor\":\"x\"}",
                "{\"op\":\"subscribe\",\"id\":\"s\",\"topics\":[\"a\"],\"from\":\"x\"}",
                "{\"op\":\"subscribe\",\"id\":\"s\",\"topics\":[\"a\"],\"overflow\":\"x\"}",
                "{\"op\":\"subscribe\",\"id\":\"s\",\"topics\":[\"a\"],\"demand\":-1}",
                "{\"op\":\"publish\",\"id\":\"p\",\"topic\":\"a\"}",
                "{\"op\":\"ping\",\"id\":\"x\"}",
            })
    void aWrongFrameIsAnErrorAndTheConnectionStays(String frame) throws Exception {
        SocketClient client = subscriber();

        client.send(frame);

        assertThat(client.nextProblem()).isEqualTo("REQUEST_INVALID");
        client.send("{\"op\":\"ping\"}").next("pong");
        assertThat(server.feed.subscriptionCount()).isZero();
    }

    @Test
    void idsQuotasRolesAndScopesAreKept() throws Exception {
        SocketClient client = subscriber();
        client.send("{\"op\":\"demand\",\"id\":\"none\",\"total\":1}");
        assertThat(client.nextProblem()).isEqualTo("NOT_FOUND");
        for (int i = 0; i < 128; i++) {
            client.send("{\"op\":\"subscribe\",\"id\":\"s" + i + "\",\"topics\":[\"a\"]}")
                    .next("subscribed");
        }
        client.send("{\"op\":\"subscribe\",\"id\":\"s0\",\"topics\":[\"a\"]}");
        assertThat(client.nextProblem()).isEqualTo("REQUEST_INVALID");
        client.send("{\"op\":\"subscribe\",\"id\":\"more\",\"topics\":[\"a\"]}");
        JsonObject error = client.next("error");
        assertThat(error.getString("id")).isEqualTo("more");
        assertThat(error.getJsonObject("problem").getString("code")).isEqualTo("QUOTA_EXCEEDED");
        client.send("{\"op\":\"query\",\"id\":\"q\",\"sql\":\"1\",\"format\":\"json\"}");
        assertThat(client.nextProblem()).isEqualTo("PERMISSION_DENIED");

        SocketClient narrowed = new SocketClient(server, LiveServer.NARROWED);
        narrowed.send("{\"op\":\"subscribe\",\"id\":\"s\",\"topics\":[\"**\"]}");
        assertThat(narrowed.nextProblem()).isEqualTo("PERMISSION_DENIED");
        narrowed.send("{\"op\":\"subscribe\",\"id\":\"s\",\"topics\":[\"app:*:x\"]}")
                .next("subscribed");
    }

    @Test
    void whatIsNoFrameClosesTheConnection() throws Exception {
        for (String text : List.of("nonsense", "[1]", "\"text\"", "null", "{\"op\":\"ping\"} x")) {
            SocketClient client = subscriber();
            client.send(text);
            assertThat(client.nextProblem()).isEqualTo("REQUEST_INVALID");
            assertThat(client.closeCode()).as(text).isEqualTo(4400);
        }
        SocketClient binary = subscriber();
        binary.socket.writeBinaryMessage(Buffer.buffer("x"));
        assertThat(binary.closeCode()).isEqualTo(1003);
    }

    @Test
    void whoIsNotAuthenticatedIsClosed() throws Exception {
        SocketClient wrong = new SocketClient(server, null);
        wrong.send("{\"op\":\"auth\",\"token\":\"wrong\"}");
        assertThat(wrong.nextProblem()).isEqualTo("UNAUTHENTICATED");
        assertThat(wrong.closeCode()).isEqualTo(4401);

        SocketClient early = new SocketClient(server, null);
        early.send("{\"op\":\"subscribe\",\"id\":\"s\",\"topics\":[\"a\"]}");
        assertThat(early.nextProblem()).isEqualTo("UNAUTHENTICATED");
        assertThat(early.closeCode()).isEqualTo(4401);

        server.tokens.put(
                "short",
                LiveServer.identity(
                        "s", Set.of(Role.SUBSCRIBER), null, Instant.now().plusMillis(500)));
        assertThat(new SocketClient(server, "short").closeCode()).isEqualTo(4401);
    }

    @Test
    @Tag("longer")
    void whoSaysNothingIsClosed() throws Exception {
        SocketClient silent = new SocketClient(server, null);
        assertThat(silent.closeCode()).isEqualTo(4401);
    }

    @Test
    void theUpgradeIsChecked() {
        WebSocketConnectOptions none = new WebSocketConnectOptions()
                .setHost("127.0.0.1")
                .setPort(server.port)
                .setURI("/v1/ws");
        assertThat(rejection(none)).isEqualTo(400);
        assertThat(rejection(new WebSocketConnectOptions(none).addSubProtocol("other")))
                .isEqualTo(400);
        assertThat(rejection(server.socketOptions().putHeader("Authorization", "Bearer wrong")))
                .isEqualTo(401);
        assertThat(rejection(
                        server.socketOptions().putHeader("Cookie", "s=1").putHeader("Origin", "http://evil.example")))
                .isEqualTo(403);
        assertThat(rejection(server.socketOptions()
                        .putHeader("Cookie", "s=1")
                        .putHeader("Origin", "http://127.0.0.1:" + server.port)))
                .isEqualTo(101);
    }

    @Test
    void drainingNodesSayWhenToComeBack() throws Exception {
        SocketClient client = subscriber();

        server.connections.drain();

        assertThat(client.closeCode()).isEqualTo(1012);
        assertThat(client.socket.closeReason()).matches("retryAfterMs=[0-9]+");
        assertThat(rejection(server.socketOptions())).isEqualTo(503);
    }

    @Test
    void aQueryInJsonObeysDemand() throws Exception {
        SocketClient client = new SocketClient(server, LiveServer.ANALYST);
        client.send("{\"op\":\"query\",\"id\":\"q\",\"sql\":\"10\",\"format\":\"json\",\"demand\":3}");
        assertThat(client.next("schema").getJsonArray("schema"))
                .isEqualTo(new JsonArray().add(new JsonObject().put("name", "n").put("type", "INTEGER")));
        for (int i = 0; i < 3; i++) {
            JsonObject batch = client.next("batch");
            assertThat(batch.getInteger("seq")).isEqualTo(i);
            assertThat(batch.getJsonArray("rows").getJsonObject(1).getInteger("n"))
                    .isEqualTo(2 * i + 1);
        }
        client.send("{\"op\":\"ping\"}").next("pong");
        assertThat(server.datasets.made.get()).isEqualTo(3);
        client.send("{\"op\":\"demand\",\"id\":\"q\",\"total\":100}");
        for (int i = 3; i < 10; i++) {
            client.next("batch");
        }
        assertThat(client.next("complete"))
                .isEqualTo(new JsonObject()
                        .put("op", "complete")
                        .put("id", "q")
                        .put("batches", 10)
                        .put("rows", 20));
        assertThat(server.datasets.lastCaller)
                .isEqualTo(Caller.of(server.tokens.get(LiveServer.ANALYST).user()));
    }

    @Test
    void aQueryIsCancelledByFrameAndByLeaving() throws Exception {
        SocketClient client = new SocketClient(server, LiveServer.ANALYST);
        client.send("{\"op\":\"query\",\"id\":\"q\",\"sql\":\"10\",\"demand\":1}");
        client.next("schema");
        client.next("batch");
        client.send("{\"op\":\"cancel\",\"id\":\"q\"}");
        assertThat(client.next("complete").getBoolean("cancelled")).isTrue();
        assertThat(server.datasets.cancelled.get()).isEqualTo(1);
        client.send("{\"op\":\"query\",\"id\":\"q\",\"sql\":\"10\",\"demand\":1}");
        client.next("schema");
        client.socket.close();

        await().untilAsserted(() -> assertThat(server.datasets.cancelled.get()).isEqualTo(2));
    }

    @Test
    void aQueryInArrowIsOneStreamInBinaryFrames() throws Exception {
        SocketClient client = new SocketClient(server, LiveServer.ANALYST);
        client.send("{\"op\":\"query\",\"id\":\"qä\",\"sql\":\"3\",\"format\":\"arrow\"}");
        assertThat(client.next("complete").getInteger("rows")).isEqualTo(6);

        Buffer stream = Buffer.buffer();
        List<Buffer> frames = new ArrayList<>();
        client.binaries.drainTo(frames);
        assertThat(frames).hasSize(5);
        for (Buffer frame : frames) {
            int length = frame.getInt(0);
            assertThat(frame.getString(4, 4 + length)).isEqualTo("qä");
            stream.appendBuffer(frame.slice(4 + length, frame.length()));
        }
        List<Integer> numbers = new ArrayList<>();
        try (ArrowStreamReader reader =
                new ArrowStreamReader(new ByteArrayInputStream(stream.getBytes()), server.datasets.allocator)) {
            while (reader.loadNextBatch()) {
                IntVector vector = (IntVector) reader.getVectorSchemaRoot().getVector("n");
                for (int row = 0; row < vector.getValueCount(); row++) {
                    numbers.add(vector.get(row));
                }
            }
        }
        assertThat(numbers).containsExactly(0, 1, 2, 3, 4, 5);
    }

    @Test
    void operationsAnswerByTheirKind() throws Exception {
        SocketClient client = new SocketClient(server, LiveServer.ANALYST);
        String call = "{\"op\":\"execute\",\"id\":\"e\",\"plugin\":\"p\",\"params\":{\"a\":1},\"operation\":";
        client.send(call + "\"value\"}");
        assertThat(client.next("result").getJsonObject("result"))
                .isEqualTo(new JsonObject().put("echo", new JsonObject().put("a", 1)));
        client.send(call + "\"drawing\"}");
        assertThat(client.next("result").getJsonObject("result"))
                .isEqualTo(new JsonObject().put("mediaType", "image/svg+xml").put("data", "PHN2Zy8+"));
        client.send(call + "\"dataset\",\"input\":{\"table\":\"t\"}}");
        client.next("schema");
        client.next("batch");
        client.next("batch");
        client.next("complete");

        client.send("{\"op\":\"query\",\"id\":\"e\",\"sql\":\"bad\"}");
        assertThat(client.nextProblem()).isEqualTo("QUERY_INVALID");
        client.send("{\"op\":\"query\",\"id\":\"e\",\"sql\":\"1\",\"timeoutMs\":600001}");
        assertThat(client.nextProblem()).isEqualTo("REQUEST_INVALID");
        client.send("{\"op\":\"query\",\"id\":\"e\",\"sql\":\"1\",\"parameters\":[{}]}");
        assertThat(client.nextProblem()).isEqualTo("REQUEST_INVALID");
    }

    private SocketClient subscriber() throws Exception {
        return new SocketClient(server, LiveServer.SUBSCRIBER);
    }

    private int rejection(WebSocketConnectOptions options) {
        try {
            server.sockets.connect(options).await(10, TimeUnit.SECONDS);
            return 101;
        } catch (UpgradeRejectedException rejected) {
            return rejected.getStatus();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static int data(JsonObject frame) {
        return frame.getJsonObject("event").getInteger("data");
    }

    private static int data(JsonObject frame, String member) {
        return frame.getJsonObject("event").getJsonObject("data").getInteger(member);
    }
}
