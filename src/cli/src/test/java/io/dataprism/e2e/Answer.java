package io.dataprism.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A whole answer. */
record Answer(int status, HttpHeaders headers, byte[] body) {

    /** The same, once its status is the one expected; fails with the body otherwise. */
    Answer expect(int expected) {
        assertThat(status).as("status; the body is %s", shown()).isEqualTo(expected);
        return this;
    }

    /** Expects a problem with that code and status, and answers it. */
    JsonObject problem(int expectedStatus, String code) {
        expect(expectedStatus);
        assertThat(header("content-type")).startsWith("application/problem+json");
        JsonObject problem = json();
        assertThat(problem.getString("code")).as(shown()).isEqualTo(code);
        assertThat(problem.getString("type")).isEqualTo("urn:dataprism:problem:" + code);
        assertThat(problem.getInteger("status")).isEqualTo(expectedStatus);
        assertThat(problem.getString("detail")).isNotBlank();
        return problem;
    }

    JsonObject json() {
        return new JsonObject(Buffer.buffer(body));
    }

    JsonArray array() {
        return new JsonArray(Buffer.buffer(body));
    }

    String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /** The rows of an NDJSON body. */
    List<JsonObject> rows() {
        return text().lines().map(JsonObject::new).toList();
    }

    String header(String name) {
        return headers.firstValue(name).orElse("");
    }

    private String shown() {
        return text().substring(0, Math.min(text().length(), 2_000));
    }
}
