package io.dataprism.core.catalog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dataprism.core.manifest.ManifestParser;
import io.dataprism.core.permission.Grant;
import io.dataprism.core.permission.Permission;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The form of an entry on disk: JSON with a format version. */
final class EntryFile {

    static final int FORMAT_VERSION = 1;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<Map<String, @Nullable Object>> OBJECT = new TypeReference<>() {};

    private EntryFile() {}

    /** With the configuration sealed. */
    static byte[] write(CatalogEntry entry, SealedSecrets secrets) {
        Map<String, @Nullable Object> file = document(entry);
        if (!entry.configuration().isEmpty()) {
            file.put("sealedConfiguration", secrets.seal(place(entry.tenant(), entry.name()), configuration(entry)));
        }
        return bytes(entry, file, true);
    }

    /** With the configuration as it is, for where all of it is sealed. */
    static byte[] writePlain(CatalogEntry entry) {
        Map<String, @Nullable Object> file = document(entry);
        if (!entry.configuration().isEmpty()) {
            file.put("configuration", entry.configuration());
        }
        return bytes(entry, file, false);
    }

    private static Map<String, @Nullable Object> document(CatalogEntry entry) {
        Map<String, @Nullable Object> file = new LinkedHashMap<>();
        file.put("formatVersion", FORMAT_VERSION);
        file.put("tenant", entry.tenant());
        file.put("name", entry.name());
        file.put("version", entry.version());
        List<Object> versions = new ArrayList<>();
        entry.versions()
                .values()
                .forEach(version -> versions.add(Map.of(
                        "digest", version.digest(),
                        "manifest", version.manifest().document(),
                        "findings", version.findings())));
        file.put("versions", versions);
        List<Object> granted = new ArrayList<>();
        entry.granted().forEach(grant -> granted.add(grant.toJson()));
        file.put("granted", granted);
        file.put("wish", entry.wish().name().toLowerCase(Locale.ROOT));
        file.put("rollout", rollout(entry.rollout()));
        file.put("bundled", entry.bundled());
        file.put("generation", entry.generation());
        return file;
    }

    private static byte[] bytes(CatalogEntry entry, Map<String, @Nullable Object> file, boolean pretty) {
        try {
            return pretty
                    ? JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(file)
                    : JSON.writeValueAsBytes(file);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("The entry of " + entry.name() + " holds what JSON has no form for", e);
        }
    }

    /**
     * Reads an entry.
     *
     * @throws RuntimeException that says what is wrong with the file
     */
    static CatalogEntry read(byte[] bytes, SealedSecrets secrets) throws IOException {
        return readWith(bytes, secrets);
    }

    /** The same of what {@link #writePlain} wrote. */
    static CatalogEntry readPlain(byte[] bytes) throws IOException {
        return readWith(bytes, null);
    }

    private static CatalogEntry readWith(byte[] bytes, @Nullable SealedSecrets secrets) throws IOException {
        Map<String, @Nullable Object> file = JSON.readValue(bytes, OBJECT);
        if (!Integer.valueOf(FORMAT_VERSION).equals(file.get("formatVersion"))) {
            throw new IllegalArgumentException(
                    "formatVersion is " + file.get("formatVersion") + "; this version reads " + FORMAT_VERSION);
        }
        Map<String, PackageVersion> versions = new LinkedHashMap<>();
        for (Map<String, @Nullable Object> each : objects(file, "versions")) {
            PackageVersion version = new PackageVersion(
                    text(each, "digest"),
                    ManifestParser.parse(JSON.convertValue(each.get("manifest"), OBJECT)),
                    JSON.convertValue(each.get("findings"), new TypeReference<>() {}));
            versions.put(version.manifest().version(), version);
        }
        String version = text(file, "version");
        if (!versions.containsKey(version)) {
            throw new IllegalArgumentException("version " + version + " is none of the versions " + versions.keySet());
        }
        return new CatalogEntry(
                text(file, "tenant"),
                text(file, "name"),
                versions,
                version,
                objects(file, "granted").stream().map(EntryFile::grant).toList(),
                configuration(file, secrets),
                Wish.valueOf(text(file, "wish").toUpperCase(Locale.ROOT)),
                rollout(file.get("rollout")),
                Boolean.TRUE.equals(file.get("bundled")),
                file.get("generation") instanceof Number number ? number.longValue() : 1);
    }

    private static byte[] configuration(CatalogEntry entry) {
        try {
            return JSON.writeValueAsBytes(entry.configuration());
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "The configuration of " + entry.name() + " holds what JSON has no form for", e);
        }
    }

    /** Sealed; plain where it was written before configurations were, or where all of the document is sealed. */
    private static Map<String, @Nullable Object> configuration(
            Map<String, @Nullable Object> file, @Nullable SealedSecrets secrets) throws IOException {
        if (secrets != null && file.get("sealedConfiguration") instanceof String sealed) {
            return JSON.readValue(secrets.open(place(text(file, "tenant"), text(file, "name")), sealed), OBJECT);
        }
        return file.get("configuration") == null ? Map.of() : JSON.convertValue(file.get("configuration"), OBJECT);
    }

    /** What a seal is bound to: no sealed value is good in another plugin's file. */
    private static String place(String tenant, String name) {
        return "configuration/" + tenant + "/" + name;
    }

    private static Map<String, @Nullable Object> rollout(Rollout rollout) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("pinned", rollout.pinned());
        json.put("target", rollout.target());
        json.put("lastGood", rollout.lastGood());
        json.put("replicas", rollout.replicas());
        json.put("labels", rollout.labels());
        return json;
    }

    private static Rollout rollout(@Nullable Object value) {
        if (!(value instanceof Map<?, ?> json)) {
            return Rollout.NEWEST_ONCE;
        }
        return new Rollout(
                Boolean.TRUE.equals(json.get("pinned")),
                json.get("target") instanceof String target ? target : null,
                json.get("lastGood") instanceof String lastGood ? lastGood : null,
                json.get("replicas") instanceof Integer replicas ? replicas : 1,
                JSON.convertValue(json.get("labels"), new TypeReference<>() {}));
    }

    private static Grant grant(Map<String, @Nullable Object> json) {
        Permission permission = permission(json);
        return new Grant(
                permission,
                Boolean.TRUE.equals(json.get("elevated")),
                json.get("asked") == null ? permission : permission(JSON.convertValue(json.get("asked"), OBJECT)));
    }

    private static Permission permission(Map<String, @Nullable Object> json) {
        return new Permission(
                Permission.Resource.valueOf(text(json, "resource").toUpperCase(Locale.ROOT)),
                Permission.Access.valueOf(text(json, "access").toUpperCase(Locale.ROOT)),
                text(json, "scope"));
    }

    private static List<Map<String, @Nullable Object>> objects(Map<String, @Nullable Object> json, String name) {
        return JSON.convertValue(json.get(name), new TypeReference<>() {});
    }

    private static String text(Map<String, @Nullable Object> json, String name) {
        if (json.get(name) instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException(name + " is missing or no text");
    }
}
