package io.dataprism.plugins.scatter;

/**
 * A row that is drawn.
 *
 * @param size 1 where sizes do not matter
 * @param group from 0; -1 for the rows of the groups that have no colour
 * @param count of the rows that it stands for, itself included
 */
record Row(double x, double y, double size, int group, long count) {

    /** The larger one for both, so that no large dot is lost. */
    Row with(Row other) {
        Row shown = other.size > size ? other : this;
        return shown.standingFor(count + other.count);
    }

    Row standingFor(long rows) {
        return new Row(x, y, size, group, rows);
    }
}
