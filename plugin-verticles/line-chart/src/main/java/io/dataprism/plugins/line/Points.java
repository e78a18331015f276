package io.dataprism.plugins.line;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Points in order, as many as are added. A height that is NaN is a gap. One thread at a time. */
final class Points {

    private static final int FIRST_CAPACITY = 16;

    private double[] xs = new double[FIRST_CAPACITY];
    private double[] ys = new double[FIRST_CAPACITY];
    private int size;

    void add(double x, double y) {
        if (size == xs.length) {
            xs = Arrays.copyOf(xs, 2 * size);
            ys = Arrays.copyOf(ys, 2 * size);
        }
        xs[size] = x;
        ys[size] = y;
        size++;
    }

    int size() {
        return size;
    }

    double x(int index) {
        return xs[index];
    }

    double y(int index) {
        return ys[index];
    }

    /** The same from left to right; points above each other stay in their order. */
    Points sorted() {
        boolean inOrder = IntStream.range(1, size).allMatch(index -> xs[index - 1] <= xs[index]);
        if (inOrder) {
            return this;
        }
        Points sorted = new Points();
        IntStream.range(0, size)
                .boxed()
                .sorted(Comparator.comparingDouble(index -> xs[index]))
                .forEach(index -> sorted.add(xs[index], ys[index]));
        return sorted;
    }
}
