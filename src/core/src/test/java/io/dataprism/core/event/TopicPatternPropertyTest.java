package io.dataprism.core.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class TopicPatternPropertyTest {

    /** Two words that patterns use and one that they do not: enough to tell any two patterns apart. */
    private static final List<Topic> ALL_TOPICS = topics();

    @Property(tries = 500)
    void aPatternCoversAnotherWhenItMatchesAllThatTheOtherMatches(
            @ForAll("patterns") String left, @ForAll("patterns") String right) {
        TopicPattern wide = TopicPattern.parse(left);
        TopicPattern narrow = TopicPattern.parse(right);

        boolean bruteForce = ALL_TOPICS.stream().filter(narrow::matches).allMatch(wide::matches);

        assertThat(wide.covers(narrow)).as("%s covers %s", left, right).isEqualTo(bruteForce);
    }

    @Property
    void aPatternCoversItselfAndIsCoveredByEverything(@ForAll("patterns") String text) {
        TopicPattern pattern = TopicPattern.parse(text);

        assertThat(pattern.covers(pattern)).isTrue();
        assertThat(TopicPattern.parse("*").covers(pattern)).isTrue();
    }

    @Provide
    Arbitrary<String> patterns() {
        Arbitrary<String> segment = Arbitraries.of("a", "b", "*");
        return segment.list()
                .ofMinSize(0)
                .ofMaxSize(8)
                .flatMap(head -> Arbitraries.of(true, false).map(open -> text(head, open)));
    }

    private static String text(List<String> head, boolean open) {
        List<String> segments = new ArrayList<>(head.size() == 8 && open ? head.subList(0, 7) : head);
        if (open || segments.isEmpty()) {
            segments.add("**");
        }
        return String.join(":", segments);
    }

    private static List<Topic> topics() {
        List<String> names = new ArrayList<>(List.of("a", "b", "c"));
        List<String> last = names;
        for (int length = 2; length <= Topic.SEGMENTS_LIMIT; length++) {
            List<String> longer = new ArrayList<>();
            for (String name : last) {
                for (String word : List.of("a", "b", "c")) {
                    longer.add(name + ":" + word);
                }
            }
            names.addAll(longer);
            last = longer;
        }
        return names.stream().map(Topic::parse).toList();
    }
}
