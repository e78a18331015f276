package io.dataprism.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.gateway.contract.PublishedContract;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.parsetools.RecordParser;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Reads an event stream. */
final class SseClient {

    /** One event of the stream. */
    record Frame(String id, String event, JsonObject data) {}

    final HttpClientResponse response;
    final BlockingQueue<Frame> frames = new LinkedBlockingQueue<>();
    volatile boolean ended;

    SseClient(LiveServer server, String token, String query, @Nullable String lastEventId) throws Exception {
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setHost("127.0.0.1")
                .setPort(server.port)
                .setURI("/v1/events?" + query)
                .putHeader("Authorization", "Bearer " + token);
        if (lastEventId != null) {
            options.putHeader("Last-Event-ID", lastEventId);
        }
        response = server.http
                .request(options)
                .compose(request -> request.send().map(answer -> {
                    answer.pause();
                    return answer;
                }))
                .await(10, TimeUnit.SECONDS);
    }

    SseClient read() {
        response.exceptionHandler(failure -> ended = true);
        response.endHandler(end -> ended = true);
        response.handler(RecordParser.newDelimited("\n\n", block -> parse(block.toString())));
        response.resume();
        return this;
    }

    private void parse(String block) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String line : block.split("\n")) {
            String[] parts = line.split(": ?", 2);
            fields.put(parts[0], parts[1]);
        }
        if (fields.containsKey("data")) {
            frames.add(new Frame(fields.get("id"), fields.get("event"), new JsonObject(fields.get("data"))));
        }
    }

    Frame next(String event) throws InterruptedException {
        Frame frame = frames.poll(10, TimeUnit.SECONDS);
        assertThat(frame).as("a frame " + event).isNotNull();
        assertThat(frame.event()).as(frame.toString()).isEqualTo(event);
        PublishedContract.assertStreamed("sendEvents", event, frame.data());
        return frame;
    }

    void close() {
        response.request().connection().close();
    }
}
