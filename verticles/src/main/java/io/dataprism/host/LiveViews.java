package io.dataprism.host;

import io.dataprism.bus.CallerContext;
import io.dataprism.core.confinement.PluginProcess.Answer;
import io.dataprism.core.confinement.PluginProcess.ViewAction;
import io.dataprism.core.confinement.PluginProcess.ViewStep;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.permission.Caller;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The views that callers keep in one process. Each belongs to who opened it; steps on one view follow each other; what each step
 * draws is published to {@code ui:<plugin>:<view>}. One more than {@value #VIEWS_LIMIT} takes the place of the one that was not
 * touched for longest, since viewers leave without a word. All are gone with the process. Belongs to the verticle's context.
 */
final class LiveViews {

    private static final int VIEWS_LIMIT = 64;

    /** As base64, with what is around it, this fits into one event. */
    private static final int DRAWING_LIMIT_BYTES = 180 * 1024;

    private final HostParts parts;
    private final Caller node;
    private final String plugin;
    private final Context context;
    /** Least recently touched first. */
    private final Map<String, View> views = new LinkedHashMap<>(16, 0.75f, true);

    private final Set<String> busy = new HashSet<>();

    LiveViews(HostParts parts, Caller node, String plugin, Context context) {
        this.parts = parts;
        this.node = node;
        this.plugin = plugin;
        this.context = context;
    }

    /**
     * What a message that is about a view asks of the process; null where it is about none.
     *
     * @return the message as one about an operation, for {@link CallRequest#of}
     */
    @Nullable
    Step stepOf(JsonObject body, Caller caller) {
        if (Boolean.TRUE.equals(body.getValue("live"))) {
            return new Step(ViewId.made(parts.node().id()), ViewAction.OPEN, 0, 0, body);
        }
        if (!(body.getValue("view") instanceof String id)) {
            return null;
        }
        View view = views.get(id);
        if (view == null || !view.owner().equals(caller)) {
            throw HostProblems.noView(plugin, id);
        }
        ViewAction action = action(body.getValue("action"));
        JsonObject call = new JsonObject()
                .put("operation", view.operation())
                .put("format", view.format())
                .put("input", action == ViewAction.UPDATE ? body.getValue("input") : null);
        return new Step(id, action, pixels(body.getValue("width")), pixels(body.getValue("height")), call);
    }

    private static ViewAction action(@Nullable Object name) {
        return Arrays.stream(ViewAction.values())
                .filter(each -> each != ViewAction.OPEN && each.name().equals(name))
                .findFirst()
                .orElseThrow(() -> HostProblems.request(
                        "'" + name + "' cannot be done with a view.", "Send UPDATE, RESIZE or CLOSE."));
    }

    /** Whole numbers of any width, since callers on this node send their own; what is no size is one that no process takes. */
    private static int pixels(@Nullable Object value) {
        return value instanceof Number pixels && pixels.doubleValue() == pixels.intValue() ? pixels.intValue() : 0;
    }

    /**
     * The view that makes room for one more, already gone here: the process is to let go of it. Empty where there is room.
     * {@code QUOTA_EXCEEDED} where every one is being drawn.
     */
    Optional<Evicted> makeRoom() {
        if (views.size() < VIEWS_LIMIT) {
            return Optional.empty();
        }
        String id = views.keySet().stream()
                .filter(each -> !busy.contains(each))
                .findFirst()
                .orElseThrow(() -> new DataPrismException(
                        ErrorCode.QUOTA_EXCEEDED,
                        "Plugin " + plugin + " draws " + views.size() + " views at once, which is the limit.",
                        "Open one more when a step of another is answered."));
        View view = Objects.requireNonNull(views.remove(id));
        tellClosed(id, "made room for another view");
        return Optional.of(new Evicted(id, view.operation(), view.format()));
    }

    /** Takes note of a step: one at a time for one view. {@code STATE_CONFLICT} */
    void begin(Step step, CallRequest request, Caller caller) {
        if (step.action() == ViewAction.OPEN) {
            String format = request.format() == null ? null : request.format().name();
            views.put(step.id(), new View(request.operation().name(), format, caller));
            busy.add(step.id());
        } else if (!busy.add(step.id())) {
            throw new DataPrismException(
                    ErrorCode.STATE_CONFLICT,
                    "The view '" + step.id() + "' of plugin " + plugin + " is being drawn.",
                    "Send the next step when the last one is answered.");
        }
    }

    /** A step has ended. Whether that was the end of a view which could not be opened, and which the process may yet keep. */
    boolean ended(Step step, boolean failed) {
        busy.remove(step.id());
        return failed && step.action() == ViewAction.OPEN && views.remove(step.id()) != null;
    }

    /** Publishes what was drawn; answers what the caller is told. */
    Future<JsonObject> drawn(ViewStep step, Answer.Drawing drawing) {
        JsonObject told =
                new JsonObject().put("kind", "view").put("viewId", step.id()).put("topic", topic(step.id()));
        if (step.action() == ViewAction.CLOSE) {
            views.remove(step.id());
            tellClosed(step.id(), "closed");
            return Future.succeededFuture(told);
        }
        byte[] bytes = drawing.rendering().bytes();
        if (bytes.length > DRAWING_LIMIT_BYTES) {
            return Future.failedFuture(new DataPrismException(
                    ErrorCode.PAYLOAD_TOO_LARGE,
                    "The drawing of view '" + step.id() + "' has " + bytes.length + " bytes; at most "
                            + DRAWING_LIMIT_BYTES + " are published.",
                    "Draw less data, or in another format."));
        }
        JsonObject data = new JsonObject()
                .put("mediaType", drawing.rendering().format().mediaType())
                .put("data", Base64.getEncoder().encodeToString(bytes));
        return Contexts.run(
                parts.vertx(),
                CallerContext.duplicateFor(context, node),
                () -> parts.events().publish(topic(step.id()), data).map(told));
    }

    /** The process has ended, and its views with it. */
    void close(String reason) {
        for (String id : List.copyOf(views.keySet())) {
            tellClosed(id, reason);
        }
        views.clear();
    }

    private void tellClosed(String view, String reason) {
        CallerContext.duplicateFor(context, node)
                .runOnContext(
                        go -> parts.events().tell(topic(view) + ":closed", new JsonObject().put("reason", reason)));
    }

    private String topic(String view) {
        return "ui:" + plugin + ":" + view;
    }

    /** @param format of its drawings; null: the operation's first */
    private record View(String operation, @Nullable String format, Caller owner) {}

    /** A view that made room. */
    record Evicted(String id, String operation, @Nullable String format) {}

    /** One thing to do with a view. @param call the message as one about an operation */
    record Step(String id, ViewAction action, int width, int height, JsonObject call) {

        ViewStep toProcess() {
            return new ViewStep(id, action, width, height);
        }
    }
}
