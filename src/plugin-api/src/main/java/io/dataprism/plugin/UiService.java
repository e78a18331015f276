package io.dataprism.plugin;

import java.util.Base64;
import java.util.Map;
import reactor.core.publisher.Mono;

/** Drawings for whoever watches. Any thread; nothing blocks. */
public final class UiService {

    private final Services services;

    UiService(Services services) {
        this.services = services;
    }

    /**
     * Pushes a rendering to the topic {@code ui:<plugin>:<view>}, as {@code {mediaType, data}} with the bytes in base64. Needs
     * {@code ui} {@code write}, whose scope is a pattern of views.
     *
     * @param view {@code [A-Za-z0-9_.-]}, at most 64 characters
     * @param mediaType without parameters
     * @param bytes at most 180 KiB; {@code PAYLOAD_TOO_LARGE} beyond
     */
    public Mono<Void> render(String view, String mediaType, byte[] bytes) {
        String data = Base64.getEncoder().encodeToString(bytes);
        return services.call("dataprism.service.ui.render", Map.of("view", view, "mediaType", mediaType, "data", data))
                .then();
    }
}
