package io.dataprism.load.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DuelTest {

    private static final long SECOND = 1_000_000_000;

    @Test
    void warm_ups_do_not_count_and_the_sides_take_turns_in_beginning() throws Exception {
        List<String> order = new ArrayList<>();
        Duel duel = Duel.fight(1, 2, side("ours", order, 100), side("peer", order, 50));
        assertThat(order).containsExactly("ours", "peer", "ours", "peer", "peer", "ours");
        assertThat(duel.ours()).hasSize(2);
        assertThat(duel.ratio()).isEqualTo(2.0);
    }

    @Test
    void a_side_that_is_repeated_adds_its_runs_up() throws Exception {
        Measured twice = side("ours", new ArrayList<>(), 100).times(2).run();
        assertThat(twice).isEqualTo(new Measured(200, 0, 2 * SECOND, 2_000));
        assertThat(twice.unitsPerSecond()).isEqualTo(100.0);
    }

    @Test
    void the_cost_is_said_only_where_both_sides_were_looked_at() {
        Measured clocked = new Measured(1_000, 0, SECOND, 4_000);
        Measured cheaper = new Measured(1_000, 0, SECOND, 2_000);
        Measured unclocked = new Measured(1_000, 0, SECOND, 0);
        assertThat(new Duel(List.of(clocked), List.of(cheaper)).cost())
                .containsEntry("cpuMicrosOfThousandOurs", 4.0)
                .containsEntry("cpuAgainstByOurs", 0.5);
        assertThat(new Duel(List.of(clocked), List.of(unclocked)).cost()).isEmpty();
    }

    @Test
    void the_middle_and_the_ends_of_a_sample_are_found_by_nearest_rank() {
        Samples samples = Samples.of(List.of(4.0, 1.0, 3.0, 2.0));
        assertThat(samples.median()).isEqualTo(2.5);
        assertThat(samples.percentile(50)).isEqualTo(2.0);
        assertThat(samples.percentile(99)).isEqualTo(4.0);
        assertThat(samples.percentile(0)).isEqualTo(samples.least());
        assertThat(Samples.of(List.of(7.0)).percentile(99)).isEqualTo(7.0);
    }

    @Test
    void a_goal_is_met_by_its_own_bound() {
        assertThat(new Goal.AtLeast(0.95).isMetBy(0.95)).isTrue();
        assertThat(new Goal.AtLeast(0.95).isMetBy(0.94)).isFalse();
        assertThat(new Goal.AtMost(16).isMetBy(16)).isTrue();
        assertThat(new Goal.AtMost(16).isMetBy(16.1)).isFalse();
    }

    private static Duel.Side side(String name, List<String> order, long units) {
        return () -> {
            order.add(name);
            return new Measured(units, 0, SECOND, 1_000);
        };
    }
}
