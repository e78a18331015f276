package io.dataprism.plugins.line;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class LineStoreTest {

    @Test
    void fewPointsAreKeptAsTheyAre() {
        LineStore store = new LineStore();
        store.add(0, 2, 20);
        store.add(0, 1, Double.NaN);
        store.add(1, 5, 50);
        assertThat(store.isReduced()).isFalse();
        assertThat(store.lines()).extracting(Points::size).containsExactly(2, 1);
        assertThat(store.lines().getFirst().y(0)).isNaN();
        assertThat(store.lines().getFirst().x(1)).isEqualTo(2);
    }

    @Property(tries = 6)
    void whateverTheOrderOfManyPointsTheirEndsAndExtremesStay(
            @ForAll long seed,
            @ForAll @IntRange(min = -30, max = 30) int exponent,
            @ForAll @DoubleRange(min = -1e12, max = 1e12) double from,
            @ForAll @IntRange(min = 1, max = 7) int lines) {
        double unit = Math.scalb(1.0, exponent);
        int count = LineStore.MAX_POINTS + 20_000;
        List<Integer> order = new ArrayList<>(IntStream.range(0, count).boxed().toList());
        Random random = new Random(seed);
        Collections.shuffle(order, random);
        LineStore store = new LineStore();
        for (int line = 0; line < lines; line++) {
            store.add(line, from, line);
        }
        double lowest = 0;
        double highest = 0;
        for (int index : order) {
            double y = random.nextGaussian();
            lowest = Math.min(lowest, y);
            highest = Math.max(highest, y);
            store.add(0, from + index * unit, y);
        }
        assertThat(store.isReduced()).isTrue();
        Points line = store.lines().getFirst();
        double low = lowest;
        double high = highest;
        assertThat(IntStream.range(0, line.size()).mapToDouble(line::y)).contains(low, high);
        assertThat(IntStream.range(0, line.size()).mapToDouble(line::x)).isSorted();
        assertThat(line.x(line.size() - 1)).isEqualTo(from + (count - 1) * unit);
        assertThat(line.size()).isLessThanOrEqualTo(4 * LineStore.MAX_COLUMNS);
    }

    @Test
    void aRangeThatGrowsWithoutEndStaysBounded() {
        LineStore store = new LineStore();
        for (int index = 0; index < 400_000; index++) {
            store.add(index % 3, Math.scalb((double) index, index / 1_000), index);
        }
        assertThat(store.lines()).allSatisfy(line -> assertThat(line.size()).isLessThan(4 * LineStore.MAX_COLUMNS));
    }

    @Test
    void aGapIsSeenWhereNoPointIs() {
        LineStore store = new LineStore();
        for (int index = 0; index < 200_000; index++) {
            store.add(0, index, index >= 90_000 && index < 95_000 ? Double.NaN : 1);
        }
        Points line = store.lines().getFirst();
        assertThat(IntStream.range(0, line.size())
                        .filter(index -> Double.isNaN(line.y(index)))
                        .mapToDouble(line::x))
                .isNotEmpty()
                .allMatch(x -> x >= 90_000 && x < 95_000);
    }
}
