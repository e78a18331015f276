package io.dataprism.service;

import io.dataprism.audit.AuditService;
import io.dataprism.bus.Addresses;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.service.TokenQuota.Use;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * {@code llm.chat} and {@code llm.embed}: conversations and vectors from the operator's endpoint, within each plugin's quota of
 * tokens. Calls are counted and audited with how many tokens they took, never with what was said.
 */
final class LanguageModels implements Service {

    private static final Set<String> ROLES = Set.of("system", "user", "assistant");
    private static final int AT_ONCE = 4;
    private static final int TEXTS_MAX = 256;
    private static final int TEXT_BYTES_MAX = 512 * 1024;
    private static final int ANSWER_TOKENS_MAX = 16_384;
    private static final int ANSWER_TOKENS_USUAL = 1_024;
    private static final int STOPS_MAX = 4;
    /** Of texts whose tokens nobody has counted yet; English has about four bytes a token, other languages fewer. */
    private static final int BYTES_PER_TOKEN = 3;

    private final @Nullable LlmSettings settings;
    private final @Nullable LlmEndpoint endpoint;
    private final TokenQuota quota;
    private final AuditService audit;
    private final MeterRegistry meters;
    private final Map<String, Integer> underWay = new HashMap<>();

    LanguageModels(Vertx vertx, ServiceParts parts) {
        this.settings = parts.llm();
        this.endpoint = settings == null ? null : new LlmEndpoint(vertx, settings);
        this.quota = new TokenQuota(settings == null ? 0 : settings.tokensPerHour(), System::nanoTime);
        this.audit = parts.audit();
        this.meters = parts.meters();
    }

    @Override
    public Map<String, Function<ServiceRequest, Future<?>>> addresses() {
        return Map.of(Addresses.LLM_PREFIX + "chat", this::chat, Addresses.LLM_PREFIX + "embed", this::embed);
    }

    @Override
    public Future<?> close() {
        return endpoint == null ? Future.succeededFuture() : endpoint.close();
    }

    private Future<JsonObject> chat(ServiceRequest request) {
        LlmSettings known = settings();
        JsonArray messages = messages(request);
        int answerTokens = request.number("maxTokens", ANSWER_TOKENS_USUAL, 1, ANSWER_TOKENS_MAX);
        JsonObject body = new JsonObject()
                .put("model", request.optionalText("model") == null ? known.model() : request.text("model"))
                .put("messages", messages)
                .put("max_tokens", answerTokens)
                .put("stream", false);
        if (request.body().getValue("temperature") != null) {
            body.put("temperature", temperature(request));
        }
        JsonArray stop = texts(request, "stop", STOPS_MAX);
        if (!stop.isEmpty()) {
            body.put("stop", stop);
        }
        return ask(request, "/chat/completions", body, tokens(messages.encode()) + answerTokens)
                .map(this::completion);
    }

    private Future<JsonObject> embed(ServiceRequest request) {
        LlmSettings known = settings();
        JsonArray input = texts(request, "input", TEXTS_MAX);
        if (input.isEmpty()) {
            throw request.invalid("input", "must be 1 to " + TEXTS_MAX + " texts");
        }
        String model = request.optionalText("model");
        String chosen = model == null ? known.embeddingModel() : model;
        if (chosen == null) {
            throw request.invalid("model", "must be there, since this node names no model for vectors");
        }
        JsonObject body = new JsonObject().put("model", chosen).put("input", input);
        return ask(request, "/embeddings", body, tokens(input.encode()))
                .map(answer -> embeddings(answer, input.size()));
    }

    /** Within the quota, at most so many at once, counted and audited. */
    private Future<JsonObject> ask(ServiceRequest request, String path, JsonObject body, long mostTokens) {
        String plugin = request.plugin();
        if (underWay.getOrDefault(plugin, 0) >= AT_ONCE) {
            throw new DataPrismException(
                    ErrorCode.QUOTA_EXCEEDED,
                    "Plugin " + plugin + " waits for " + AT_ONCE + " answers of language models already.",
                    "Wait for one before asking for more.");
        }
        LlmEndpoint to = endpoint();
        Use use = quota.reserve(plugin, mostTokens);
        underWay.merge(plugin, 1, Integer::sum);
        LlmEndpoint.Call call = to.call(path, body);
        return call.answer().onComplete(done -> {
            underWay.computeIfPresent(plugin, (name, count) -> count == 1 ? null : count - 1);
            long tokens = done.succeeded() ? used(done.result(), mostTokens) : call.free() ? 0 : mostTokens;
            quota.settle(use, tokens);
            meters.counter("dataprism.llm.calls", "plugin", plugin, "outcome", done.failed() ? "failed" : "ok")
                    .increment();
            meters.counter("dataprism.llm.tokens", "plugin", plugin).increment(tokens);
            audit.record(
                    "llm.called",
                    request.caller(),
                    body.getString("model"),
                    done.failed() ? "failed" : "ok",
                    new JsonObject().put("tokens", tokens));
        });
    }

    /** What the endpoint says, but no less than 0 and, where it says nothing, what was reserved. */
    private static long used(JsonObject answer, long mostTokens) {
        return answer.getValue("usage") instanceof JsonObject usage
                        && usage.getValue("total_tokens") instanceof Number total
                ? Math.max(0, total.longValue())
                : mostTokens;
    }

    private JsonObject completion(JsonObject answer) {
        if (answer.getValue("choices") instanceof JsonArray choices
                && !choices.isEmpty()
                && choices.getValue(0) instanceof JsonObject choice
                && choice.getValue("message") instanceof JsonObject message) {
            return usage(answer)
                    .put("content", message.getValue("content") instanceof String text ? text : "")
                    .put("finishReason", String.valueOf(choice.getValue("finish_reason")));
        }
        throw endpoint().failed("its answer has no choices[0].message", null);
    }

    private JsonObject embeddings(JsonObject answer, int wanted) {
        try {
            return usage(answer).put("embeddings", Vectors.inOrder(answer.getValue("data"), wanted));
        } catch (IllegalArgumentException broken) {
            throw endpoint().failed(String.valueOf(broken.getMessage()), broken);
        }
    }

    private static JsonObject usage(JsonObject answer) {
        JsonObject usage = answer.getValue("usage") instanceof JsonObject said ? said : new JsonObject();
        return new JsonObject()
                .put("model", String.valueOf(answer.getValue("model")))
                .put("promptTokens", usage.getValue("prompt_tokens") instanceof Number count ? count.longValue() : 0)
                .put(
                        "completionTokens",
                        usage.getValue("completion_tokens") instanceof Number count ? count.longValue() : 0);
    }

    private JsonArray messages(ServiceRequest request) {
        JsonArray checked = new JsonArray();
        JsonArray messages = request.body().getValue("messages") instanceof JsonArray found ? found : new JsonArray();
        for (Object each : messages) {
            if (!(each instanceof JsonObject message)
                    || !(message.getValue("role") instanceof String role)
                    || !ROLES.contains(role)
                    || !(message.getValue("content") instanceof String content)) {
                throw request.invalid(
                        "messages", "must be objects of a text `content` and a `role`: system, user or assistant");
            }
            checked.add(new JsonObject().put("role", role).put("content", content));
        }
        if (checked.isEmpty() || checked.size() > TEXTS_MAX) {
            throw request.invalid("messages", "must be 1 to " + TEXTS_MAX + ", not " + checked.size());
        }
        bounded(request, "messages", checked);
        return checked;
    }

    private JsonArray texts(ServiceRequest request, String name, int most) {
        Object found = request.body().getValue(name);
        if (found == null) {
            return new JsonArray();
        }
        if (!(found instanceof JsonArray texts)
                || texts.size() > most
                || texts.stream().anyMatch(text -> !(text instanceof String))) {
            throw request.invalid(name, "must be at most " + most + " texts");
        }
        bounded(request, name, texts);
        return texts;
    }

    private static void bounded(ServiceRequest request, String name, JsonArray texts) {
        int bytes = texts.encode().getBytes(StandardCharsets.UTF_8).length;
        if (bytes > TEXT_BYTES_MAX) {
            throw request.invalid(name, "have " + bytes + " bytes; at most " + TEXT_BYTES_MAX + " are legal");
        }
    }

    private static double temperature(ServiceRequest request) {
        if (request.body().getValue("temperature") instanceof Number number
                && number.doubleValue() >= 0
                && number.doubleValue() <= 2) {
            return number.doubleValue();
        }
        throw request.invalid("temperature", "must be a number from 0 to 2");
    }

    private static long tokens(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length / BYTES_PER_TOKEN + 1L;
    }

    private LlmSettings settings() {
        if (settings == null) {
            throw new DataPrismException(
                    ErrorCode.NOT_FOUND,
                    "This node has no endpoint of language models.",
                    "An operator names one under `llm:` in the configuration: url, model, keyFile.");
        }
        return settings;
    }

    private LlmEndpoint endpoint() {
        settings();
        return Objects.requireNonNull(endpoint, "there where settings are");
    }
}
