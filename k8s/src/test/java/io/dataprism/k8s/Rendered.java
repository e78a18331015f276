package io.dataprism.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** What kustomize makes of a folder; each is rendered once. Without kubectl, or with one from before 2021, tests are left out. */
final class Rendered {

    static final List<String> FOLDERS = List.of("base", "overlays/dev", "overlays/production");

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final Map<String, List<JsonNode>> DONE = new ConcurrentHashMap<>();
    private static final boolean CAN_RENDER = knowsKustomize();

    private Rendered() {}

    static Stream<String> folders() {
        return FOLDERS.stream();
    }

    static List<JsonNode> of(String folder) {
        Assumptions.assumeTrue(CAN_RENDER, "kubectl with kustomize 4 or later is needed");
        return DONE.computeIfAbsent(folder, Rendered::render);
    }

    /** The one of that kind and name. */
    static JsonNode one(String folder, String kind, String name) {
        List<JsonNode> found =
                ofKind(folder, kind).filter(each -> name(each).equals(name)).toList();
        assertThat(found).as("%s %s in %s", kind, name, folder).hasSize(1);
        return found.getFirst();
    }

    static Stream<JsonNode> ofKind(String folder, String kind) {
        return of(folder).stream().filter(each -> each.path("kind").asText().equals(kind));
    }

    /** What pods are made of: the spec and the labels. */
    static Stream<JsonNode> podTemplates(String folder) {
        return of(folder).stream().map(each -> each.at("/spec/template")).filter(JsonNode::isObject);
    }

    static String name(JsonNode document) {
        return document.at("/metadata/name").asText();
    }

    static List<JsonNode> parse(String text) {
        try (MappingIterator<JsonNode> documents =
                YAML.readerFor(JsonNode.class).readValues(text)) {
            return documents.readAll();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<JsonNode> render(String folder) {
        return parse(kubectl("kustomize", folder));
    }

    private static boolean knowsKustomize() {
        try {
            return parse(kubectl("version", "--client", "-o", "yaml"))
                    .getFirst()
                    .path("kustomizeVersion")
                    .asText()
                    .matches("v?([4-9]|[1-9][0-9]).*");
        } catch (IllegalStateException absent) {
            return false;
        }
    }

    private static String kubectl(String... arguments) {
        try {
            Process process = new ProcessBuilder(Stream.concat(Stream.of("kubectl"), Stream.of(arguments))
                            .toList())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            process.getOutputStream().close();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IllegalStateException(
                        "kubectl " + String.join(" ", arguments) + " ended with an error: " + out);
            }
            return out;
        } catch (IOException e) {
            throw new IllegalStateException("kubectl cannot be run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
