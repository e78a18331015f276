package io.dataprism.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.FileNotFoundException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The tables of a node. Nothing is sent before somebody subscribes; failures are {@link ClientException}s. */
public final class Tables {

    private static final Duration UPLOAD_LIMIT = Duration.ofHours(6);

    private final Requests requests;

    Tables(Requests requests) {
        this.requests = requests;
    }

    /** What becomes of a table that there is. */
    public enum Mode {
        /** It is an error. */
        CREATE,
        /** The rows take the place of its rows. */
        REPLACE,
        /** The rows are added; the table must be there. */
        APPEND
    }

    /** All that the token may read, by name. */
    public Flux<TableInfo> list() {
        return requests.get("/v1/tables").flatMapIterable(found -> found).map(TableInfo::new);
    }

    /** One, with its versions. */
    public Mono<TableInfo> get(String name) {
        return requests.get(path(name)).map(TableInfo::new);
    }

    /**
     * Loads a file, all of it or nothing; it is read as it is sent.
     *
     * @param mediaType such as {@code text/csv} or {@code application/vnd.apache.parquet}
     */
    public Mono<TableInfo> put(String name, Mode mode, String mediaType, Path file) {
        return Mono.defer(() -> {
            try {
                return put(name, mode, mediaType, BodyPublishers.ofFile(file));
            } catch (FileNotFoundException absent) {
                return Mono.error(new IllegalArgumentException("There is no file " + file + " to load.", absent));
            }
        });
    }

    /** Loads what is in memory; see {@link #put(String, Mode, String, Path)}. */
    public Mono<TableInfo> put(String name, Mode mode, String mediaType, byte[] bytes) {
        return put(name, mode, mediaType, BodyPublishers.ofByteArray(bytes));
    }

    /** Keeps the rows of a query. */
    public Mono<TableInfo> put(String name, Mode mode, String sql) {
        JsonNode body = Answers.JSON.createObjectNode().put("sql", sql);
        return put(name, mode, "application/json", BodyPublishers.ofString(body.toString()));
    }

    private Mono<TableInfo> put(String name, Mode mode, String mediaType, BodyPublisher body) {
        String path = path(name) + "?mode=" + mode.name().toLowerCase(Locale.ROOT);
        return requests.json(new Requests.Request("PUT", path, body, mediaType, "application/json", UPLOAD_LIMIT))
                .map(TableInfo::new);
    }

    /** Drops it. */
    public Mono<Void> drop(String name) {
        return requests.delete(path(name));
    }

    private static String path(String name) {
        return "/v1/tables/" + Requests.segment(name);
    }
}
