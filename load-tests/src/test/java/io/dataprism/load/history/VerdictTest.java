package io.dataprism.load.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Each promise is broken by a history that is written for it, and held by its neighbour: a check that cannot fail is none. */
class VerdictTest {

    private static final String ONCE =
            "acknowledged events are received once by each follower, or a gap says where they were lost";
    private static final String GAPS = "gaps are told only where something can have been lost";
    private static final String ORDER = "each topic keeps its order";
    private static final String IDEMPOTENT = "idempotent calls never fail";
    private static final String OTHERS = "other calls fail within their time, retryable";
    private static final String RIGHT = "each answer is that to its question";
    private static final String CATALOG = "the catalog is the same on all nodes";
    private static final String KEPT = "acknowledged changes are kept";
    private static final String REPLICAS = "each plugin runs as often as asked for, and no replica runs twice";
    private static final String PLACEMENT =
            "all nodes say the same of where each replica runs, and none runs on two nodes";
    private static final String LEFT = "nothing is left of what has ended";

    private static final Trouble ALL_TROUBLE = new Trouble("cut", 0, 1_000, true, true, true);
    private static final Trouble DEAD_GATEWAY = new Trouble("kill", 0, 1_000, false, false, true);

    @Test
    void nothing_breaks_a_history_of_nothing() {
        assertThat(Verdict.of(History.empty()).holds()).isTrue();
    }

    @Test
    void each_promise_has_a_test_here() {
        assertThat(Verdict.of(History.empty()).violations())
                .containsOnlyKeys(
                        IDEMPOTENT, OTHERS, RIGHT, ONCE, GAPS, ORDER, CATALOG, KEPT, REPLICAS, PLACEMENT, LEFT);
    }

    @Test
    void an_acknowledged_event_that_a_follower_never_got_is_lost() {
        History lost = events(3).withFollower("f", event(1, "e", 1), event(3, "e", 3));
        assertBroken(lost, ONCE);
    }

    @Test
    void the_last_acknowledged_event_can_be_lost_too() {
        assertBroken(events(3).withFollower("f", event(1, "e", 1), event(2, "e", 2)), ONCE);
        assertBroken(events(1).withFollower("f"), ONCE);
    }

    @Test
    void an_event_that_was_not_acknowledged_may_be_there_or_not() {
        History history = events(2).withPublications(publication(1, true), publication(2, false), publication(3, true));
        assertHolds(history.withFollower("f", event(1, "e", 1), event(3, "e", 3)));
        assertHolds(history.withFollower("f", event(1, "e", 1), event(2, "e", 2), event(3, "e", 3)));
    }

    @Test
    void an_event_must_not_come_twice_acknowledged_or_not() {
        History twice = events(1).withFollower("f", event(1, "e", 1), event(1, "e", 2));
        assertThat(Verdict.of(twice).violations().get(ONCE)).hasSize(1);
    }

    @Test
    void a_gap_covers_what_was_lost_at_its_place_and_nothing_else() {
        Item gap = new Item.Gap(500, "epoch", "a", "b");
        assertHolds(events(3).withTroubles(ALL_TROUBLE).withFollower("f", event(1, "e", 1), gap, event(3, "e2", 3)));
        assertBroken(
                events(3).withTroubles(ALL_TROUBLE).withFollower("f", event(1, "e", 1), event(3, "e", 3), gap), ONCE);
        assertBroken(
                events(3).withTroubles(ALL_TROUBLE).withFollower("f", gap, event(1, "e", 1), event(3, "e", 3)), ONCE);
    }

    @Test
    void each_follower_is_looked_at() {
        History history = events(1).withFollower("f", event(1, "e", 1)).withFollower("g");
        assertThat(Verdict.of(history).violations().get(ONCE))
                .singleElement()
                .asString()
                .startsWith("g ");
    }

    @Test
    void a_gap_without_trouble_or_after_it_is_told_in_vain() {
        History history = History.empty().withFollower("f", new Item.Gap(2_000, "slow", "a", "b"));
        assertBroken(history, GAPS);
        assertBroken(history.withTroubles(ALL_TROUBLE), GAPS);
        assertBroken(history.withTroubles(new Trouble("kill", 0, 5_000, false, true, true)), GAPS);
        assertHolds(history.withTroubles(new Trouble("cut", 0, 5_000, true, true, true)));
    }

    @Test
    void a_sequence_that_falls_or_stands_is_out_of_order() {
        assertBroken(History.empty().withFollower("f", event(1, "e", 2), event(2, "e", 1)), ORDER);
        assertBroken(History.empty().withFollower("f", event(1, "e", 1), event(2, "e", 1)), ORDER);
    }

    @Test
    void what_one_publisher_published_later_comes_later_in_any_epoch() {
        History turned = History.empty().withFollower("f", event(2, "e", 1), event(1, "e", 2));
        assertBroken(turned.withPublications(publication(1, true), publication(2, true)), ORDER);
        assertHolds(turned.withPublications(publication(1, false), publication(2, true)));
        assertHolds(History.empty().withFollower("f", event(1, "e", 9), event(2, "e2", 1)));
    }

    @Test
    void an_epoch_does_not_come_back() {
        assertBroken(History.empty().withFollower("f", event(1, "e", 1), event(2, "e2", 1), event(3, "e", 2)), ORDER);
    }

    @Test
    void an_idempotent_call_that_fails_breaks_the_promise_even_retryably() {
        Call refused = call(Call.Kind.IDEMPOTENT, new Call.Refused(503, "NODE_LOST", true, ""));
        assertBroken(History.empty().withCalls(refused), IDEMPOTENT);
        assertBroken(History.empty().withCalls(refused).withTroubles(DEAD_GATEWAY), IDEMPOTENT);
        assertBroken(History.empty().withCalls(call(Call.Kind.IDEMPOTENT, new Call.Silent())), IDEMPOTENT);
    }

    @Test
    void an_idempotent_call_may_fail_retryably_where_gateways_are_cut_off() {
        Call refused = call(Call.Kind.IDEMPOTENT, new Call.Refused(503, "NODE_LOST", true, ""));
        Call internal = call(Call.Kind.IDEMPOTENT, new Call.Refused(500, "INTERNAL", false, ""));
        assertHolds(History.empty().withCalls(refused).withTroubles(ALL_TROUBLE));
        assertBroken(History.empty().withCalls(internal).withTroubles(ALL_TROUBLE), IDEMPOTENT);
    }

    @Test
    void another_call_may_fail_retryably_but_not_otherwise() {
        assertHolds(History.empty().withCalls(call(Call.Kind.ONCE, new Call.Refused(503, "NODE_LOST", true, ""))));
        assertBroken(
                History.empty().withCalls(call(Call.Kind.ONCE, new Call.Refused(500, "INTERNAL", false, ""))), OTHERS);
        assertBroken(
                History.empty().withCalls(call(Call.Kind.PUBLISH, new Call.Refused(500, "INTERNAL", false, ""))),
                OTHERS);
    }

    @Test
    void another_call_that_fails_after_its_time_or_never_breaks_the_promise() {
        Call.Refused refused = new Call.Refused(503, "NODE_LOST", true, "");
        Call late = new Call(Call.Kind.ONCE, "p", 0, 9_000, 9_000, 8_000, "node-1", refused);
        Call inTimeAtLast = new Call(Call.Kind.ONCE, "p", 0, 9_000, 2_000, 8_000, "node-1", refused);
        assertBroken(History.empty().withCalls(late), OTHERS);
        assertHolds(History.empty().withCalls(inTimeAtLast));
        assertBroken(History.empty().withCalls(late).withTroubles(ALL_TROUBLE), OTHERS);
        assertHolds(History.empty()
                .withCalls(late)
                .withTroubles(new Trouble("freeze", 0, 10_000, true, true, true, "node-1")));
        assertBroken(History.empty().withCalls(call(Call.Kind.ONCE, new Call.Silent())), OTHERS);
        assertBroken(
                History.empty()
                        .withCalls(call(Call.Kind.ONCE, new Call.Silent()))
                        .withTroubles(DEAD_GATEWAY),
                OTHERS);
    }

    @Test
    void nobody_may_find_no_gateway_while_there_is_one() {
        Call none = call(Call.Kind.ONCE, new Call.Refused(0, Call.NO_GATEWAY, true, ""));
        assertBroken(History.empty().withCalls(none), OTHERS);
        assertBroken(History.empty().withCalls(none).withTroubles(DEAD_GATEWAY), OTHERS);
        assertHolds(History.empty().withCalls(none).withTroubles(ALL_TROUBLE));
    }

    @Test
    void a_connection_may_break_with_its_gateway_alone() {
        Call broken = call(Call.Kind.ONCE, new Call.Broken("reset"));
        assertBroken(History.empty().withCalls(broken), OTHERS);
        assertHolds(History.empty().withCalls(broken).withTroubles(DEAD_GATEWAY));
        assertBroken(
                History.empty().withCalls(broken).withTroubles(new Trouble("restart", 0, 1_000, false, false, false)),
                OTHERS);
    }

    @Test
    void of_two_operators_one_may_be_refused() {
        Call.Outcome conflict = new Call.Refused(409, "STATE_CONFLICT", false, "");
        assertHolds(History.empty().withCalls(call(Call.Kind.CHANGE, conflict)));
        assertBroken(History.empty().withCalls(call(Call.Kind.ONCE, conflict)), OTHERS);
    }

    @Test
    void an_answer_to_another_question_is_wrong() {
        assertBroken(History.empty().withCalls(call(Call.Kind.ONCE, new Call.Wrong("{}"))), RIGHT);
    }

    @Test
    void catalogs_that_differ_or_lack_something_are_not_equal() {
        assertBroken(ending(Map.of("a", Map.of("k", "1"), "b", Map.of("k", "2"))), CATALOG);
        assertBroken(ending(Map.of("a", Map.of("k", "1"), "b", Map.of())), CATALOG);
        assertHolds(ending(Map.of("a", Map.of("k", "1"), "b", Map.of("k", "1"))));
    }

    @Test
    void an_acknowledged_change_is_there_or_a_later_one_is() {
        Change first = new Change("k", "1", 0, true);
        Change maybe = new Change("k", "2", 1, false);
        Change third = new Change("k", "3", 2, true);
        History ended = ending(Map.of("a", Map.of("k", "1")));
        assertHolds(ended.withChanges(first));
        assertHolds(ended.withChanges(first, maybe));
        assertBroken(ended.withChanges(first, maybe, third), KEPT);
        assertHolds(ending(Map.of("a", Map.of("k", "2"))).withChanges(first, maybe));
        assertBroken(ending(Map.of("a", Map.of())).withChanges(first), KEPT);
    }

    @Test
    void a_replica_too_many_or_too_few_is_seen() {
        assertBroken(running(Map.of("a", Map.of("p", 1), "b", Map.of("p", 1)), 1), REPLICAS);
        assertBroken(running(Map.of("a", Map.of("p", 1), "b", Map.of()), 2), REPLICAS);
        assertBroken(running(Map.of("a", Map.of("p", 2), "b", Map.of()), 1), REPLICAS);
        assertHolds(running(Map.of("a", Map.of("p", 1), "b", Map.of("p", 1)), 2));
        assertBroken(running(Map.of("a", Map.of("p", 1)), 0), REPLICAS);
    }

    @Test
    void nodes_that_tell_of_different_places_or_of_one_twice_are_seen() {
        assertBroken(
                placed(Map.of("a", Map.of("p", List.of("0 at x")), "b", Map.of("p", List.of("0 at y")))), PLACEMENT);
        assertBroken(placed(Map.of("a", Map.of("p", List.of("0 at x", "1 at x")))), PLACEMENT);
        assertBroken(placed(Map.of("a", Map.of("p", List.of("0 at x", "0 at y")))), PLACEMENT);
        assertHolds(placed(
                Map.of("a", Map.of("p", List.of("0 at x", "1 at y")), "b", Map.of("p", List.of("1 at y", "0 at x")))));
    }

    @Test
    void what_is_left_is_seen() {
        History left = History.empty()
                .withEnd(new End(Map.of(), Map.of(), Map.of(), Map.of(), List.of("process 1 outlives its node")));
        assertBroken(left, LEFT);
        assertThat(Verdict.of(left).text()).contains("VIOLATED " + LEFT + " (1)", "process 1", "holds    " + ORDER);
    }

    private static History events(int count) {
        Publication[] all = new Publication[count];
        for (int each = 1; each <= count; each++) {
            all[each - 1] = publication(each, true);
        }
        return History.empty().withPublications(all);
    }

    private static Publication publication(long number, boolean acknowledged) {
        return new Publication(7, number, "load:t", 10, acknowledged);
    }

    private static Item event(long number, String epoch, int sequence) {
        return new Item.Event(500, 7, number, "load:t", epoch, String.format("%020d", sequence));
    }

    private static Call call(Call.Kind kind, Call.Outcome outcome) {
        return new Call(kind, "p", 100, 200, 200, 8_000, "node-1", outcome);
    }

    private static History ending(Map<String, Map<String, String>> catalogs) {
        return History.empty().withEnd(new End(catalogs, Map.of(), Map.of(), Map.of(), List.of()));
    }

    private static History running(Map<String, Map<String, Integer>> running, int asked) {
        return History.empty().withEnd(new End(Map.of(), running, Map.of(), Map.of("p", asked), List.of()));
    }

    private static History placed(Map<String, Map<String, List<String>>> placements) {
        return History.empty().withEnd(new End(Map.of(), Map.of(), placements, Map.of(), List.of()));
    }

    private static void assertHolds(History history) {
        assertThat(Verdict.of(history).holds()).as(Verdict.of(history).text()).isTrue();
    }

    private static void assertBroken(History history, String promise) {
        assertThat(Verdict.of(history).violations().get(promise))
                .as(Verdict.of(history).text())
                .isNotEmpty();
    }
}
