package io.dataprism.host;

import static io.dataprism.host.TestNode.ADMIN;
import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Two operators change the same plugin at the same time, each kind of change against each: both hold, or one is told why not;
 * what is there afterwards is one of the two orders, and the plugin goes on.
 */
@Tag("longer")
class TwoOperatorsTest {

    private static final String READS = """
            , "operations": [{"name": "echo", "kind": "value"}], "configuration": {"type": "object"},
            "permissions": [{"resource": "data", "access": "read", "scope": "a"}, {"resource": "data", "access": "read", "scope": "b"}]""";
    private static final List<ErrorCode> TOLD =
            List.of(ErrorCode.STATE_CONFLICT, ErrorCode.VERSION_CONFLICT, ErrorCode.GRANTS_PENDING);

    @TempDir
    Path folder;

    private TestNode node;

    /** What an operator does. */
    private enum Kind {
        GRANTS,
        CONFIGURATION,
        STATE,
        PACKAGE
    }

    @BeforeEach
    void start() throws Exception {
        node = new TestNode(folder);
        node.active("p-1", READS);
    }

    @AfterEach
    void stop() throws Exception {
        node.close();
    }

    static Stream<Arguments> pairs() {
        return Stream.of(Kind.values())
                .flatMap(first -> Stream.of(Kind.values())
                        .filter(second -> second.compareTo(first) >= 0)
                        .map(second -> Arguments.of(first, second)));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void eachChangeAgainstEachLeavesOneOfThemOrBoth(Kind first, Kind second) throws Exception {
        List<Throwable> refusals = new ArrayList<>();
        List<CompletableFuture<?>> changes = new ArrayList<>();
        List<Supplier<Future<?>>> wanted = List.of(change(first, 1), change(second, 2));
        wanted.forEach(each -> changes.add(begin(each)));

        for (CompletableFuture<?> change : changes) {
            change.handle((done, refused) -> refused == null || refusals.add(refused))
                    .get(20, TimeUnit.SECONDS);
        }

        assertThat(refusals)
                .hasSizeLessThan(2)
                .allSatisfy(refused -> assertThat(refused)
                        .isInstanceOfSatisfying(
                                DataPrismException.class,
                                problem -> assertThat(problem.code()).isIn(TOLD)));
        JsonObject plugin = node.as(ADMIN, () -> node.host.get("p-1"));
        JsonObject settings = node.as(ADMIN, () -> node.host.configuration("p-1"));
        assertThat(settings.getInteger("n")).isIn(null, 1, 2);
        assertThat(plugin.getString("version")).isIn("1.0.0", "1.0.1", "1.0.2");
        assertThat(plugin.getJsonArray("granted").size()).isIn(1, 2);
        assertThat(plugin.getString("state")).isIn("active", "loaded", "unloaded");
        assertThatItGoesOn();
    }

    /** Settled, another change is taken and the plugin runs. */
    private void assertThatItGoesOn() throws Exception {
        node.as(ADMIN, () -> node.host.grant("p-1", new JsonObject().put("approve", "requested")));
        node.as(ADMIN, () -> node.host.activate("p-1"));
        node.as(ADMIN, () -> node.host.configure("p-1", new JsonObject().put("n", 3)));
        JsonObject plugin = node.as(ADMIN, () -> node.host.get("p-1"));
        assertThat(plugin.getString("state")).isEqualTo("active");
        assertThat(plugin.getJsonArray("pending")).isEmpty();
        assertThat(node.processes.last().launch.version()).isEqualTo(plugin.getString("version"));
        assertThat(node.as(ADMIN, () -> node.host.configuration("p-1")).getInteger("n"))
                .isEqualTo(3);
    }

    private Supplier<Future<?>> change(Kind kind, int operator) throws IOException {
        return switch (kind) {
            case GRANTS -> () -> node.host.grant("p-1", grants(operator));
            case CONFIGURATION -> () -> node.host.configure("p-1", new JsonObject().put("n", operator));
            case STATE -> () -> operator == 1 ? node.host.deactivate("p-1") : node.host.unload("p-1");
            case PACKAGE -> {
                Path file = node.jar("p-1", "1.0." + operator, READS);
                yield () -> node.host.reload("p-1", file);
            }
        };
    }

    /** The first grants one of the two, the second both. */
    private static JsonObject grants(int count) {
        JsonArray permissions = new JsonArray();
        IntStream.range(0, count)
                .forEach(index -> permissions.add(new JsonObject()
                        .put("resource", "data")
                        .put("access", "read")
                        .put("scope", index == 0 ? "a" : "b")));
        return new JsonObject().put("permissions", permissions);
    }

    private CompletableFuture<?> begin(Supplier<Future<?>> change) {
        CompletableFuture<Object> outcome = new CompletableFuture<>();
        try {
            node.as(ADMIN, () -> {
                change.get().onSuccess(outcome::complete).onFailure(outcome::completeExceptionally);
                return Future.succeededFuture();
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (Exception refused) {
            outcome.completeExceptionally(refused);
        }
        return outcome;
    }
}
