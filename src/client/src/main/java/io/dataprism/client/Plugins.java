package io.dataprism.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The plugins of a node. Nothing is sent before somebody subscribes; failures are {@link ClientException}s. */
public final class Plugins {

    private static final Duration PACKAGE_LIMIT = Duration.ofMinutes(5);

    private final Requests requests;

    Plugins(Requests requests) {
        this.requests = requests;
    }

    /** All, by name. */
    public Flux<PluginInfo> list() {
        return list(null, null);
    }

    /** Those of a category and in a state, by name; null: any. */
    public Flux<PluginInfo> list(@Nullable String category, @Nullable String state) {
        StringBuilder path = new StringBuilder("/v1/plugins");
        if (category != null) {
            path.append("?category=").append(Requests.segment(category));
        }
        if (state != null) {
            path.append(category == null ? "?" : "&").append("state=").append(Requests.segment(state));
        }
        return requests.get(path.toString()).flatMapIterable(found -> found).map(PluginInfo::new);
    }

    /** One, with all that the node knows of it. */
    public Mono<PluginInfo> get(String name) {
        return requests.get(path(name, "")).map(PluginInfo::new);
    }

    /**
     * Registers a package. Nothing is granted by it.
     *
     * @param activate start it at once; where that cannot be, it is registered and {@code problem} says why
     */
    public Mono<PluginInfo> add(Path file, boolean activate) {
        return send("POST", "/v1/plugins" + (activate ? "?activate=true" : ""), file)
                .map(PluginInfo::new);
    }

    /** Puts another version in its place while it serves: {@code {from, to, switchedInMs}}, or {@code {from, to, pending}}. */
    public Mono<JsonNode> replace(String name, Path file) {
        return send("PUT", path(name, "/package"), file);
    }

    private Mono<JsonNode> send(String method, String path, Path file) {
        String type = file.toString().endsWith(".zip") ? "application/zip" : "application/java-archive";
        return Mono.defer(() -> {
            try {
                return requests.json(new Requests.Request(
                        method, path, BodyPublishers.ofFile(file), type, "application/json", PACKAGE_LIMIT));
            } catch (FileNotFoundException absent) {
                return Mono.error(new IllegalArgumentException("There is no package " + file + ".", absent));
            }
        });
    }

    /** What it asks for and what it has: {@code {requested, granted, pending}}. */
    public Mono<JsonNode> grants(String name) {
        return requests.get(path(name, "/grants"));
    }

    /**
     * Replaces all that is granted.
     *
     * @param permissions {@code [{resource, access, scope, elevated?}]}
     */
    public Mono<JsonNode> grant(String name, JsonNode permissions) {
        return requests.send(
                "PUT", path(name, "/grants"), Answers.JSON.createObjectNode().set("permissions", permissions));
    }

    /** Grants all that it asks for. */
    public Mono<JsonNode> grantRequested(String name) {
        return requests.send(
                "PUT", path(name, "/grants"), Answers.JSON.createObjectNode().put("approve", "requested"));
    }

    /** Starts its process without calling it. */
    public Mono<PluginInfo> load(String name) {
        return requests.post(path(name, "/load")).map(PluginInfo::new);
    }

    /** Starts it, those that it needs first. */
    public Mono<PluginInfo> activate(String name) {
        return requests.post(path(name, "/activate")).map(PluginInfo::new);
    }

    /** Ceases to call it; its process stays. */
    public Mono<PluginInfo> deactivate(String name) {
        return requests.post(path(name, "/deactivate")).map(PluginInfo::new);
    }

    /** Ends its process. */
    public Mono<PluginInfo> unload(String name) {
        return requests.post(path(name, "/unload")).map(PluginInfo::new);
    }

    /** Ends it and takes it out of the catalog. */
    public Mono<Void> remove(String name) {
        return requests.delete(path(name, ""));
    }

    /**
     * The lines that it has written.
     *
     * @param follow go on with those that it writes from now on, until cancelled
     */
    public Flux<JsonNode> logs(String name, boolean follow) {
        String path = path(name, follow ? "/logs?follow=true" : "/logs");
        return requests.open(new Requests.Request(
                        "GET", path, BodyPublishers.noBody(), null, "application/x-ndjson", PACKAGE_LIMIT))
                .publishOn(Schedulers.boundedElastic())
                .flatMapMany(Lines::of)
                .filter(line -> !line.isBlank())
                .map(Plugins::line);
    }

    private static JsonNode line(String text) {
        try {
            return Answers.JSON.readTree(text);
        } catch (IOException broken) {
            throw ConnectionException.lost("The log has a line that is no JSON.", broken);
        }
    }

    private static String path(String name, String rest) {
        return "/v1/plugins/" + Requests.segment(name) + rest;
    }
}
