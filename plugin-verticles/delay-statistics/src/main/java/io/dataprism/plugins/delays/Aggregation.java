package io.dataprism.plugins.delays;

import io.dataprism.plugin.Batch;
import io.dataprism.plugin.Cells;
import io.dataprism.plugin.PluginException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.arrow.vector.FieldVector;
import org.jspecify.annotations.Nullable;

/**
 * The figures of each group of one call. Takes its memory from a share of the budget, which it gives back when closed. One
 * thread at a time.
 */
final class Aggregation implements AutoCloseable {

    static final int MAX_GROUPS = 100_000;

    /** A group's objects, its key's characters apart. */
    private static final long GROUP_BYTES = 256;

    private final Columns columns;
    private final MemoryBudget budget;
    private final MemoryBudget.Share share;
    private final Map<Optional<String>, Figures> groups = new HashMap<>();

    /** @param columns which to read; where it names no group, all rows are of one */
    Aggregation(Columns columns, MemoryBudget budget) {
        this.columns = columns;
        this.budget = budget;
        this.share = budget.share();
    }

    /** Adds the rows of a batch, which stays the caller's to close. */
    void add(Batch batch) {
        FieldVector values = columns.values(batch);
        Function<Integer, Optional<String>> keys = keys(batch);
        for (int row = 0; row < batch.rowCount(); row++) {
            Figures figures = figures(keys.apply(row));
            if (!values.isNull(row) && !figures.tryAdd(values, row, share)) {
                groups.values().forEach(group -> group.approximate(share));
                if (!figures.tryAdd(values, row, share)) {
                    throw tooMuch();
                }
            }
        }
    }

    private Function<Integer, Optional<String>> keys(Batch batch) {
        Optional<FieldVector> by = columns.groups(batch);
        return by.<Function<Integer, Optional<String>>>map(
                        column -> row -> Optional.ofNullable(Cells.text(column, row)))
                .orElse(row -> Optional.empty());
    }

    /** The groups sorted by their text's UTF-8 bytes, as the engine sorts text, NULL last. */
    List<GroupRow> rows() {
        Comparator<byte @Nullable []> byBytes = Comparator.nullsLast(Arrays::compareUnsigned);
        return groups.entrySet().stream()
                .map(group -> group.getValue().toRow(group.getKey()))
                .sorted((left, right) -> byBytes.compare(left.key(), right.key()))
                .toList();
    }

    @Override
    public void close() {
        share.close();
    }

    private Figures figures(Optional<String> key) {
        Figures known = groups.get(key);
        return known == null ? newGroup(key) : known;
    }

    private Figures newGroup(Optional<String> key) {
        if (groups.size() >= MAX_GROUPS) {
            throw new PluginException(
                    "QUOTA_EXCEEDED",
                    "Column '" + columns.by().orElse("") + "' has more than " + MAX_GROUPS
                            + " different values, the most that are grouped at once. Group by a coarser column, or narrow"
                            + " the input with WHERE.");
        }
        long bytes = GROUP_BYTES + 2L * key.map(String::length).orElse(0) + CountTable.firstSizeBytes();
        if (!share.tryTake(bytes)) {
            groups.values().forEach(group -> group.approximate(share));
            if (!share.tryTake(bytes)) {
                throw tooMuch();
            }
        }
        Figures figures = new Figures();
        groups.put(key, figures);
        return figures;
    }

    private PluginException tooMuch() {
        return new PluginException(
                "QUOTA_EXCEEDED",
                "The figures of " + groups.size() + " groups need more than the " + budget.limitBytes()
                        + " bytes that all calls of this plugin may hold together. Group by a coarser column, narrow the"
                        + " input with WHERE, or try again when fewer calls are under way.");
    }
}
