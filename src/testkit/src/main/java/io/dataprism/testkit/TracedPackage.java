package io.dataprism.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** A package whose permissions are written anew for each round. Blocks. */
final class TracedPackage {

    private final Path original;
    private final Path rewritten;
    private final ObjectNode manifest;

    private TracedPackage(Path original, Path rewritten, ObjectNode manifest) {
        this.original = original;
        this.rewritten = rewritten;
        this.manifest = manifest;
    }

    /** @param scratch where packages may be written */
    static TracedPackage of(Path jar, Path scratch) throws IOException {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            ZipEntry entry = zip.getEntry(PluginPackage.MANIFEST);
            if (entry == null) {
                throw new IOException(jar + " has no " + PluginPackage.MANIFEST + ": name a plugin's package.");
            }
            try (InputStream in = zip.getInputStream(entry)) {
                if (NodeRequests.JSON.readTree(in) instanceof ObjectNode manifest) {
                    return new TracedPackage(jar, scratch.resolve("traced.jar"), manifest);
                }
                throw new IOException(PluginPackage.MANIFEST + " in " + jar + " is no JSON object.");
            } catch (JsonProcessingException noJson) {
                throw new IOException(PluginPackage.MANIFEST + " in " + jar + " is no JSON.", noJson);
            }
        } catch (ZipException noZip) {
            throw new IOException(jar + " is no package (" + noZip.getMessage() + "): name a jar.", noZip);
        }
    }

    String name() {
        return manifest.path("name").asText();
    }

    /** The package with these permissions in the place of its own. */
    Path with(Collection<PermissionTrace.Permission> permissions) throws IOException {
        ObjectNode changed = manifest.deepCopy();
        changed.set("permissions", NodeRequests.JSON.valueToTree(permissions));
        try (ZipFile from = new ZipFile(original.toFile());
                ZipOutputStream to = new ZipOutputStream(new FileOutputStream(rewritten.toFile()))) {
            for (ZipEntry entry : from.stream().toList()) {
                to.putNextEntry(new ZipEntry(entry.getName()));
                if (entry.getName().equals(PluginPackage.MANIFEST)) {
                    to.write(NodeRequests.JSON.writeValueAsBytes(changed));
                } else {
                    try (InputStream in = from.getInputStream(entry)) {
                        in.transferTo(to);
                    }
                }
                to.closeEntry();
            }
        }
        return rewritten;
    }

    /** A call of each operation, without parameters. */
    List<PermissionTrace.Step> everyOperation() {
        List<PermissionTrace.Step> steps = new ArrayList<>();
        for (JsonNode operation : manifest.path("operations")) {
            steps.add(new PermissionTrace.Step(operation.path("name").asText(), Map.of("params", Map.of())));
        }
        return steps;
    }

    /** What the answer of an operation is asked for as. */
    String mediaType(String operation) {
        for (JsonNode each : manifest.path("operations")) {
            if (each.path("name").asText().equals(operation)) {
                return switch (each.path("kind").asText("value")) {
                    case "dataset" -> "application/x-ndjson";
                    case "rendering" -> each.path("mediaTypes").path(0).asText("image/svg+xml");
                    default -> "application/json";
                };
            }
        }
        return "application/json";
    }

    /** What the manifest asks for and no refusal could tell. */
    List<PermissionTrace.Permission> untraceable() {
        List<PermissionTrace.Permission> kept = new ArrayList<>();
        for (JsonNode permission : manifest.path("permissions")) {
            String resource = permission.path("resource").asText();
            String scope = permission.path("scope").asText("*");
            if (resource.equals("ui") || scope.startsWith("mount:")) {
                kept.add(new PermissionTrace.Permission(
                        resource, permission.path("access").asText(), scope));
            }
        }
        return kept;
    }
}
