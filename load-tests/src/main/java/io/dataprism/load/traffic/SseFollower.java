package io.dataprism.load.traffic;

import io.dataprism.load.history.Recorder;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.parsetools.RecordParser;
import org.jspecify.annotations.Nullable;

/** Over server-sent events. While events come it is not silent for long; where none do it is opened again, which costs nothing. */
final class SseFollower extends Follower {

    private final String topics;
    private @Nullable HttpClientRequest request;
    private String kind = "";
    private String id = "";
    private String data = "";

    SseFollower(Gateways gateways, Recorder recorder, String name, Gateway first, String topics) {
        super(gateways, recorder, name, first);
        this.topics = topics;
    }

    @Override
    void connect(Gateway at, String from, int number) {
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setHost(at.host())
                .setPort(at.port())
                .setURI("/v1/events?topic=" + topics)
                .putHeader("Authorization", "Bearer " + gateways().token())
                .putHeader("Accept", "text/event-stream");
        if (!from.isEmpty()) {
            options.putHeader("Last-Event-ID", from);
        }
        gateways()
                .client()
                .request(options)
                .compose(opened -> {
                    request = opened;
                    return opened.send();
                })
                .onFailure(refused -> lost(number, String.valueOf(refused)))
                .onSuccess(answer -> read(number, answer));
    }

    private void read(int number, HttpClientResponse answer) {
        if (answer.statusCode() != 200) {
            lost(number, "answered " + answer.statusCode());
            return;
        }
        kind = "";
        id = "";
        data = "";
        answer.exceptionHandler(broken -> lost(number, String.valueOf(broken)));
        answer.endHandler(end -> lost(number, "ended"));
        answer.handler(RecordParser.newDelimited("\n", line -> line(number, line)));
    }

    private void line(int number, Buffer bytes) {
        if (!heard(number)) {
            return;
        }
        String line = bytes.toString().stripTrailing();
        if (line.isEmpty()) {
            dispatch();
        } else if (line.startsWith("event:")) {
            kind = line.substring("event:".length()).strip();
        } else if (line.startsWith("id:")) {
            id = line.substring("id:".length()).strip();
        } else if (line.startsWith("data:")) {
            data = line.substring("data:".length()).strip();
        }
    }

    private void dispatch() {
        switch (kind) {
            case "ready" -> isReady(id);
            case "event" -> event(id, new JsonObject(data));
            case "gap" -> gap(new JsonObject(data).put("to", id));
            default -> {
                // a comment
            }
        }
        kind = "";
        data = "";
    }

    @Override
    void ask() {
        // events are the sign
    }

    @Override
    void disconnect() {
        if (request != null) {
            request.reset();
        }
    }
}
