package io.dataprism.node.configuration;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.dataprism.core.error.ParserText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file in YAML as a tree. Blocks. */
final class YamlFile {

    private static final int BYTES_LIMIT = 1 << 20;

    private YamlFile() {}

    /**
     * What it holds; nothing where it is empty.
     *
     * @param what it is, for problems
     * @param option that names it
     */
    static JsonNode tree(Path file, String what, String option) throws ConfigurationException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(BYTES_LIMIT + 1);
        } catch (IOException e) {
            throw new ConfigurationException(
                    "cannot read " + what + " " + file + " (" + e.getClass().getSimpleName()
                            + "): name a file that this user may read with " + option + ".",
                    e);
        }
        if (bytes.length > BYTES_LIMIT) {
            throw new ConfigurationException(what + " " + file + " has more than " + BYTES_LIMIT + " bytes.", null);
        }
        try {
            JsonNode tree = new ObjectMapper(new YAMLFactory().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION))
                    .readTree(bytes);
            return tree.isNull() ? MissingNode.getInstance() : tree;
        } catch (JsonProcessingException broken) {
            String where = broken.getLocation() == null
                    ? ""
                    : " at line " + broken.getLocation().getLineNr();
            String why = ParserText.of(broken.getOriginalMessage())
                    .lines()
                    .findFirst()
                    .orElse("it cannot be parsed");
            throw new ConfigurationException(
                    what + " " + file + " is not valid YAML" + where + ": " + why + ".", broken);
        } catch (IOException e) {
            throw new ConfigurationException(what + " " + file + " cannot be parsed.", e);
        }
    }
}
