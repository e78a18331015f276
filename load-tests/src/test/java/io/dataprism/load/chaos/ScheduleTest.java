package io.dataprism.load.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScheduleTest {

    private static final List<FaultKind> ALL = List.of(FaultKind.values());

    @Test
    void a_seed_gives_the_same_each_time_and_another_one_something_else() {
        Schedule schedule = Schedule.of(42, Duration.ofMinutes(30), 3, ALL);
        assertThat(Schedule.of(42, Duration.ofMinutes(30), 3, ALL)).isEqualTo(schedule);
        assertThat(Schedule.of(43, Duration.ofMinutes(30), 3, ALL)).isNotEqualTo(schedule);
    }

    @Test
    void it_fills_its_time_with_faults_of_each_kind_on_each_node() {
        List<Schedule.Step> steps =
                Schedule.of(1, Duration.ofMinutes(60), 3, ALL).steps();
        assertThat(steps).hasSizeGreaterThan(60);
        assertThat(steps).extracting(Schedule.Step::kind).contains(FaultKind.values());
        assertThat(steps).extracting(Schedule.Step::node).contains(0, 1, 2).doesNotContain(3);
    }

    @Test
    void longer_is_the_same_with_more_behind_it() {
        List<Schedule.Step> brief =
                Schedule.of(7, Duration.ofMinutes(3), 3, ALL).steps();
        List<Schedule.Step> whole =
                Schedule.of(7, Duration.ofMinutes(9), 3, ALL).steps();
        assertThat(whole.subList(0, brief.size())).isEqualTo(brief);
    }

    @Test
    void only_what_can_be_done_is_done() {
        List<FaultKind> kinds = List.of(FaultKind.KILL, FaultKind.FREEZE);
        assertThat(Schedule.of(7, Duration.ofMinutes(9), 2, kinds).steps())
                .allMatch(step -> kinds.contains(step.kind()) && step.node() < 2)
                .allSatisfy(step -> assertThat(step.text()).contains("of node"));
    }
}
