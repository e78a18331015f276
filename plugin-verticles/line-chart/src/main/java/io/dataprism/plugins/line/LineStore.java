package io.dataprism.plugins.line;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The points of all lines of a chart, in bounded memory. Up to {@value #MAX_POINTS} points are kept as they are; then the
 * horizontal axis is cut into equal pieces, and of each piece and line a {@link Column} is kept. Where these become too many, or the
 * points lie further apart than was thought, neighbouring pieces are joined. Points may come in any order. One thread at a time.
 */
final class LineStore {

    static final int MAX_POINTS = 100_000;
    static final int MAX_COLUMNS = 100_000;

    /** Of the range that the first points have: more than any picture has pixels. */
    private static final int FIRST_PIECES = 16_384;

    private static final int MOST_BITS = 12;

    /** Of the pieces, so many are left where joining has joined few. */
    private static final double FEW_JOINED = 0.9;

    private final List<Points> points = new ArrayList<>();
    private @Nullable List<Map<Long, Column>> columns;
    private double pieceWidth;
    private int count;

    /** @param line from 0, at most one more than the highest before */
    void add(int line, double x, double y) {
        if (columns == null && count == MAX_POINTS) {
            cut();
        }
        if (columns == null) {
            while (points.size() <= line) {
                points.add(new Points());
            }
            points.get(line).add(x, y);
            count++;
        } else {
            add(columns, line, x, y);
        }
    }

    /** Whether some points stand for others. */
    boolean isReduced() {
        return columns != null;
    }

    /** The points of each line, from left to right. */
    List<Points> lines() {
        if (columns == null) {
            return points.stream().map(Points::sorted).toList();
        }
        List<Points> lines = new ArrayList<>();
        for (Map<Long, Column> line : columns) {
            Points kept = new Points();
            new TreeMap<>(line).values().forEach(column -> column.appendTo(kept));
            lines.add(kept);
        }
        return lines;
    }

    private void cut() {
        double lowest = Double.POSITIVE_INFINITY;
        double highest = Double.NEGATIVE_INFINITY;
        for (Points line : points) {
            for (int index = 0; index < line.size(); index++) {
                lowest = Math.min(lowest, line.x(index));
                highest = Math.max(highest, line.x(index));
            }
        }
        double finest = 2 * Math.ulp(Math.max(Math.abs(lowest), Math.abs(highest)));
        double piece = Math.max(finest, highest / FIRST_PIECES - lowest / FIRST_PIECES);
        pieceWidth = Math.scalb(1.0, Math.max(Math.getExponent(piece), Double.MIN_EXPONENT));
        columns = new ArrayList<>();
        count = 0;
        for (int line = 0; line < points.size(); line++) {
            for (int index = 0; index < points.get(line).size(); index++) {
                add(columns, line, points.get(line).x(index), points.get(line).y(index));
            }
        }
        points.clear();
    }

    private void add(List<Map<Long, Column>> lines, int line, double x, double y) {
        while (Math.abs(x / pieceWidth) >= 1L << 53) {
            join(lines, MOST_BITS);
        }
        if (count > MAX_COLUMNS) {
            halve(lines);
        }
        while (lines.size() <= line) {
            lines.add(new HashMap<>());
        }
        lines.get(line)
                .computeIfAbsent((long) Math.floor(x / pieceWidth), piece -> {
                    count++;
                    return new Column();
                })
                .add(x, y);
    }

    /** Joins pieces until there are half as many at most; more at a time as long as that joins few. */
    private void halve(List<Map<Long, Column>> lines) {
        int bits = 1;
        while (count > MAX_COLUMNS / 2) {
            int before = count;
            join(lines, bits);
            bits = count > before * FEW_JOINED ? Math.min(2 * bits, MOST_BITS) : bits;
        }
    }

    /** Joins pieces by as many as there are numbers of so many bits. */
    private void join(List<Map<Long, Column>> lines, int bits) {
        pieceWidth = Math.scalb(pieceWidth, bits);
        count = 0;
        for (int line = 0; line < lines.size(); line++) {
            Map<Long, Column> joined = new HashMap<>();
            new TreeMap<>(lines.get(line)).forEach((piece, column) -> {
                Column before = joined.putIfAbsent(piece >> bits, column);
                if (before != null) {
                    before.add(column);
                }
            });
            lines.set(line, joined);
            count += joined.size();
        }
    }
}
