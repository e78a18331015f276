package io.dataprism.plugins.scatter;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** Rows in the cells of a grid: of those in one cell and of one group, one stands for all. One thread at a time. */
final class Cells {

    /** In cells from zero: what a double tells apart. */
    private static final double FARTHEST = 1L << 52;

    /** Grown further than one row needs, since others will follow it. */
    private static final int MORE_BITS = 12;

    /** Of the cells, so many are left where growing has joined few. */
    private static final double FEW_JOINED = 0.9;

    private static final long MIX = 0x9e3779b97f4a7c15L;

    private final double width;
    private final double height;
    private final Map<Cell, Row> rows = new LinkedHashMap<>();

    /** The size of a cell. */
    Cells(double width, double height) {
        this.width = width;
        this.height = height;
    }

    private record Cell(long column, long line, int group) {

        /** Distant cells have numbers that end in many zeros; all of their bits count. */
        @Override
        public int hashCode() {
            long mixed = (column * MIX ^ Long.rotateLeft(line * MIX, 32)) + group;
            return (int) ((mixed ^ mixed >>> 32) * MIX >>> 32);
        }
    }

    /** @param row of which x and y say the cell */
    void add(Row row) {
        add(row, row.x(), row.y());
    }

    /** The same where the row's cell is said by another place, such as one in pixels. */
    void add(Row row, double x, double y) {
        rows.merge(cell(row, x, y), row, Row::with);
    }

    /** Lets a row that was added stand for its cell. */
    void show(Row row) {
        show(row, row.x(), row.y());
    }

    /** The same by another place. */
    void show(Row row, double x, double y) {
        rows.computeIfPresent(cell(row, x, y), (cell, shown) -> row.standingFor(shown.count()));
    }

    private Cell cell(Row row, double x, double y) {
        return new Cell((long) Math.floor(x / width), (long) Math.floor(y / height), row.group());
    }

    int size() {
        return rows.size();
    }

    Collection<Row> rows() {
        return rows.values();
    }

    /** Cells that can tell a row's place: the same, or coarser ones where it is too far away to be counted in cells. */
    Cells reaching(Row row) {
        double columns = Math.abs(row.x() / width) / FARTHEST;
        double lines = Math.abs(row.y() / height) / FARTHEST;
        return columns < 1 && lines < 1 ? this : coarser(grown(columns), grown(lines));
    }

    /** Coarser cells, half as many at most. They grow twice as much at a time as long as that joins few. */
    Cells coarser() {
        Cells coarser = this;
        int bits = 1;
        while (coarser.size() > size() / 2) {
            int before = coarser.size();
            coarser = coarser.coarser(Math.scalb(1.0, bits), Math.scalb(1.0, bits));
            bits = coarser.size() > before * FEW_JOINED ? Math.min(2 * bits, MORE_BITS) : bits;
        }
        return coarser;
    }

    private Cells coarser(double across, double down) {
        Cells coarser = new Cells(width * across, height * down);
        rows.values().forEach(coarser::add);
        return coarser;
    }

    private static double grown(double times) {
        return times < 1 ? 1 : Math.scalb(1.0, Math.getExponent(times) + MORE_BITS);
    }
}
