package io.dataprism.core.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.DataPrismException.Violation;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.permission.Permission;
import io.dataprism.core.permission.Permission.Access;
import io.dataprism.core.permission.Permission.Resource;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManifestParserTest {

    private static final String WHOLE = """
            { "manifestVersion": 1, "name": "flight-delays", "version": "1.2.0", "description": "d", "author": "a", "license": "MIT",
              "homepage": "https://acme.com", "repository": "https://acme.com/r", "keywords": ["delay"],
              "category": "data-processing", "runtime": "process", "entryPoint": "com.acme.FlightDelays",
              "dependencies": [{"name": "calendar", "version": "^2.1.0", "optional": false}],
              "permissions": [{"resource": "data", "access": "read", "scope": "flights"},
                              {"resource": "network", "access": "read", "scope": "api.acme.com:443"},
                              {"resource": "core", "access": "write", "scope": "events:acme:**"},
                              {"resource": "storage", "access": "write"}],
              "operations": [{"name": "delays", "description": "...", "kind": "dataset", "input": "required", "params": {}, "result": {}, "idempotent": true},
                             {"name": "refresh", "kind": "value"}, {"name": "draw", "kind": "rendering"}],
              "configuration": {"type": "object"},
              "schedules": [{"name": "refresh", "operation": "refresh", "every": "1h"}],
              "resources": {"memory": "64MiB", "cpu": "0.5", "threads": 16, "operationTimeout": "10s", "storage": "1MiB"},
              "crash": {"restart": "backoff", "maxRestarts": 3, "window": "2m"},
              "compatibility": {"minCoreVersion": "0.1.0", "maxCoreVersion": "0.x", "browsers": ["chrome>=90"]} }
            """;

    @Test
    void schemasOfOperationsAndOfTheConfigurationAreCheckedWithTheirPlaces() {
        String spoiled = WHOLE.replace("\"params\": {}", "\"params\": {\"properties\": {\"n\": {\"type\": \"int\"}}}")
                .replace("\"result\": {}", "\"result\": {\"pattern\": \"([\"}")
                .replace("{\"type\": \"object\"}", "{\"items\": {\"$ref\": \"#/none\"}}");

        DataPrismException invalid = catchThrowableOfType(DataPrismException.class, () -> parse(spoiled));

        assertThat(invalid.code()).isEqualTo(ErrorCode.MANIFEST_INVALID);
        assertThat(invalid.violations())
                .extracting(DataPrismException.Violation::pointer)
                .containsExactly(
                        "#/operations/0/params/properties/n/type",
                        "#/operations/0/result/pattern",
                        "#/configuration/items");
    }

    @Test
    void theContractsExampleIsReadWhole() {
        Manifest manifest = parse(WHOLE);

        assertThat(manifest.name()).isEqualTo("flight-delays");
        assertThat(manifest.dependencies()).containsExactly(new Manifest.Dependency("calendar", "^2.1.0", false));
        assertThat(manifest.permissions())
                .contains(
                        new Permission(Resource.DATA, Access.READ, "flights"),
                        new Permission(Resource.STORAGE, Access.WRITE, "*"));
        assertThat(manifest.operation("draw").orElseThrow().mediaTypes()).containsExactly("image/svg+xml");
        assertThat(manifest.resources().memoryBytes()).isEqualTo(64L << 20);
        assertThat(manifest.resources().cpus()).isEqualTo(0.5);
        assertThat(manifest.resources().operationTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(manifest.crash()).isEqualTo(new CrashPolicy(true, 3, Duration.ofMinutes(2)));
        assertThat(manifest.compatibility().includes("0.1.0")).isTrue();
        assertThat(manifest.document()).containsKeys("keywords", "compatibility");
    }

    @Test
    void tenErrorsAreReportedAtOnceEachWithItsPlaceAndValue() {
        DataPrismException failure = failure("""
                {"manifestVersion": 2, "name": "Bad Name", "version": "1.2", "category": "games", "entryPoint": "no class!", "colour": "red",
                 "dependencies": [{"name": "calendar", "version": "banana"}],
                 "permissions": [{"resource": "data", "access": "raed"}, {"resource": "core", "access": "read", "scope": "everything"}],
                 "operations": [{"name": "a", "kind": "values"}],
                 "resources": {"memory": "lots"}}
                """);

        assertThat(failure.code()).isEqualTo(ErrorCode.MANIFEST_INVALID);
        assertThat(failure.violations())
                .extracting(Violation::pointer)
                .containsExactlyInAnyOrder(
                        "#/manifestVersion",
                        "#/name",
                        "#/version",
                        "#/category",
                        "#/entryPoint",
                        "#/colour",
                        "#/dependencies/0/version",
                        "#/permissions/0/access",
                        "#/permissions/1/scope",
                        "#/operations/0/kind",
                        "#/resources/memory");
        Violation access = failure.violations().stream()
                .filter(each -> each.pointer().equals("#/permissions/0/access"))
                .findFirst()
                .orElseThrow();
        assertThat(access.value()).isEqualTo("raed");
        assertThat(access.detail()).contains("read", "write", "execute");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "permissions | [{'resource':'core','access':'read','scope':'events:a:**:b'}] | #/permissions/0/scope",
                "permissions | [{'resource':'storage','access':'read','scope':'mount:../x'}] | #/permissions/0/scope",
                "permissions | [{'resource':'data','access':'read','scope':'a table'}] | #/permissions/0/scope",
                "permissions | [{'access':'read'}] | #/permissions/0/resource",
                "permissions | {} | #/permissions",
                "operations | [{'name':'a','kind':'value'},{'name':'a','kind':'value'}] | #/operations/1/name",
                "operations | [{'name':'a','kind':'value','mediaTypes':['image/png']}] | #/operations/0/mediaTypes",
                "operations | [{'name':'a','kind':'rendering','mediaTypes':['image/gif']}] | #/operations/0/mediaTypes",
                "operations | [{'name':'a','kind':'value','params':[]}] | #/operations/0/params",
                "operations | ['a'] | #/operations/0",
                "schedules | [{'name':'x','operation':'nope','every':'1h'}] | #/schedules/0/operation",
                "schedules | [{'name':'x','operation':'refresh'}] | #/schedules/0/every",
                "schedules | [{'name':'x','operation':'refresh','cron':'0 0 30 2 *'}] | #/schedules/0/cron",
                "schedules | [{'name':'x','operation':'refresh','cron':'0 0 * * *','every':'1h'}] | #/schedules/0/cron",
                "dependencies | [{'name':'p-1','version':'^1'}] | #/dependencies/0/name",
                "resources | {'cpu':'fast'} | #/resources/cpu",
                "resources | {'threads':0} | #/resources/threads",
                "resources | {'operationTimeout':'1h'} | #/resources/operationTimeout",
                "crash | {'restart':'always'} | #/crash/restart",
                "compatibility | {'minCoreVersion':'one'} | #/compatibility/minCoreVersion",
                "keywords | [1] | #/keywords/0",
                "homepage | 'ftp://x' | #/homepage",
                "runtime | 'native' | #/runtime",
                "description | 7 | #/description",
                "a/b | 7 | #/a~1b",
            })
    void aWrongMemberIsNamedByItsPlace(String member, String value, String pointer) {
        DataPrismException failure = failure(minimal(", \"%s\": %s".formatted(member, value.replace('\'', '"'))));

        assertThat(failure.violations()).extracting(Violation::pointer).contains(pointer);
    }

    @Test
    void aKeyThatIsThereTwiceIsRefused() {
        assertThat(failure(minimal(", \"name\": \"other\"")).detail())
                .contains("Duplicate")
                .contains("line");
    }

    @Test
    void aDocumentNestedTooDeepIsRefused() {
        String deep = "{\"a\":".repeat(5_000) + "1" + "}".repeat(5_000);
        assertThat(failure(minimal(", \"configuration\": " + deep)).code()).isEqualTo(ErrorCode.MANIFEST_INVALID);
    }

    @Test
    void aDocumentBeyondTheLimitIsRefused() {
        assertThat(failure(minimal(", \"description\": \"" + "x".repeat(ManifestParser.LIMIT_BYTES) + "\""))
                        .detail())
                .contains("1048576");
    }

    @Test
    void operationsOfModulesReadAndAnswerDatasetsAndDoNotDraw() {
        DataPrismException failure = failure(minimal(
                ", \"runtime\": \"wasm\", \"operations\": [{\"name\": \"a\", \"kind\": \"value\", \"input\": \"optional\"},"
                        + " {\"name\": \"b\", \"kind\": \"dataset\", \"input\": \"required\"},"
                        + " {\"name\": \"c\", \"kind\": \"rendering\", \"input\": \"required\"}]"));

        assertThat(failure.code()).isEqualTo(ErrorCode.MANIFEST_INVALID);
        assertThat(failure.violations())
                .extracting(DataPrismException.Violation::pointer)
                .containsExactly("#/operations/2/kind");
    }

    @ParameterizedTest
    @CsvSource({"0.1.0,0.x,true", "0.2.0,,false", "0.0.1,0.1.0,true", ",0.0.9,false", ",0.1,true"})
    void compatibilityIsASemanticVersionRange(String min, String max, boolean includes) {
        assertThat(new Compatibility(min, max).includes("0.1.0")).isEqualTo(includes);
        if (!includes) {
            assertThat(catchThrowableOfType(
                                    DataPrismException.class, () -> new Compatibility(min, max).check("p", "0.1.0"))
                            .code())
                    .isEqualTo(ErrorCode.INCOMPATIBLE_CORE);
        }
    }

    @Property(tries = 300)
    void noBytesBreakTheParser(@ForAll byte[] bytes) {
        assertThat(failure(bytes).code()).isEqualTo(ErrorCode.MANIFEST_INVALID);
    }

    @Property(tries = 200)
    void noTextInAnyMemberBreaksTheParser(@ForAll String text) {
        for (String member : List.of("name", "version", "category", "entryPoint", "homepage", "runtime")) {
            assertThat(catchThrowableOfType(
                            DataPrismException.class,
                            () -> ManifestParser.parse(
                                    Map.of("manifestVersion", 1, member, text, "permissions", List.of(text)))))
                    .isNotNull();
        }
    }

    static String minimal(String more) {
        return """
               {"manifestVersion": 1, "name": "p-1", "version": "1.0.0", "category": "utility", "entryPoint": "a.B"%s}""".formatted(more);
    }

    private static Manifest parse(String text) {
        return ManifestParser.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    private static DataPrismException failure(String text) {
        return failure(text.getBytes(StandardCharsets.UTF_8));
    }

    private static DataPrismException failure(byte[] bytes) {
        return catchThrowableOfType(DataPrismException.class, () -> ManifestParser.parse(bytes));
    }
}
