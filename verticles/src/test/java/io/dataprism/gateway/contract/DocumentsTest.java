package io.dataprism.gateway.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.core.error.ErrorCode;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.OutputUnit;
import io.vertx.openapi.contract.OpenAPIVersion;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The published documents as documents. */
class DocumentsTest {

    private static final JsonObject OPEN_API = PublishedContract.OPEN_API;
    private static final JsonObject ASYNC_API = PublishedContract.ASYNC_API;

    @Test
    void everyReferenceStaysInsideAndLeadsToSomething() {
        for (JsonObject document : List.of(OPEN_API, ASYNC_API)) {
            assertThat(references(document, new TreeSet<>())).isNotEmpty().allSatisfy(reference -> {
                assertThat(reference).startsWith("#/");
                assertThat(PublishedContract.resolved(document, new JsonObject().put("$ref", reference)))
                        .isNotNull();
            });
        }
    }

    private static Set<String> references(Object value, Set<String> found) {
        switch (value) {
            case JsonObject object ->
                object.forEach(member -> {
                    if (member.getKey().equals("$ref")) {
                        found.add((String) member.getValue());
                    }
                    references(member.getValue(), found);
                });
            case JsonArray array -> array.forEach(each -> references(each, found));
            case null, default -> {}
        }
        return found;
    }

    @Test
    void everySchemaOfADocumentIsUsedInIt() {
        for (JsonObject document : List.of(OPEN_API, ASYNC_API)) {
            Set<String> used = references(document, new TreeSet<>());
            assertThat(document.getJsonObject("components")
                            .getJsonObject("schemas")
                            .fieldNames())
                    .allSatisfy(name -> assertThat(used).contains("#/components/schemas/" + name));
        }
    }

    @Test
    void anIndependentParserReadsOpenApiWithoutAWord() {
        var read = new OpenAPIV3Parser().readContents(OPEN_API.encode(), null, null);

        assertThat(read.getMessages()).isEmpty();
        assertThat(read.getOpenAPI().getOpenapi()).startsWith("3.1");
        assertThat(read.getOpenAPI().getPaths()).hasSameSizeAs(OPEN_API.getJsonObject("paths"));
    }

    @Test
    void theSpecificationsOwnSchemaTakesOpenApi() throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            OutputUnit found = OpenAPIVersion.V3_1
                    .getRepository(vertx, "app://dataprism/")
                    .compose(schemas -> OpenAPIVersion.V3_1.validateContract(vertx, schemas, OPEN_API))
                    .await(30, TimeUnit.SECONDS);
            assertThat(found.getValid()).isTrue();
        } finally {
            vertx.close().await(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void everyOperationHasANameOfItsOwnAndTellsWhatItIsRefusedWith() {
        Set<String> names = new TreeSet<>();
        OPEN_API.getJsonObject("paths")
                .forEach(item -> ((JsonObject) item.getValue()).forEach(entry -> {
                    JsonObject operation = (JsonObject) entry.getValue();
                    String where = entry.getKey() + " " + item.getKey();
                    assertThat(names.add(operation.getString("operationId")))
                            .as(where)
                            .isTrue();
                    assertThat(operation.getString("summary")).as(where).isNotBlank();
                    assertThat(operation.getJsonArray("tags")).as(where).hasSize(1);
                    assertThat(operation.getJsonArray("x-dataprism-errors"))
                            .as(where)
                            .contains("INTERNAL");
                }));
        assertThat(names).hasSizeGreaterThan(50);
    }

    @Test
    void theCodesOfProblemsAreTheServices() {
        JsonArray codes = OPEN_API.getJsonObject("components")
                .getJsonObject("schemas")
                .getJsonObject("ProblemCode")
                .getJsonArray("enum");
        assertThat(codes.stream().toList())
                .isEqualTo(Arrays.stream(ErrorCode.values()).map(Enum::name).toList());
    }

    @Test
    void whatBothDescribeIsTheSame() {
        Map<String, Object> http =
                OPEN_API.getJsonObject("components").getJsonObject("schemas").getMap();
        Map<String, Object> live =
                ASYNC_API.getJsonObject("components").getJsonObject("schemas").getMap();
        assertThat(live).containsKeys("Problem", "Event", "Gap", "Sql", "Cursor");
        live.forEach((name, schema) -> {
            if (http.containsKey(name)) {
                assertThat(schema).as(name).isEqualTo(http.get(name));
            }
        });
    }

    @Test
    void aDocumentThatCannotBeUsedFailsWithItsPlace() {
        ContractFiles files = ContractFiles.read();
        Map<String, Object> schemas = new HashMap<>(files.schemas());
        schemas.put("Sql", Map.of("type", "string", "contentEncoding", "base64"));
        assertThatThrownBy(() ->
                        new Contract(new ContractFiles(files.openApi(), files.asyncApi(), files.paths(), schemas)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("sql")
                .hasMessageContaining("contentEncoding");
        schemas.remove("Sql");
        assertThatThrownBy(() ->
                        new Contract(new ContractFiles(files.openApi(), files.asyncApi(), files.paths(), schemas)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Sql");
    }
}
