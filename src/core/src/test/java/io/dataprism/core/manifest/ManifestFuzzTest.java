package io.dataprism.core.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dataprism.core.TemporaryFolder;
import io.dataprism.core.catalog.Catalog;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/** Manifests that somebody has broken: each is read, or refused in the words of the contract, and never half of each. */
class ManifestFuzzTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<ErrorCode> REFUSALS = Set.of(
            ErrorCode.MANIFEST_INVALID,
            ErrorCode.PACKAGE_INVALID,
            ErrorCode.SANDBOX_UNAVAILABLE,
            ErrorCode.PAYLOAD_TOO_LARGE,
            ErrorCode.INCOMPATIBLE_CORE);
    /** Stands for lists within lists, deeper than a tree of Jackson's may be. */
    private static final String DEEP = "@deep";

    private static final int LEVELS = 5_000;
    private static final String ENTRY_POINT = "io.dataprism.core.manifest.ManifestFuzzTest$Entry";
    private static final String MANIFEST = """
            {"manifestVersion": 1, "name": "flight-delays", "version": "1.2.0", "description": "d", "author": "a", "license": "MIT",
             "homepage": "https://example.org", "repository": "https://example.org/r", "keywords": ["k", "l"],
             "category": "data-processing", "runtime": "process", "entryPoint": "%s",
             "dependencies": [{"name": "calendar", "version": "^2.1.0", "optional": true}],
             "permissions": [{"resource": "data", "access": "read", "scope": "flights"},
                             {"resource": "network", "access": "read", "scope": "api.acme.com:443"}],
             "operations": [{"name": "delays", "description": "d", "kind": "dataset", "input": "required",
                             "params": {"type": "object", "properties": {"n": {"type": "integer", "minimum": 1}}},
                             "result": {}, "idempotent": true}],
             "configuration": {"type": "object", "properties": {"key": {"type": "string", "writeOnly": true}}},
             "resources": {"memory": "128MiB", "cpu": "0.5", "threads": 32, "operationTimeout": "10s", "storage": "16MiB"},
             "crash": {"restart": "backoff", "maxRestarts": 5, "window": "1m"},
             "compatibility": {"minCoreVersion": "0.1.0", "maxCoreVersion": "0.x", "browsers": ["chrome>=90"]}}
            """.formatted(ENTRY_POINT);

    /** An entry point, as far as bytes go. */
    public static class Entry {}

    @Property(tries = 10_000, shrinking = ShrinkingMode.OFF)
    void aMutatedManifestIsReadOrRefusedAndNothingElse(@ForAll long seed) {
        byte[] mutated = mutated(new Random(seed));
        try {
            assertThat(ManifestParser.parse(mutated).name()).isNotEmpty();
        } catch (DataPrismException refused) {
            assertThat(REFUSALS).contains(refused.code());
            assertThat(refused.detail()).isNotBlank().hasSizeLessThan(4_000);
        }
    }

    @Property(tries = 100, shrinking = ShrinkingMode.OFF)
    void aPackageWithAMutatedManifestIsRegisteredWholeOrNotAtAll(@ForAll long seed) throws IOException {
        try (TemporaryFolder folder = TemporaryFolder.create("dataprism-fuzz")) {
            Path data = folder.path();
            Path jar = jar(data.resolve("x.jar"), mutated(new Random(seed)));
            Catalog catalog = Catalog.open(data, "0.1.0");
            boolean registered = register(catalog, jar);

            assertThat(catalog.all()).hasSize(registered ? 1 : 0);
            assertThat(files(data.resolve("catalog"))).hasSize(registered ? 1 : 0);
            assertThat(files(data.resolve("packages"))).hasSize(registered ? 1 : 0);
            assertThat(Catalog.open(data, "0.1.0").all()).hasSize(registered ? 1 : 0);
        }
    }

    private static boolean register(Catalog catalog, Path jar) {
        try {
            return catalog.register(jar, false).created();
        } catch (DataPrismException refused) {
            assertThat(REFUSALS).contains(refused.code());
            return false;
        }
    }

    private static byte[] mutated(Random random) {
        byte[] bytes = random.nextInt(3) == 0
                ? MANIFEST.getBytes(StandardCharsets.UTF_8)
                : tree(random)
                        .toString()
                        .replace('"' + DEEP + '"', "[".repeat(LEVELS) + "]".repeat(LEVELS))
                        .getBytes(StandardCharsets.UTF_8);
        if (random.nextInt(3) == 0) {
            for (int i = random.nextInt(4); i >= 0; i--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
        }
        return random.nextInt(20) == 0 ? java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
    }

    private static JsonNode tree(Random random) {
        try {
            JsonNode root = JSON.readTree(MANIFEST);
            for (int i = random.nextInt(3); i >= 0; i--) {
                List<JsonNode> containers = new ArrayList<>();
                collect(root, containers);
                mutate(containers.get(random.nextInt(containers.size())), random);
            }
            return root;
        } catch (IOException impossible) {
            throw new IllegalStateException("The manifest above is JSON", impossible);
        }
    }

    private static void collect(JsonNode node, List<JsonNode> containers) {
        if (node.isContainerNode()) {
            containers.add(node);
            node.forEach(child -> collect(child, containers));
        }
    }

    private static void mutate(JsonNode node, Random random) {
        JsonNode value = value(random, 0);
        if (node instanceof ObjectNode object) {
            List<String> names = new ArrayList<>();
            object.fieldNames().forEachRemaining(names::add);
            String name =
                    names.isEmpty() || random.nextInt(5) == 0 ? text(random) : names.get(random.nextInt(names.size()));
            if (random.nextInt(4) == 0) {
                object.remove(name);
            } else {
                object.set(name, value);
            }
        } else if (node instanceof ArrayNode array) {
            if (array.isEmpty() || random.nextBoolean()) {
                array.add(value);
            } else {
                array.set(random.nextInt(array.size()), value);
            }
        }
    }

    private static JsonNode value(Random random, int depth) {
        return switch (random.nextInt(depth > 3 ? 6 : 9)) {
            case 0 -> JSON.nullNode();
            case 1 -> JSON.getNodeFactory().booleanNode(random.nextBoolean());
            case 2 -> JSON.getNodeFactory().numberNode(random.nextLong());
            case 3 -> JSON.getNodeFactory().numberNode(random.nextDouble() * 1e300);
            case 4, 5 -> JSON.getNodeFactory().textNode(text(random));
            case 6 -> JSON.createArrayNode().add(value(random, depth + 1));
            case 7 -> JSON.createObjectNode().set(text(random), value(random, depth + 1));
            default -> JSON.getNodeFactory().textNode(DEEP);
        };
    }

    private static String text(Random random) {
        List<String> texts = List.of(
                "",
                "name",
                "1.0.0",
                "^1.x || >2",
                "../x",
                "*",
                "\u0000",
                "ü💡",
                "-1",
                "99999999999999999999GiB",
                "1h",
                "$ref",
                "(a+)+$",
                "x".repeat(random.nextInt(5_000)),
                "http://169.254.169.254/",
                "__proto__");
        return texts.get(random.nextInt(texts.size()));
    }

    private static Path jar(Path file, byte[] manifest) throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.putNextEntry(new ZipEntry(PackageInspector.MANIFEST));
            zip.write(manifest);
            zip.closeEntry();
            String path = ENTRY_POINT.replace('.', '/') + ".class";
            zip.putNextEntry(new ZipEntry(path));
            try (var in = Entry.class.getClassLoader().getResourceAsStream(path)) {
                in.transferTo(zip);
            }
            zip.closeEntry();
        }
        return file;
    }

    private static List<Path> files(Path root) throws IOException {
        if (!Files.exists(root)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }
}
