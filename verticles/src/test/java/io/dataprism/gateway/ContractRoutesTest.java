package io.dataprism.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.gateway.contract.PublishedContract;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Every route is an operation of the published document, and checks its requests as that says. */
class ContractRoutesTest {

    /** Whoever watches a node may add parameters of his own there, and a page has those of who links to it. */
    private static final Set<String> ANY_PARAMETERS =
            Set.of("/", "/metrics", "/health/live", "/health/ready", "/v1/ws");

    private static final List<Router> ROUTERS = new CopyOnWriteArrayList<>();
    private static GatewayFixture gateway;

    record Described(String method, String path, JsonObject operation) {

        String concrete() {
            return path.replace("{name}", path.startsWith("/v1/tables") ? "pub_x" : "alpha")
                    .replace("{operation}", "sum")
                    .replace("{topic}", "app:x")
                    .replaceAll("\\{[a-z]+}", "none");
        }

        List<String> parameters() {
            JsonArray given = operation.getJsonArray("parameters", new JsonArray());
            return given.stream()
                    .map(each -> PublishedContract.resolved(PublishedContract.OPEN_API, (JsonObject) each))
                    .filter(each -> each.getString("in").equals("query"))
                    .map(each -> each.getString("name"))
                    .toList();
        }
    }

    @BeforeAll
    static void start() {
        gateway = RolesTest.withAllRoutes(ROUTERS);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static List<Described> operations() {
        List<Described> all = new ArrayList<>();
        PublishedContract.OPEN_API
                .getJsonObject("paths")
                .forEach(item -> ((JsonObject) item.getValue())
                        .forEach(entry -> all.add(
                                new Described(entry.getKey().toUpperCase(Locale.ROOT), item.getKey(), (JsonObject)
                                        entry.getValue()))));
        return all;
    }

    @Test
    void everyRouteIsAnOperationAndTheReverse() {
        Set<String> routes = new TreeSet<>();
        ROUTERS.getFirst().getRoutes().stream()
                .filter(route -> route.methods() != null && !route.getPath().equals("/v1/more"))
                .forEach(route -> route.methods()
                        .forEach(method ->
                                routes.add(method.name() + " " + route.getPath().replaceAll(":([a-z]+)", "{$1}"))));
        assertThat(operations().stream().map(each -> each.method() + " " + each.path()))
                .containsExactlyInAnyOrderElementsOf(routes);
    }

    @Test
    void theDocumentNamesTheRolesThatTheServiceAsksFor() {
        Set<String> named = operations().stream()
                .filter(each -> each.operation().containsKey("x-dataprism-roles"))
                .filter(each -> !each.method().equals("HEAD"))
                .map(each -> each.method() + " " + each.path().replaceAll("\\{([a-z]+)}", ":$1") + " "
                        + each.operation().getJsonArray("x-dataprism-roles").stream()
                                .map(String::valueOf)
                                .filter(role -> !role.equals("admin"))
                                .sorted()
                                .toList())
                .collect(Collectors.toSet());
        Set<String> asked = RolesTest.table()
                .filter(row -> !row.open() && !row.path().equals("/v1/session"))
                .map(row -> row + " "
                        + row.roles().stream()
                                .filter(role -> !role.equals("admin"))
                                .sorted()
                                .toList())
                .collect(Collectors.toSet());
        assertThat(named).isEqualTo(asked);
    }

    @Test
    void aParameterThatNobodyKnowsIsRefusedEverywhereAndTheKnownAreNamed() throws Exception {
        for (Described each : operations()) {
            if (ANY_PARAMETERS.contains(each.path()) || each.method().equals("HEAD")) {
                continue;
            }
            HttpResponse<String> answer = call(each, "?nobodyKnows=1", "{}");
            String what = each.method() + " " + each.path() + ": " + answer.body();
            assertThat(answer.statusCode()).as(what).isEqualTo(400);
            JsonObject error =
                    new JsonObject(answer.body()).getJsonArray("errors").getJsonObject(0);
            assertThat(error.getString("pointer")).as(what).isEqualTo("#/nobodyKnows");
            assertThat(error.getString("detail"))
                    .as(what)
                    .contains(each.parameters().isEmpty() ? List.of("there are none") : each.parameters());
        }
    }

    @Test
    void aMemberOfAWrongTypeIsRefusedEverywhereWithItsPlace() throws Exception {
        int checked = 0;
        for (Described each : operations()) {
            JsonObject schema = PublishedContract.body(each.operation());
            for (String member : schema == null
                    ? Set.<String>of()
                    : schema.getJsonObject("properties", new JsonObject()).fieldNames()) {
                if (member.equals("data")) {
                    continue; // whatever it is
                }
                HttpResponse<String> answer =
                        call(each, "", new JsonObject().put(member, -1.5).encode());
                String what = each.method() + " " + each.path() + " " + member + ": " + answer.body();
                assertThat(answer.statusCode()).as(what).isEqualTo(400);
                assertThat(new JsonObject(answer.body())
                                .getJsonArray("errors").stream()
                                        .map(error -> ((JsonObject) error).getString("pointer"))
                                        .toList())
                        .as(what)
                        .contains("#/" + member);
                checked++;
            }
        }
        assertThat(checked).isGreaterThan(20);
    }

    private static HttpResponse<String> call(Described each, String query, String body) throws Exception {
        boolean upload = each.path().endsWith("/package") || each.path().equals("/v1/plugins");
        var request = gateway.request(each.concrete() + query)
                .header("Content-Type", upload ? "application/java-archive" : "application/json")
                .method(
                        each.method(),
                        each.method().equals("GET") ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        return gateway.client.send(request.build(), BodyHandlers.ofString());
    }

    @Test
    void theDocumentsAreServedToEverybodyAndPacked() throws Exception {
        for (String path : List.of("/openapi.json", "/asyncapi.json")) {
            var bare = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.deployed.port() + path));
            HttpResponse<String> plain = gateway.client.send(bare.build(), BodyHandlers.ofString());
            assertThat(plain.statusCode()).isEqualTo(200);
            assertThat(new JsonObject(plain.body()).getJsonObject("info").getString("version"))
                    .isEqualTo("0.1.0");
            assertThat(plain.headers().firstValue("Content-Type")).contains("application/json");
            HttpResponse<byte[]> packed =
                    gateway.client.send(bare.header("Accept-Encoding", "gzip").build(), BodyHandlers.ofByteArray());
            assertThat(packed.headers().firstValue("Content-Encoding")).contains("gzip");
            try (var unpacked = new GZIPInputStream(new ByteArrayInputStream(packed.body()))) {
                assertThat(new String(unpacked.readAllBytes(), StandardCharsets.UTF_8))
                        .isEqualTo(plain.body());
            }
        }
    }
}
