package io.dataprism.load.fan;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TallyTest {

    private static final int[][] NOTHING = new int[2][3];

    @Test
    void all_of_two_publishers_in_their_order_is_neither_lost_nor_doubled() {
        Tally tally = new Tally(0, 3, NOTHING);
        tally.add(0, 2, 0);
        tally.add(1, 2, 0);
        tally.add(0, 2, 1);
        assertThat(tally.lost(new int[][] {{0, 0, 2}, {0, 0, 1}})).isZero();
        assertThat(tally.doubled()).isZero();
    }

    @Test
    void one_that_never_came_is_lost_whether_or_not_a_later_one_did() {
        Tally tally = new Tally(1, 1, NOTHING);
        tally.add(0, 1, 0);
        tally.add(0, 1, 2);
        assertThat(tally.lost(new int[][] {{9, 3, 9}, {9, 0, 9}})).isEqualTo(1);
        assertThat(tally.lost(new int[][] {{9, 5, 9}, {9, 1, 9}})).isEqualTo(4);
        assertThat(tally.doubled()).isZero();
    }

    @Test
    void one_that_came_again_is_doubled() {
        Tally tally = new Tally(0, 1, NOTHING);
        tally.add(1, 0, 0);
        tally.add(1, 0, 0);
        assertThat(tally.doubled()).isEqualTo(1);
        assertThat(tally.lost(new int[][] {{0}, {1}})).isZero();
    }

    @Test
    void one_who_comes_later_is_not_told_what_was_before() {
        int[][] before = {{7, 0, 0}, {0, 0, 0}};
        Tally tally = new Tally(0, 1, before);
        tally.add(0, 0, 7);
        assertThat(tally.lost(new int[][] {{8}, {0}})).isZero();
    }
}
