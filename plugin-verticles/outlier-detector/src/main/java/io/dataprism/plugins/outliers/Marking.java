package io.dataprism.plugins.outliers;

import io.dataprism.plugin.Batch;
import io.dataprism.plugin.Cells;
import io.dataprism.plugin.PluginException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.util.TransferPair;

/** Adds the scores to batches. One thread at a time. */
final class Marking {

    private static final String FLAG = "outlier";

    private final Question question;
    private final Judge judge;
    private final BufferAllocator allocator;

    Marking(Question question, Judge judge, BufferAllocator allocator) {
        this.question = question;
        this.judge = judge;
        this.allocator = allocator;
    }

    /**
     * The rows with a score for each column and the flag; only the flagged ones where the question is for them.
     *
     * @param batch is closed by this, whatever happens
     */
    Batch mark(Batch batch) {
        List<FieldVector> added = new ArrayList<>();
        try (batch) {
            refuseTakenNames(batch);
            for (String column : question.columns()) {
                added.add(new Float8Vector(column + "_score", allocator));
            }
            added.add(new BitVector(FLAG, allocator));
            List<FieldVector> values = question.values(batch);
            Optional<FieldVector> groups = question.groups(batch);
            for (int row = 0; row < batch.rowCount(); row++) {
                judge(row, values, groups, added);
            }
            added.forEach(vector -> vector.setValueCount(batch.rowCount()));
            return question.onlyOutliers() ? flagged(batch, added) : all(batch, added);
        } catch (RuntimeException failure) {
            added.forEach(FieldVector::close);
            throw failure;
        }
    }

    private void judge(int row, List<FieldVector> values, Optional<FieldVector> groups, List<FieldVector> added) {
        Optional<String> group = groups.map(vector -> Cells.text(vector, row));
        boolean outlier = false;
        for (int column = 0; column < values.size(); column++) {
            FieldVector vector = values.get(column);
            Float8Vector scores = (Float8Vector) added.get(column);
            double score = vector.isNull(row) ? Double.NaN : judge.scoreOfAny(group, column, Cells.number(vector, row));
            if (Double.isNaN(score)) {
                scores.setNull(row);
            } else {
                scores.setSafe(row, score);
                outlier |= Math.abs(score) > question.threshold();
            }
        }
        ((BitVector) added.getLast()).setSafe(row, outlier ? 1 : 0);
    }

    /** The batch's own vectors, moved: nobody else has a reference to it. */
    private static Batch all(Batch batch, List<FieldVector> added) {
        List<FieldVector> vectors = new ArrayList<>();
        for (FieldVector vector : batch.root().getFieldVectors()) {
            TransferPair pair = vector.getTransferPair(vector.getAllocator());
            pair.transfer();
            vectors.add((FieldVector) pair.getTo());
        }
        vectors.addAll(added);
        return batchOf(vectors, batch.rowCount());
    }

    private Batch flagged(Batch batch, List<FieldVector> added) {
        List<FieldVector> sources = new ArrayList<>(batch.root().getFieldVectors());
        sources.addAll(added);
        BitVector flags = (BitVector) added.getLast();
        List<FieldVector> targets = new ArrayList<>();
        try {
            int rows = 0;
            for (FieldVector source : sources) {
                FieldVector target = source.getField().createVector(allocator);
                targets.add(target);
                rows = copyFlagged(source, target, flags);
            }
            added.forEach(FieldVector::close);
            return batchOf(targets, rows);
        } catch (RuntimeException failure) {
            targets.forEach(FieldVector::close);
            throw failure;
        }
    }

    private static int copyFlagged(FieldVector source, FieldVector target, BitVector flags) {
        int rows = 0;
        target.allocateNew();
        for (int row = 0; row < flags.getValueCount(); row++) {
            if (flags.get(row) == 1) {
                target.copyFromSafe(row, rows++, source);
            }
        }
        target.setValueCount(rows);
        return rows;
    }

    private static Batch batchOf(List<FieldVector> vectors, int rows) {
        return new Batch(
                new VectorSchemaRoot(vectors.stream().map(FieldVector::getField).toList(), vectors, rows));
    }

    private void refuseTakenNames(Batch batch) {
        List<String> names = new ArrayList<>(
                question.columns().stream().map(column -> column + "_score").toList());
        names.add(FLAG);
        for (String name : names) {
            if (batch.root().getVector(name) != null) {
                throw new PluginException(
                        "REQUEST_INVALID",
                        "The input has a column '" + name
                                + "', which is a column of the answer. Give it another name with AS.");
            }
        }
    }
}
