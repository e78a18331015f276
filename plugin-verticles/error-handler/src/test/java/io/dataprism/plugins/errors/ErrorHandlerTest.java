package io.dataprism.plugins.errors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.plugin.PluginException;
import io.dataprism.plugins.testing.TestHost;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

class ErrorHandlerTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final TestHost host = new TestHost("error-handler", 64 << 20, null);
    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final ErrorHandler plugin = new ErrorHandler(time);
    private final List<String> calls = new ArrayList<>();
    private @Nullable PluginException failure = new PluginException("OVERLOADED", "too much to do");

    @BeforeEach
    void start() {
        host.pluginCalls((name, operation, params) -> Mono.defer(() -> {
            calls.add(name + "." + operation + params);
            return failure == null ? Mono.just("done") : Mono.error(failure);
        }));
        plugin.initialize(host.context()).block();
        plugin.activate().block();
    }

    @AfterEach
    void stop() {
        plugin.deactivate().block();
        plugin.cleanup().block();
        time.dispose();
    }

    @Test
    void errorsThatAreAlikeAreOneGroupWithTheNewestExamples() {
        for (int index = 0; index < 20; index++) {
            emit(
                    "core:error",
                    "/nodes/n" + index % 2,
                    index,
                    Map.of(
                            "code",
                            "INTERNAL",
                            "detail",
                            "Query 6f1e2d3c-0000-4000-8000-00000000000" + index % 10 + " of 'user " + index
                                    + "' failed after " + index + " ms"));
        }
        emit("core:error", "/nodes/n0", 0, Map.of("code", "INTERNAL", "detail", "The disk is full"));
        emit("plugin:failed", "/nodes/n0", 0, Map.of("name", "x", "reason", "Query ? of '?' failed after ? ms"));

        List<Map<String, Object>> groups = list("groups", Map.of(), "groups");
        assertThat(groups).hasSize(3);
        Map<String, Object> first = groups.getFirst();
        assertThat(first)
                .containsEntry("topic", "core:error")
                .containsEntry("code", "INTERNAL")
                .containsEntry("message", "Query ? of '?' failed after ? ms")
                .containsEntry("count", 20L)
                .containsEntry("firstSeen", "2026-01-01T00:00:00Z")
                .containsEntry("lastSeen", "2026-01-01T00:00:19Z");
        assertThat((List<?>) first.get("examples")).hasSize(5);
        assertThat(first.get("examples").toString()).contains("user 19").doesNotContain("user 14'");
        assertThat(list("groups", Map.of("limit", 1), "groups")).hasSize(1);
        assertThat(list("dead-letters", Map.of(), "deadLetters")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "core:error,true",
        "eventbus:error,true",
        "eventbus:unhandled-rejection,true",
        "plugin:failed,true",
        "plugin:quarantined,true",
        "plugin:other:error,true",
        "plugin:activated,false",
        "core:query:complete,false"
    })
    void itFollowsTheTopicsOfErrors(String topic, boolean isFollowed) {
        emit(topic, "/nodes/n", 0, "odd");
        assertThat(list("groups", Map.of(), "groups")).hasSize(isFollowed ? 1 : 0);
    }

    @Test
    void groupsThatAreQuietForLongestMakeRoom() {
        for (int index = 0; index < ErrorGroups.MOST_GROUPS + 10; index++) {
            emit("core:error", "/nodes/n", index, Map.of("detail", "problem " + "x".repeat(index)));
        }
        assertThat(list("groups", Map.of("limit", 500), "groups")).hasSize(ErrorGroups.MOST_GROUPS);
        assertThat(answer("groups", Map.of()).get("forgotten")).isEqualTo(10L);
    }

    @Test
    void aPluginsOwnCallIsRetriedWithGrowingDelaysUntilItSucceeds() {
        failedCall("/plugins/loader", "loader", "OVERLOADED");
        time.advanceTimeBy(Duration.ofMillis(999));
        assertThat(calls).isEmpty();
        time.advanceTimeBy(Duration.ofMillis(1));
        assertThat(calls).hasSize(1);
        time.advanceTimeBy(Duration.ofMillis(1_999));
        assertThat(calls).hasSize(1);
        assertThat(answer("dead-letters", Map.of()).get("waiting")).isEqualTo(1);
        failure = null;
        time.advanceTimeBy(Duration.ofMillis(1));
        assertThat(calls).containsExactly("loader.load{table=t}", "loader.load{table=t}");
        assertThat(answer("dead-letters", Map.of()).get("waiting")).isEqualTo(0);
        assertThat(list("dead-letters", Map.of(), "deadLetters")).isEmpty();
    }

    @Test
    void aCallThatFailsTooOftenBecomesADeadLetterAndBeginsNoOtherRound() {
        failedCall("/plugins/loader", "loader", "OVERLOADED");
        time.advanceTimeBy(Duration.ofMillis(1_500));
        failedCall("/plugins/loader", "loader", "OVERLOADED");
        time.advanceTimeBy(Duration.ofHours(1));
        failedCall("/plugins/loader", "loader", "OVERLOADED");
        time.advanceTimeBy(Duration.ofHours(1));
        assertThat(calls).hasSize(3);
        assertThat(list("dead-letters", Map.of(), "deadLetters"))
                .singleElement()
                .satisfies(letter -> {
                    assertThat(letter)
                            .containsEntry("id", 1L)
                            .containsEntry("attempts", 3)
                            .containsEntry("error", "too much to do");
                    assertThat(letter.get("call"))
                            .isEqualTo(Map.of("plugin", "loader", "operation", "load", "params", Map.of("table", "t")));
                    assertThat(letter.get("reason").toString()).contains("3 more times");
                });
        assertThat(host.published())
                .singleElement()
                .satisfies(event -> assertThat(event.topic()).isEqualTo(ErrorHandler.DEAD_LETTER));
        assertThat(list("groups", Map.of(), "groups").getFirst()).containsEntry("count", 3L);
    }

    @Test
    void aFailureThatIsNotWorthItEndsTheRound() {
        failedCall("/plugins/loader", "loader", "OVERLOADED");
        failure = new PluginException("REQUEST_INVALID", "no such table");
        time.advanceTimeBy(Duration.ofHours(1));
        assertThat(calls).hasSize(1);
        assertThat(list("dead-letters", Map.of(), "deadLetters")
                        .getFirst()
                        .get("reason")
                        .toString())
                .contains("REQUEST_INVALID");
    }

    @Test
    void nobodyHasAnotherPluginCalledThroughAnEvent() {
        failedCall("/plugins/evil", "loader", "OVERLOADED");
        failedCall("/users/somebody", "loader2", "OVERLOADED");
        time.advanceTimeBy(Duration.ofHours(1));
        assertThat(calls).isEmpty();
        assertThat(list("dead-letters", Map.of(), "deadLetters"))
                .hasSize(2)
                .allSatisfy(
                        letter -> assertThat(letter.get("reason").toString()).contains("only a plugin's own calls"));
        failedCall("/nodes/n", "loader3", "OVERLOADED");
        time.advanceTimeBy(Duration.ofMillis(1_000));
        assertThat(calls).containsExactly("loader3.load{table=t}");
    }

    @Test
    void whatIsRetriedIsForTheConfigurationToSay() {
        failedCall("/plugins/a", "a", "REQUEST_INVALID");
        plugin.configure(Map.of("retryCodes", List.of("REQUEST_INVALID"), "firstDelayMillis", 100, "maxAttempts", 1))
                .block();
        failedCall("/plugins/b", "b", "REQUEST_INVALID");
        time.advanceTimeBy(Duration.ofHours(1));
        assertThat(calls).containsExactly("b.load{table=t}");
        plugin.configure(Map.of("maxAttempts", 0)).block();
        failedCall("/plugins/c", "c", "OVERLOADED");
        time.advanceTimeBy(Duration.ofHours(1));
        assertThat(calls).hasSize(1);
        assertThat(list("dead-letters", Map.of(), "deadLetters"))
                .extracting(letter -> letter.get("id"))
                .containsExactly(3L, 2L, 1L);
    }

    @Test
    void deadLettersAreRetriedByHand() {
        failedCall("/plugins/evil", "loader", "OVERLOADED");
        assertThat(list("retry", Map.of("ids", List.of(1, 77)), "results"))
                .extracting(result -> result.get("outcome"), result -> result.get("error"))
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("failed", "too much to do"),
                        org.assertj.core.groups.Tuple.tuple("failed", "there is no dead letter with this id"));
        assertThat(list("dead-letters", Map.of(), "deadLetters").getFirst()).containsEntry("attempts", 1);
        failure = null;
        assertThat(list("retry", Map.of("ids", List.of(1)), "results").getFirst())
                .containsEntry("outcome", "succeeded");
        assertThat(list("dead-letters", Map.of(), "deadLetters")).isEmpty();
        assertThatThrownBy(() -> answer("retry", Map.of("ids", "all"))).hasMessageContaining("ids");
    }

    @Test
    void deadLettersAndWaitingCallsAreBounded() {
        for (int index = 0; index < Retries.MOST_WAITING + 5; index++) {
            failedCall("/plugins/p" + index, "p" + index, "OVERLOADED");
        }
        assertThat(answer("dead-letters", Map.of()).get("waiting")).isEqualTo(Retries.MOST_WAITING);
        assertThat(list("dead-letters", Map.of(), "deadLetters")).hasSize(5);
        for (int index = 0; index < DeadLetters.MOST; index++) {
            failedCall("/plugins/q" + index, "q" + index, "OTHER");
        }
        assertThat(list("dead-letters", Map.of("limit", 1_000), "deadLetters")).hasSize(DeadLetters.MOST);
        assertThat(answer("dead-letters", Map.of()).get("dropped")).isEqualTo(5L);
    }

    @Test
    void clearingForgetsWhatWasAsked() {
        failedCall("/plugins/a", "a", "OTHER");
        assertThat(answer("clear", Map.of("what", "groups"))).isEqualTo(Map.of("groups", 1, "deadLetters", 0));
        assertThat(answer("clear", Map.of())).isEqualTo(Map.of("groups", 0, "deadLetters", 1));
        assertThat(list("dead-letters", Map.of(), "deadLetters")).isEmpty();
        assertThatThrownBy(() -> answer("guess", Map.of())).hasMessageContaining("guess");
    }

    @Test
    void itsOwnErrorsAndLongTextsDoNoHarm() {
        emit("plugin:error-handler:error", "/plugins/error-handler", 0, Map.of("detail", "mine"));
        emit("eventbus:error", "/nodes/n", 0, Map.of("error", "y".repeat(100_000)));
        assertThat(list("groups", Map.of(), "groups"))
                .singleElement()
                .satisfies(group -> assertThat(group.toString().length()).isLessThan(5_000));
    }

    @Test
    void afterItIsDeactivatedNothingIsCalled() {
        failedCall("/plugins/loader", "loader", "OVERLOADED");
        plugin.deactivate().block();
        time.advanceTimeBy(Duration.ofHours(1));
        assertThat(calls).isEmpty();
    }

    private void failedCall(String source, String target, String code) {
        Map<String, @Nullable Object> data = new LinkedHashMap<>();
        data.put("code", code);
        data.put("detail", "The load failed");
        data.put("call", Map.of("plugin", target, "operation", "load", "params", Map.of("table", "t")));
        emit("plugin:some:error", source, 0, data);
    }

    private void emit(String topic, String source, int second, Object data) {
        host.emit(topic, source, START.plusSeconds(second), data);
    }

    private Map<?, ?> answer(String operation, Map<String, @Nullable Object> params) {
        return (Map<?, ?>)
                Objects.requireNonNull(plugin.execute(operation, params).block());
    }

    @SuppressWarnings("unchecked")
    private List<Map<String, Object>> list(String operation, Map<String, @Nullable Object> params, String member) {
        return (List<Map<String, Object>>)
                Objects.requireNonNull(answer(operation, params).get(member));
    }
}
