package io.dataprism.plugins.scatter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class DotStoreTest {

    @Test
    void fewRowsAreKeptAsTheyAre() {
        DotStore store = new DotStore();
        store.add(new Row(1, 2, 1, 0, 1));
        store.add(new Row(1, 2, 1, 0, 1));
        assertThat(store.kept()).hasSize(2);
        assertThat(store.isReduced()).isFalse();
        assertThat(store.extremes()).containsExactly(new Row(1, 2, 1, 0, 1));
    }

    @Property(tries = 6)
    void ofManyRowsNoneIsForgottenAndTheOutermostAreKept(
            @ForAll long seed,
            @ForAll @IntRange(min = -200, max = 200) int exponent,
            @ForAll @IntRange(min = 1, max = 5) int groups) {
        Random random = new Random(seed);
        DotStore store = new DotStore();
        int count = DotStore.MAX_ROWS + 50_000;
        for (int index = 0; index < count; index++) {
            store.add(new Row(
                    Math.scalb(random.nextGaussian(), exponent),
                    random.nextGaussian(),
                    random.nextInt(100),
                    index % groups,
                    1));
        }
        List<Row> kept = store.kept();
        assertThat(store.isReduced()).isTrue();
        assertThat(store.count()).isEqualTo(count);
        assertThat(kept.stream().mapToLong(Row::count).sum()).isEqualTo(count);
        assertThat(kept.size()).isLessThanOrEqualTo(DotStore.MAX_CELLS);
        double farthest = store.extremes().stream().mapToDouble(Row::x).max().orElseThrow();
        assertThat(kept.stream().mapToDouble(Row::x).max()).hasValue(farthest);
    }

    @Test
    void aRangeThatGrowsWithoutEndStaysBounded() {
        DotStore store = new DotStore();
        for (int index = 0; index < 300_000; index++) {
            store.add(new Row(Math.scalb((double) index, index / 1_000), index, 1, 0, 1));
        }
        assertThat(store.kept()).hasSizeBetween(10, DotStore.MAX_CELLS);
    }
}
