package io.dataprism.plugins.line;

/**
 * The points of a line in a narrow piece of the horizontal axis: the first, the last, the lowest and the highest. Lines drawn
 * through these four cover the same pixels as lines through all of them, where the piece is not wider than a pixel.
 */
final class Column {

    private double firstX = Double.POSITIVE_INFINITY;
    private double firstY;
    private double lastX = Double.NEGATIVE_INFINITY;
    private double lastY;
    private double lowestX;
    private double lowestY = Double.POSITIVE_INFINITY;
    private double highestX;
    private double highestY = Double.NEGATIVE_INFINITY;
    private double firstGap = Double.POSITIVE_INFINITY;
    private double lastGap = Double.NEGATIVE_INFINITY;

    /** @param y NaN where the line has a gap */
    void add(double x, double y) {
        if (Double.isNaN(y)) {
            firstGap = Math.min(firstGap, x);
            lastGap = Math.max(lastGap, x);
            return;
        }
        if (x < firstX) {
            firstX = x;
            firstY = y;
        }
        if (x >= lastX) {
            lastX = x;
            lastY = y;
        }
        if (y < lowestY) {
            lowestX = x;
            lowestY = y;
        }
        if (y > highestY) {
            highestX = x;
            highestY = y;
        }
    }

    /** Takes over what the neighbour at the right has. */
    void add(Column other) {
        if (other.firstX <= other.lastX) {
            add(other.firstX, other.firstY);
            add(other.lowestX, other.lowestY);
            add(other.highestX, other.highestY);
            add(other.lastX, other.lastY);
        }
        firstGap = Math.min(firstGap, other.firstGap);
        lastGap = Math.max(lastGap, other.lastGap);
    }

    /** Adds what is kept to a line, from left to right; a gap between its points is too narrow to be seen. */
    void appendTo(Points line) {
        if (firstX > lastX) {
            line.add(firstGap, Double.NaN);
            return;
        }
        if (firstGap < firstX) {
            line.add(firstGap, Double.NaN);
        }
        line.add(firstX, firstY);
        boolean lowestIsLeft = lowestX <= highestX;
        inner(line, lowestIsLeft ? lowestX : highestX, lowestIsLeft ? lowestY : highestY);
        inner(line, lowestIsLeft ? highestX : lowestX, lowestIsLeft ? highestY : lowestY);
        inner(line, lastX, lastY);
        if (lastGap > lastX) {
            line.add(lastGap, Double.NaN);
        }
    }

    private static void inner(Points line, double x, double y) {
        int previous = line.size() - 1;
        if (line.x(previous) != x || line.y(previous) != y) {
            line.add(x, y);
        }
    }
}
