package io.dataprism.node;

import io.dataprism.core.catalog.DurableFiles;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's id in its data folder: made once, and the same at each start, so that audit lines, events and placement go on to name the same
 * node. It is bound to the folder's lock file, by the number that the file system gave it: a copy of the folder has another lock, and
 * so its node gets an id of its own, for two nodes must not have one. Blocks.
 */
final class NodeIdFile {

    private static final Logger LOG = LoggerFactory.getLogger(NodeIdFile.class);
    private static final int FORMAT = 1;

    private NodeIdFile() {}

    /**
     * The id, made where there is none that belongs to this folder.
     *
     * @param folder locked by this process
     * @param lock the file in it that is locked
     */
    static String openOrCreate(Path folder, Path lock) throws IOException {
        Path file = folder.resolve("node.id");
        String place = String.valueOf(Files.getAttribute(lock, "unix:ino"));
        if (Files.exists(file)) {
            JsonObject kept = read(file);
            if (kept.getValue("id") instanceof String id && place.equals(kept.getValue("lock"))) {
                return id;
            }
            LOG.warn("The id in {} is of another folder, or damaged: this node gets one of its own", file);
        }
        String id = UUID.randomUUID().toString();
        JsonObject fresh = new JsonObject().put("format", FORMAT).put("id", id).put("lock", place);
        DurableFiles.write(file, fresh.encodePrettily().getBytes(StandardCharsets.UTF_8));
        return id;
    }

    /** Empty where it is damaged, or of a format that is not known here. */
    private static JsonObject read(Path file) throws IOException {
        try {
            JsonObject kept = new JsonObject(Files.readString(file, StandardCharsets.UTF_8));
            return Integer.valueOf(FORMAT).equals(kept.getValue("format")) ? kept : new JsonObject();
        } catch (DecodeException | java.nio.charset.CharacterCodingException damaged) {
            LOG.debug("{} cannot be read", file, damaged);
            return new JsonObject();
        }
    }
}
