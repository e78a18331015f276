package io.dataprism.core.dataset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dataprism.core.dataset.TableEntry.Version;
import io.dataprism.core.engine.TableName;
import io.dataprism.plugin.TableInfo;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * A table's entry as the bytes of its catalog file: written in the newest format, read in each that there was. In format 1 only
 * the newest version had its columns and files; the ones before it cannot be read.
 */
final class TableEntryFile {

    private static final ObjectMapper JSON = new ObjectMapper();

    private TableEntryFile() {}

    static byte[] write(TableEntry entry) throws IOException {
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(entry);
    }

    static TableEntry read(byte[] bytes) throws IOException {
        JsonNode tree = JSON.readTree(bytes);
        int format = tree.path("formatVersion").asInt();
        TableEntry entry = switch (format) {
            case 1 -> readFirstFormat(tree);
            case TableEntry.FORMAT_VERSION -> JSON.treeToValue(tree, TableEntry.class);
            default -> throw new IOException("its format is " + format + "; this release reads 1 and 2");
        };
        if (!TableName.isLegal(entry.name()) || entry.versions().isEmpty()) {
            throw new IOException("it names no table, or no version of it");
        }
        return entry;
    }

    private static TableEntry readFirstFormat(JsonNode tree) throws IOException {
        JsonNode versions = tree.path("versions");
        JsonNode newest = versions.path(versions.size() - 1);
        return new TableEntry(
                TableEntry.FORMAT_VERSION,
                tree.path("tenant").asText(),
                tree.path("name").asText(),
                List.of(new Version(
                        newest.path("version").asLong(),
                        Arrays.asList(JSON.treeToValue(tree.path("columns"), TableInfo.Column[].class)),
                        Arrays.asList(JSON.treeToValue(tree.path("files"), Blob[].class)),
                        newest.path("rows").asLong(),
                        newest.path("bytes").asLong(),
                        newest.path("createdAt").asText())));
    }
}
