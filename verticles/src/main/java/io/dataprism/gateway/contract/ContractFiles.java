package io.dataprism.gateway.contract;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The documents as they are written: files of YAML beside this package.
 *
 * @param openApi without paths and schemas
 * @param asyncApi without schemas
 * @param schemas by name, which both share
 */
record ContractFiles(
        Map<String, Object> openApi,
        Map<String, Object> asyncApi,
        Map<String, Object> paths,
        Map<String, Object> schemas) {

    private static final List<String> PARTS =
            List.of("access", "queries", "tables", "plugins", "operations", "events", "node");
    private static final List<String> SCHEMAS =
            List.of("problem", "access", "queries", "tables", "plugins", "operations", "events", "node", "frames");

    private static final ObjectMapper YAML =
            new ObjectMapper(new YAMLFactory().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION));

    /** @throws IllegalStateException naming the file that cannot be used */
    static ContractFiles read() {
        return new ContractFiles(
                file("openapi.yaml"), file("asyncapi.yaml"), merged("paths", PARTS), merged("schemas", SCHEMAS));
    }

    private static Map<String, Object> merged(String folder, List<String> names) {
        Map<String, Object> all = new LinkedHashMap<>();
        for (String name : names) {
            String file = folder + "/" + name + ".yaml";
            file(file).forEach((key, value) -> {
                if (all.put(key, value) != null) {
                    throw new IllegalStateException(file + ": " + key + " is described before.");
                }
            });
        }
        return all;
    }

    private static Map<String, Object> file(String name) {
        try (InputStream in = ContractFiles.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("The contract's file " + name + " is missing.");
            }
            return Tree.map(YAML.readValue(in, Object.class), name);
        } catch (IOException broken) {
            throw new IllegalStateException(
                    "The contract's file " + name + " is no YAML: " + broken.getMessage(), broken);
        }
    }
}
