package io.dataprism.core.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicTest {

    @ParameterizedTest
    @ValueSource(strings = {"a", "plugin:activated", "core:query:complete", "A_b.c-9:1:2:3:4:5:6:7"})
    void aTopicIsWordsJoinedByColons(String name) {
        assertThat(Topic.parse(name).name()).isEqualTo(name);
        assertThat(TopicPattern.parse(name).matches(Topic.parse(name))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                "a:",
                ":a",
                "a::b",
                "a b",
                "ä",
                "a/b",
                "1:2:3:4:5:6:7:8:9",
                "*",
                "a:*",
                "a:**",
                "a*",
                "a\n"
            })
    void anythingElseIsRefused(String name) {
        assertThatThrownBy(() -> Topic.parse(name))
                .isInstanceOfSatisfying(
                        DataPrismException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.REQUEST_INVALID));
    }

    @Test
    void atMost256BytesAreTaken() {
        assertThat(Topic.parse("a".repeat(256)).segments()).hasSize(1);
        assertThatThrownBy(() -> Topic.parse("a".repeat(257))).isInstanceOf(DataPrismException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a*", "**:a", "a:**:b", "a:***", "", "a::*", "1:2:3:4:5:6:7:8:*", "*a", "a:*b"})
    void aWildcardIsAWholeSegment(String pattern) {
        assertThatThrownBy(() -> TopicPattern.parse(pattern)).isInstanceOf(DataPrismException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "*,a,true",
        "*,a:b:c,true",
        "**,a,true",
        "**,a:b,true",
        "plugin:*,plugin:activated,true",
        "plugin:*,plugin,false",
        "plugin:*,plugin:a:b,false",
        "core:**,core:query:complete,true",
        "core:**,core,false",
        "core:**,corex:a,false",
        "*:b,a:b,true",
        "*:b,a:c,false",
        "a:*:c,a:b:c,true",
        "a:*:**,a:b,false",
        "a:*:**,a:b:c:d,true",
    })
    void patternsMatch(String pattern, String topic, boolean matches) {
        assertThat(TopicPattern.parse(pattern).matches(Topic.parse(topic))).isEqualTo(matches);
    }

    @Test
    void everyLinkOfAScopeMustAllow() {
        TopicScope scope = TopicScope.of(List.of(List.of("a:**", "b"), List.of("*:x")));

        TopicScope arrived = TopicScope.decode(scope.encode());

        assertThat(arrived).isEqualTo(scope);
        assertThat(arrived.allows(Topic.parse("a:x"))).isTrue();
        assertThat(arrived.allows(Topic.parse("a:y"))).isFalse();
        assertThat(arrived.allows(Topic.parse("b"))).isFalse();
        assertThat(arrived.allows(TopicPattern.parse("a:x"))).isTrue();
        assertThat(arrived.allows(TopicPattern.parse("a:*"))).isFalse();
        assertThat(TopicScope.everything().allows(Topic.parse("z"))).isTrue();
        assertThat(TopicScope.nothing().allows(Topic.parse("z"))).isFalse();
    }
}
