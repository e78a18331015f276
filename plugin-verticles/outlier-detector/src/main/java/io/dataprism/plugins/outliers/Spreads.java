package io.dataprism.plugins.outliers;

import io.dataprism.plugin.Batch;
import io.dataprism.plugin.Cells;
import io.dataprism.plugin.PluginException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.vector.FieldVector;
import org.jspecify.annotations.Nullable;

/** The spread of each column in each group: what {@code detect} judges by. Bounded; one thread at a time. */
final class Spreads implements Judge {

    /** Spreads and windows at most, of all groups and columns together. */
    static final int MAX_PARTS = 200_000;

    private final int columnCount;
    private final Map<Optional<String>, @Nullable Spread[]> byGroup = new HashMap<>();

    private Spreads(int columnCount) {
        this.columnCount = columnCount;
    }

    /** Of batches that are held, which stay the caller's to close. */
    static Spreads ofBatches(List<Batch> batches, Question question, Method method) {
        int columnCount = question.columns().size();
        Spreads spreads = new Spreads(columnCount);
        for (int column = 0; column < columnCount; column++) {
            Map<Optional<String>, GrowingValues> values = new HashMap<>();
            for (Batch batch : batches) {
                collect(question, batch, column, values);
            }
            for (Map.Entry<Optional<String>, GrowingValues> group : values.entrySet()) {
                spreads.parts(group.getKey())[column] =
                        method.of(group.getValue().toArray());
            }
        }
        return spreads;
    }

    private static void collect(
            Question question, Batch batch, int column, Map<Optional<String>, GrowingValues> values) {
        FieldVector vector = question.values(batch).get(column);
        Optional<FieldVector> groups = question.groups(batch);
        for (int row = 0; row < batch.rowCount(); row++) {
            if (vector.isNull(row)) {
                continue;
            }
            double value = Cells.number(vector, row);
            if (Double.isFinite(value)) {
                int each = row;
                Optional<String> group = groups.map(keys -> Cells.text(keys, each));
                values.computeIfAbsent(group, key -> new GrowingValues()).add(value);
                refuseTooMany((long) values.size() * question.columns().size());
            }
        }
    }

    /** None yet; see {@link #addRows}. */
    static Spreads empty(Question question) {
        return new Spreads(question.columns().size());
    }

    /** Adds rows of {@link TableQuestion#figures}: the group where there is one, then two figures for each column. */
    void addRows(Batch batch, boolean grouped, Method method) {
        List<FieldVector> vectors = batch.root().getFieldVectors();
        int first = grouped ? 1 : 0;
        for (int row = 0; row < batch.rowCount(); row++) {
            Optional<String> group =
                    grouped ? Optional.ofNullable(Cells.text(vectors.getFirst(), row)) : Optional.empty();
            @Nullable Spread[] parts = parts(group);
            for (int column = 0; column < columnCount; column++) {
                parts[column] = method.ofFigures(
                        figure(vectors.get(first + 2 * column), row), figure(vectors.get(first + 2 * column + 1), row));
            }
        }
    }

    private static double figure(FieldVector vector, int row) {
        return vector.isNull(row) ? Double.NaN : Cells.number(vector, row);
    }

    @Override
    public double score(Optional<String> group, int column, double value) {
        @Nullable Spread[] parts = byGroup.get(group);
        Spread spread = parts == null ? null : parts[column];
        return spread == null ? Double.NaN : spread.score(value);
    }

    private @Nullable Spread[] parts(Optional<String> group) {
        @Nullable Spread[] parts = byGroup.computeIfAbsent(group, key -> new Spread[columnCount]);
        refuseTooMany((long) byGroup.size() * columnCount);
        return parts;
    }

    static void refuseTooMany(long parts) {
        if (parts > MAX_PARTS) {
            throw new PluginException(
                    "QUOTA_EXCEEDED",
                    "There are more than " + MAX_PARTS
                            + " groups times columns, the most that are compared at once. Group by a coarser column, or ask for"
                            + " fewer columns.");
        }
    }

    private static final class GrowingValues {

        private double[] values = new double[16];
        private int count;

        void add(double value) {
            if (count == values.length) {
                values = Arrays.copyOf(values, 2 * count);
            }
            values[count++] = value;
        }

        double[] toArray() {
            return Arrays.copyOf(values, count);
        }
    }
}
