package io.dataprism.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a node refused or failed at, as it said so (RFC 9457). The message is detail and hint. Codes are stable and listed in
 * the contract.
 */
public final class ProblemException extends ClientException {

    private static final long serialVersionUID = 1L;

    private final transient JsonNode document;
    private final @Nullable Duration retryAfter;

    /**
     * @param document the problem document as it came
     * @param retryAfter what the node asks to be left alone for; null where it does not say
     */
    ProblemException(JsonNode document, @Nullable Duration retryAfter) {
        super(document.path("detail").asText() + " " + document.path("hint").asText(), null);
        this.document = document;
        this.retryAfter = retryAfter;
    }

    /** A problem in a node's place: where something between answered for it, or the client knows already. */
    static ProblemException of(int status, String code, String detail, String hint, @Nullable Duration retryAfter) {
        boolean retryable = status == 429 || status >= 502;
        return new ProblemException(
                JsonNodeFactory.instance
                        .objectNode()
                        .put("type", "urn:dataprism:problem:" + code)
                        .put("status", status)
                        .put("detail", detail)
                        .put("code", code)
                        .put("retryable", retryable)
                        .put("hint", hint),
                retryAfter);
    }

    /** For a token that a node does not take, or takes no longer. */
    static ProblemException unauthenticated(String detail) {
        return of(401, "UNAUTHENTICATED", detail, "Connect with a token that is good.", null);
    }

    /** The stable code, such as {@code QUERY_INVALID}. */
    public String code() {
        return document.path("code").asText();
    }

    /** The status of HTTP, also where the problem came over a WebSocket. */
    public int status() {
        return document.path("status").asInt();
    }

    /** What happened: operation, offender, value. */
    public String detail() {
        return document.path("detail").asText();
    }

    /** What to do. */
    public String hint() {
        return document.path("hint").asText();
    }

    @Override
    public boolean retryable() {
        return document.path("retryable").asBoolean();
    }

    /** How long the node asks to be left alone; null where it does not say. */
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }

    /** All members, {@code errors}, {@code position}, {@code row} and others among them. Not to be changed. */
    public JsonNode document() {
        return document;
    }
}
