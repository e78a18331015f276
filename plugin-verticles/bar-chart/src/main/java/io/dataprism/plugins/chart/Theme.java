package io.dataprism.plugins.chart;

/** The ground of a chart. {@code AUTO} is the reader's choice where the format leaves one, else light. */
enum Theme {
    LIGHT,
    DARK,
    AUTO
}
