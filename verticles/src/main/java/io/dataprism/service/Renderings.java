package io.dataprism.service;

import io.dataprism.bus.Addresses;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.permission.Permission;
import io.dataprism.core.permission.Permission.Access;
import io.dataprism.core.permission.Permission.Resource;
import io.dataprism.core.permission.ScopePattern;
import io.dataprism.event.EventService;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.Base64;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;

/** {@code ui.render}: a rendering that a plugin pushes to whoever follows {@code ui:<plugin>:<view>}. The node publishes it. */
record Renderings(EventService events, ScopeGuard guard) implements Service {

    private static final Pattern VIEW = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
    private static final Pattern MEDIA_TYPE = Pattern.compile("[a-z]+/[a-z0-9.+-]{1,64}");
    private static final int BASE64_CHARACTERS = 240 * 1024;

    @Override
    public Map<String, Function<ServiceRequest, Future<?>>> addresses() {
        return Map.of(Addresses.UI_RENDER, this::render);
    }

    private Future<JsonObject> render(ServiceRequest request) {
        String view = request.text("view");
        String mediaType = request.text("mediaType");
        String data = request.text("data");
        if (!VIEW.matcher(view).matches()) {
            throw request.invalid("view", "is '" + view + "'; legal is " + VIEW.pattern());
        }
        guard.require(
                request,
                new Permission(Resource.UI, Access.WRITE, view),
                pattern -> ScopePattern.matches(pattern, view));
        if (!MEDIA_TYPE.matcher(mediaType).matches()) {
            throw request.invalid("mediaType", "is '" + mediaType + "'; legal is " + MEDIA_TYPE.pattern());
        }
        if (data.length() > BASE64_CHARACTERS) {
            throw new DataPrismException(
                    ErrorCode.PAYLOAD_TOO_LARGE,
                    "The rendering of the view '" + view + "' has " + data.length() + " characters in base64; "
                            + BASE64_CHARACTERS + " are the most.",
                    "Draw less, or as SVG; a large drawing is answered by an operation.");
        }
        if (!isBase64(data)) {
            throw request.invalid("data", "is not base64");
        }
        JsonObject rendering = new JsonObject().put("mediaType", mediaType).put("data", data);
        return events.publish("ui:" + request.plugin() + ":" + view, rendering)
                .map(cursor -> new JsonObject().put("cursor", cursor));
    }

    private static boolean isBase64(String data) {
        try {
            Base64.getDecoder().decode(data);
            return true;
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
    }
}
