package io.dataprism.plugins.drawing;

/** The data of a chart, ready to be laid out for any size. Immutable: any thread. */
public interface Chart {

    /** Places everything. Does not block; takes milliseconds. */
    Drawing draw(Canvas canvas);
}
