package io.dataprism.core.manifest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.error.ParserText;
import io.dataprism.core.permission.Permission;
import io.dataprism.plugin.ResourceQuota;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.semver4j.range.RangeListFactory;

/** Reads manifests. Any thread; does not block. */
public final class ManifestParser {

    /** Of the whole document. */
    public static final int LIMIT_BYTES = 1 << 20;

    private static final int DEPTH_LIMIT = 64;
    private static final int LIST_LIMIT = 256;

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{1,62}");
    private static final String NAME_IN_WORDS = "2 to 63 lower-case letters, digits and -, beginning with a letter";
    private static final Pattern MEMBER_NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,62}");
    private static final String MEMBER_NAME_IN_WORDS = "1 to 63 letters, digits, _ and -, beginning with a letter";
    private static final String NUMBER = "(0|[1-9][0-9]{0,8})";
    private static final String LABELS = "[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*";
    private static final Pattern VERSION =
            Pattern.compile(NUMBER + "\\." + NUMBER + "\\." + NUMBER + "(-" + LABELS + ")?(\\+" + LABELS + ")?");
    private static final String VERSION_IN_WORDS = "a semantic version such as 1.2.0";
    private static final Pattern CORE_VERSION =
            Pattern.compile(VERSION.pattern() + "|" + NUMBER + "(\\.(" + NUMBER + "|x|\\*)){0,2}");
    private static final Pattern CLASS_NAME =
            Pattern.compile("([\\p{L}_$][\\p{L}\\p{N}_$]*\\.)*[\\p{L}_$][\\p{L}\\p{N}_$]*");
    private static final Pattern MODULE_PATH = Pattern.compile("[^/\\\\\\x00][^\\\\\\x00]{0,254}");
    private static final Pattern ANYTHING = Pattern.compile("(?s).+");
    private static final Pattern ADDRESS = Pattern.compile("https?://\\S{1,2000}");

    private static final ObjectMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEPTH_LIMIT)
                            .maxNumberLength(100)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private ManifestParser() {}

    /**
     * Reads a manifest.
     *
     * @throws DataPrismException {@code MANIFEST_INVALID} with every problem
     */
    public static Manifest parse(byte[] document) {
        return parse(tree(document));
    }

    /** The same, from JSON values. */
    public static Manifest parse(Map<String, @Nullable Object> document) {
        Problems problems = new Problems();
        Manifest manifest = read(new ObjectReader(document, "#", problems), document);
        if (problems.any()) {
            throw new DataPrismException(
                            ErrorCode.MANIFEST_INVALID,
                            "The manifest"
                                    + (manifest.name().isEmpty()
                                            ? ""
                                            : " of '" + Problems.shortened(manifest.name()) + "'")
                                    + " has "
                                    + problems.all().size() + " problem(s), the first: "
                                    + problems.all().getFirst().pointer() + ": "
                                    + problems.all().getFirst().detail(),
                            "Correct what `errors` names and send the package again.")
                    .withViolations(problems.all());
        }
        return manifest;
    }

    private static Map<String, @Nullable Object> tree(byte[] document) {
        if (document.length > LIMIT_BYTES) {
            throw unreadable(
                    "The manifest has " + document.length + " bytes; at most " + LIMIT_BYTES + " are allowed.", null);
        }
        try {
            Object tree = JSON.readValue(document, Object.class);
            if (!(tree instanceof Map<?, ?>)) {
                throw unreadable("The manifest must be a JSON object.", null);
            }
            return JSON.convertValue(tree, new TypeReference<>() {});
        } catch (JsonProcessingException e) {
            var location = e.getLocation();
            String where =
                    location == null ? "" : " at line " + location.getLineNr() + ", column " + location.getColumnNr();
            throw unreadable("The manifest is not JSON" + where + ": " + ParserText.of(e.getOriginalMessage()), e);
        } catch (IOException e) {
            throw unreadable("The manifest is not JSON in UTF-8: " + e.getMessage(), e);
        }
    }

    private static DataPrismException unreadable(String detail, @Nullable Throwable cause) {
        return new DataPrismException(
                        ErrorCode.MANIFEST_INVALID,
                        detail,
                        "See 'Package and manifest' for the form of plugin.json.",
                        cause)
                .withViolations(List.of(new DataPrismException.Violation("#", detail, null)));
    }

    private static Manifest read(ObjectReader reader, Map<String, @Nullable Object> document) {
        if (!reader.has("manifestVersion") || !Objects.equals(document.get("manifestVersion"), 1)) {
            reader.problem("manifestVersion", "'manifestVersion' must be 1.");
        }
        String name = reader.required("name", NAME, NAME_IN_WORDS);
        String version = reader.required("version", VERSION, VERSION_IN_WORDS);
        describe(reader);
        Category category = reader.choice("category", Category.class, null).orElse(Category.UTILITY);
        Runtime runtime =
                reader.choice("runtime", Runtime.class, Runtime.PROCESS).orElse(Runtime.PROCESS);
        String entryPoint = runtime == Runtime.PROCESS
                ? reader.required("entryPoint", CLASS_NAME, "the name of a class, such as com.acme.FlightDelays")
                : reader.required("entryPoint", MODULE_PATH, "the module's path in the package, such as plugin.wasm");
        List<Manifest.Dependency> dependencies = dependencies(reader, name);
        List<Permission> permissions = new ArrayList<>();
        reader.objects(
                "permissions",
                LIST_LIMIT,
                (each, at) -> PermissionReader.read(each).ifPresent(permissions::add));
        List<OperationSpec> operations =
                OperationReader.read(reader, runtime == Runtime.WASM, MEMBER_NAME, MEMBER_NAME_IN_WORDS);
        List<ScheduleSpec> schedules = ScheduleReader.read(reader, operations, MEMBER_NAME, MEMBER_NAME_IN_WORDS);
        Map<String, @Nullable Object> configuration = reader.schema("configuration");
        ResourceQuota resources = ResourcesReader.resources(reader.child("resources"));
        CrashPolicy crash = ResourcesReader.crash(reader.child("crash"));
        Compatibility compatibility = compatibility(reader.child("compatibility"));
        reader.refuseUnknown();
        return new Manifest(
                name,
                version,
                reader.quietText("description"),
                Label.of(category),
                Label.of(runtime),
                entryPoint,
                dependencies,
                permissions.stream().distinct().toList(),
                operations,
                schedules,
                configuration,
                resources,
                crash,
                compatibility,
                new LinkedHashMap<>(document));
    }

    private static void describe(ObjectReader reader) {
        for (String member : List.of("description", "author", "license")) {
            reader.text(member, "");
        }
        for (String member : List.of("homepage", "repository")) {
            if (reader.has(member)) {
                reader.required(member, ADDRESS, "an address that begins with https:// or http://");
            }
        }
        reader.texts("keywords", LIST_LIMIT);
    }

    private static List<Manifest.Dependency> dependencies(ObjectReader reader, String plugin) {
        List<Manifest.Dependency> dependencies = new ArrayList<>();
        reader.objects("dependencies", LIST_LIMIT, (each, at) -> {
            String name = each.required("name", NAME, NAME_IN_WORDS);
            String range = each.required("version", ANYTHING, "a range of versions such as ^2.1.0");
            if (!range.isEmpty() && RangeListFactory.create(range).get().isEmpty()) {
                each.problem("version", "'version' must be a range of versions such as ^2.1.0, >=1.0.0 <3.0.0 or 1.x.");
            }
            if (name.equals(plugin) && !plugin.isEmpty()) {
                each.problem("name", "A plugin cannot depend on itself.");
            }
            dependencies.add(new Manifest.Dependency(name, range, each.flag("optional", false)));
        });
        return dependencies;
    }

    private static Compatibility compatibility(ObjectReader reader) {
        String min = reader.has("minCoreVersion") ? reader.required("minCoreVersion", VERSION, VERSION_IN_WORDS) : null;
        String max = reader.has("maxCoreVersion")
                ? reader.required("maxCoreVersion", CORE_VERSION, VERSION_IN_WORDS + " or 0.x")
                : null;
        reader.texts("browsers", LIST_LIMIT);
        reader.refuseUnknown();
        return new Compatibility(min, max);
    }

    /** What a plugin is for. */
    enum Category {
        DATA_PROCESSING,
        VISUALIZATION,
        INTEGRATION,
        UTILITY
    }

    /** What it runs in. */
    enum Runtime {
        PROCESS,
        WASM
    }
}
