package io.dataprism.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dataprism.core.event.EventLog;
import io.dataprism.core.permission.Principal.Role;
import io.dataprism.gateway.contract.PublishedContract;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class EventStreamTest {

    private static final int KEPT = 50;

    private LiveServer server;

    @BeforeEach
    void start() throws Exception {
        server = new LiveServer(new EventLog.Limits(KEPT, 64 << 20, Duration.ofHours(1)));
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    @Test
    void aStreamBeginsWithReadyAndFollowsItsTopics() throws Exception {
        server.append("plugin:early", 0);
        SseClient client = new SseClient(server, LiveServer.SUBSCRIBER, "topic=plugin:*&topic=core:**", null).read();

        SseClient.Frame ready = client.next("ready");
        assertThat(ready.data().getString("cursor")).isEqualTo(ready.id());
        assertThat(client.response.getHeader("content-type")).startsWith("text/event-stream");
        assertThat(client.response.getHeader("cache-control")).contains("no-store");
        server.append("plugin:a:b", 1);
        String cursor = server.append("plugin:activated", new JsonObject().put("name", "ü"));
        server.append("core:x:y", 2);

        SseClient.Frame event = client.next("event");
        assertThat(event.id()).isEqualTo(cursor);
        assertThat(event.data().getString("subject")).isEqualTo("plugin:activated");
        assertThat(event.data().getJsonObject("data").getString("name")).isEqualTo("ü");
        assertThat(client.next("event").data().getString("subject")).isEqualTo("core:x:y");
        client.close();
        await().untilAsserted(() -> assertThat(server.feed.subscriptionCount()).isZero());
        assertThat(server.connections.count()).isZero();
    }

    @Test
    void lastEventIdBeatsCursorBeatsFrom() throws Exception {
        String first = server.append("a", 1);
        String second = server.append("a", 2);
        server.append("a", 3);

        assertThat(datas(stream("topic=a&from=earliest", null), 3)).containsExactly(1, 2, 3);
        assertThat(datas(stream("topic=a&from=latest&cursor=" + first, null), 2))
                .containsExactly(2, 3);
        assertThat(datas(stream("topic=a&cursor=" + first, second), 1)).containsExactly(3);
    }

    @Test
    void aTrimmedCursorGetsAGapBeforeTheNextEvent() throws Exception {
        String first = server.append("a", 0);
        for (int i = 1; i < KEPT + 10; i++) {
            server.append("a", i);
        }

        SseClient client = stream("topic=a&cursor=" + first, null);

        assertThat(client.next("ready").id()).isEqualTo(first);
        SseClient.Frame gap = client.next("gap");
        assertThat(gap.data().getString("from")).isEqualTo(first);
        assertThat(gap.data().getString("to")).isEqualTo(gap.id());
        assertThat(gap.data().getString("reason")).isEqualTo("expired");
        assertThat(client.next("event").data().getInteger("data")).isEqualTo(10);
    }

    @Test
    void aStalledReaderCostsNothingAndIsToldWhatItLost() throws Exception {
        SseClient client = new SseClient(server, LiveServer.SUBSCRIBER, "topic=a", null);
        String text = "x".repeat(200_000);
        int sent = 300;
        for (int i = 0; i < sent; i++) {
            server.append("a", new JsonObject().put("number", i).put("text", text));
            int appended = i + 1;
            // as fast as the reader could go: the stream has its turn after each
            await().pollInterval(Duration.ofMillis(1))
                    .until(() -> server.feed.log().size() == Math.min(appended, KEPT));
        }
        long lag = server.feed.stats().getLong("lag");
        assertThat(lag).isGreaterThan(KEPT);

        client.read();
        client.next("ready");
        List<Integer> numbers = new ArrayList<>();
        int gaps = 0;
        while (numbers.isEmpty() || numbers.get(numbers.size() - 1) < sent - 1) {
            SseClient.Frame frame = client.frames.poll(20, TimeUnit.SECONDS);
            assertThat(frame).as("after " + numbers).isNotNull();
            if (frame.event().equals("gap")) {
                gaps++;
                assertThat(frame.data().getString("reason")).isEqualTo("slow");
            } else {
                numbers.add(frame.data().getJsonObject("data").getInteger("number"));
            }
        }
        assertThat(gaps).isPositive();
        assertThat(numbers).isSorted().doesNotHaveDuplicates();
        assertThat(numbers).as("what was in the sockets, and what was kept").hasSizeLessThan(sent);
    }

    @ParameterizedTest
    @CsvSource({
        "subscriber-token,GET,/v1/events,400,REQUEST_INVALID",
        "subscriber-token,GET,/v1/events?topic=a*,400,REQUEST_INVALID",
        "subscriber-token,GET,/v1/events?topic=a&from=x,400,REQUEST_INVALID",
        "subscriber-token,GET,/v1/events?topic=a&cursor=x,400,REQUEST_INVALID",
        "subscriber-token,GET,/v1/events?topic=a&cursor=,400,REQUEST_INVALID",
        "subscriber-token,GET,/v1/events?topic=a&topics=b,400,REQUEST_INVALID",
        "subscriber-token,GET,/v1/events/history?topic=a&from=latest,400,REQUEST_INVALID",
        "wrong-token,GET,/v1/events?topic=a,401,UNAUTHENTICATED",
        "analyst-token,GET,/v1/events?topic=a,403,PERMISSION_DENIED",
        "narrowed-token,GET,/v1/events?topic=app:*,200,",
        "narrowed-token,GET,/v1/events?topic=app:*&topic=*,403,PERMISSION_DENIED",
        "narrowed-token,GET,/v1/events/history?topic=**,403,PERMISSION_DENIED",
        "subscriber-token,GET,/v1/events/history?topic=a&limit=0,400,REQUEST_INVALID",
        "subscriber-token,GET,/v1/events/history?topic=a&limit=1001,400,REQUEST_INVALID",
        "subscriber-token,GET,/v1/events/history?topic=a&after=x,400,REQUEST_INVALID",
        "subscriber-token,DELETE,/v1/events/history,403,PERMISSION_DENIED",
        "admin-token,DELETE,/v1/events/history,204,",
        "analyst-token,GET,/v1/events/stats,403,PERMISSION_DENIED",
        "subscriber-token,GET,/v1/events/stats,200,",
        "subscriber-token,GET,/v1/ws,400,REQUEST_INVALID",
    })
    void requestsAreCheckedBeforeTheFirstByte(String token, String method, String path, int status, String code)
            throws Exception {
        HttpClientResponse response = call(token, method, path, null, null);

        assertThat(response.statusCode()).isEqualTo(status);
        if (code != null) {
            assertThat(json(response).getString("code")).isEqualTo(code);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "subscriber-token|app:x|{\"data\":{\"a\":1}}|application/json|202",
                "subscriber-token|app:x|{\"data\":null}|application/json; charset=utf-8|202",
                "subscriber-token|app:x|{}|application/json|400",
                "subscriber-token|app:x|{\"data\":1,\"more\":2}|application/json|400",
                "subscriber-token|app:x|[1]|application/json|400",
                "subscriber-token|app:x|nonsense|application/json|400",
                "subscriber-token|app:*|{\"data\":1}|application/json|400",
                "subscriber-token|core:error|{\"data\":1}|application/json|403",
                "narrowed-token|other|{\"data\":1}|application/json|403",
                "analyst-token|app:x|{\"data\":1}|application/json|403",
                "subscriber-token|app:x|data=1|application/x-www-form-urlencoded|415",
            })
    void publishingIsChecked(String token, String topic, String body, String type, int status) throws Exception {
        HttpClientResponse response = call(token, "POST", "/v1/events/" + topic, body, type);

        assertThat(response.statusCode()).isEqualTo(status);
        JsonObject answer = json(response);
        if (status == 202) {
            SseClient client = stream("topic=app:x&from=earliest", null);
            client.next("ready");
            assertThat(client.next("event").id()).isEqualTo(answer.getString("cursor"));
        } else {
            assertThat(answer.getInteger("status")).isEqualTo(status);
            assertThat(server.feed.log().size()).isZero();
        }
    }

    @Test
    void anEventThatIsTooLargeIsRefused() throws Exception {
        HttpClientResponse response =
                call(LiveServer.SUBSCRIBER, "POST", "/v1/events/a", "{\"data\":\"" + "x".repeat(300_000) + "\"}", null);

        assertThat(response.statusCode()).isEqualTo(413);
        assertThat(json(response).getString("code")).isEqualTo("PAYLOAD_TOO_LARGE");
    }

    @Test
    void historyIsReadInPages() throws Exception {
        for (int i = 0; i < 10; i++) {
            server.append("a:" + i % 2, i);
        }

        JsonObject first = json(get("/v1/events/history?topic=a:0&limit=3"));
        assertThat(first.getJsonArray("events").stream().map(event -> ((JsonObject) event).getInteger("data")))
                .containsExactly(0, 2, 4);
        JsonObject second = json(get("/v1/events/history?topic=a:0&after=" + first.getString("cursor")));
        assertThat(second.getJsonArray("events").stream().map(event -> ((JsonObject) event).getInteger("data")))
                .containsExactly(6, 8);
        assertThat(second.getString("cursor"))
                .isEqualTo(server.feed.log().head().cursor());
        assertThat(second.containsKey("gap")).isFalse();

        assertThat(call(LiveServer.ADMIN, "DELETE", "/v1/events/history", null, null)
                        .statusCode())
                .isEqualTo(204);
        JsonObject gone = json(get("/v1/events/history?topic=**&after=" + first.getString("cursor")));
        assertThat(gone.getJsonArray("events")).isEmpty();
        assertThat(gone.getJsonObject("gap").getString("reason")).isEqualTo("expired");
        assertThat(gone.getJsonObject("gap").getString("to")).isEqualTo(gone.getString("cursor"));
    }

    @Test
    void aStreamEndsWithItsTokenAndWhenTheNodeDrains() throws Exception {
        server.tokens.put(
                "short",
                LiveServer.identity(
                        "s", Set.of(Role.SUBSCRIBER), null, Instant.now().plusMillis(300)));
        SseClient shortLived = new SseClient(server, "short", "topic=a", null).read();
        SseClient other = stream("topic=a", null);
        shortLived.next("ready");
        await().untilAsserted(() -> assertThat(shortLived.ended).isTrue());
        other.next("ready");
        assertThat(other.ended).isFalse();

        server.connections.drain();

        await().untilAsserted(() -> assertThat(other.ended).isTrue());
        assertThat(json(get("/v1/events?topic=a")).getString("code")).isEqualTo("DRAINING");
        assertThat(server.feed.subscriptionCount()).isZero();
    }

    private SseClient stream(String query, String lastEventId) throws Exception {
        return new SseClient(server, LiveServer.SUBSCRIBER, query, lastEventId).read();
    }

    private static List<Integer> datas(SseClient client, int count) throws Exception {
        client.next("ready");
        List<Integer> datas = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            datas.add(client.next("event").data().getInteger("data"));
        }
        return datas;
    }

    private HttpClientResponse get(String path) throws Exception {
        return call(LiveServer.SUBSCRIBER, "GET", path, null, null);
    }

    private HttpClientResponse call(String token, String method, String path, String body, String type)
            throws Exception {
        return server.http
                .request(HttpMethod.valueOf(method), server.port, "127.0.0.1", path)
                .compose(request -> {
                    request.putHeader("Authorization", "Bearer " + token);
                    if (type != null) {
                        request.putHeader("Content-Type", type);
                    }
                    return request.send(body == null ? Buffer.buffer() : Buffer.buffer(body))
                            .onSuccess(HttpClientResponse::pause);
                })
                .await(10, TimeUnit.SECONDS);
    }

    private static JsonObject json(HttpClientResponse response) throws Exception {
        var body = response.body();
        response.resume();
        String text = body.await(10, TimeUnit.SECONDS).toString();
        PublishedContract.assertAnswer(
                response.request().getMethod().name(),
                response.request().path(),
                response.statusCode(),
                response.getHeader("Content-Type"),
                text);
        return new JsonObject(text);
    }
}
