package io.dataprism.load.history;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RecorderTest {

    private final Recorder recorder = new Recorder();

    @Test
    void followers_are_caught_up_when_each_was_told_the_last_acknowledged_event_of_each_publisher() {
        recorder.follows("f");
        recorder.follows("g");
        recorder.published(new Publication(1, 4, "t", 0, true));
        recorder.published(new Publication(1, 5, "t", 0, false));
        recorder.told("f", new Item.Event(0, 1, 4, "t", "e", "1"));
        assertThat(recorder.isCaughtUp()).isFalse();
        recorder.told("g", new Item.Event(0, 1, 5, "t", "e", "2"));
        assertThat(recorder.isCaughtUp()).isTrue();
    }

    @Test
    void answered_calls_are_counted_and_the_others_kept() {
        Call answered = new Call(Call.Kind.ONCE, "p", 0, 12, 12, 100, "n", new Call.Answered());
        Call silent = new Call(Call.Kind.ONCE, "p", 0, 150, 150, 100, "n", new Call.Silent());
        recorder.ended(answered);
        recorder.ended(silent);
        assertThat(recorder.history(End.NONE).calls()).containsExactly(silent);
        assertThat(recorder.summary())
                .containsEntry("onceAnswered", 1L)
                .containsEntry("onceNotAnswered", 1L)
                .containsEntry("onceSlowestMillis", 12L);
    }
}
