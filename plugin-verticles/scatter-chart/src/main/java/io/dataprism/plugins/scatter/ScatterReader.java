package io.dataprism.plugins.scatter;

import io.dataprism.plugin.Batch;
import io.dataprism.plugin.PluginException;
import io.dataprism.plugins.drawing.AxisKind;
import io.dataprism.plugins.drawing.Chart;
import io.dataprism.plugins.drawing.ChartReader;
import io.dataprism.plugins.drawing.InputColumns;
import io.dataprism.plugins.drawing.Labels;
import io.dataprism.plugins.drawing.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.vector.FieldVector;

/** Reads rows into dots. Rows without a place on both axes, and without a size where sizes matter, are counted. */
final class ScatterReader implements ChartReader {

    private final ScatterParameters parameters;
    private final DotStore store = new DotStore();
    private final Names groups;
    private AxisKind xKind = AxisKind.NUMBER;
    private AxisKind yKind = AxisKind.NUMBER;
    private long rowsWithoutPlace;
    private long rowsWithoutSize;

    ScatterReader(ScatterParameters parameters) {
        this.parameters = parameters;
        this.groups = new Names(parameters.maxGroups());
    }

    @Override
    public void add(Batch batch) {
        FieldVector x = InputColumns.column(batch, "x", parameters.x());
        FieldVector y = InputColumns.column(batch, "y", parameters.y());
        xKind = kind(x, "x");
        yKind = kind(y, "y");
        Optional<FieldVector> group = parameters.group().map(name -> InputColumns.column(batch, "group", name));
        Optional<FieldVector> size =
                parameters.size().map(name -> InputColumns.numeric(batch, "size", name, "the sizes need"));
        for (int row = 0; row < batch.rowCount(); row++) {
            addRow(AxisKind.value(x, row), AxisKind.value(y, row), group, size, row);
        }
    }

    @Override
    public Chart chart() {
        return new ScatterLayout(
                parameters,
                xKind,
                yKind,
                groups.kept().stream().map(Labels::printable).toList(),
                store.kept(),
                List.copyOf(store.extremes()),
                store.count(),
                notes());
    }

    private void addRow(double x, double y, Optional<FieldVector> group, Optional<FieldVector> size, int row) {
        double area = size.isEmpty() ? 1 : AxisKind.value(size.get(), row);
        if (Double.isNaN(x) || Double.isNaN(y)) {
            rowsWithoutPlace++;
        } else if (Double.isNaN(area) || area < 0) {
            rowsWithoutSize++;
        } else {
            store.add(new Row(x, y, area, group.isEmpty() ? 0 : groupOf(group.get(), row), 1));
        }
    }

    private int groupOf(FieldVector group, int row) {
        String name = io.dataprism.plugin.Cells.text(group, row);
        return groups.indexOf(name == null ? "NULL" : name);
    }

    private static AxisKind kind(FieldVector column, String parameter) {
        return AxisKind.of(column)
                .orElseThrow(() -> PluginException.invalidParameter(
                        parameter,
                        "is '" + column.getName() + "', a column of type "
                                + column.getField().getType() + "; the axes of dots need numbers, dates or times"));
    }

    /** What the chart must say of what it does not show. */
    private List<String> notes() {
        List<String> notes = new ArrayList<>();
        if (groups.isCut()) {
            notes.add("The first " + groups.kept().size() + " of " + groups.countInWords()
                    + " groups have colours; the others are grey.");
        }
        without(notes, rowsWithoutPlace, "a place on both axes");
        without(notes, rowsWithoutSize, "a size");
        return notes;
    }

    private static void without(List<String> notes, long rows, String what) {
        if (rows > 0) {
            notes.add(rows + (rows == 1 ? " row" : " rows") + " without " + what + (rows == 1 ? " is" : " are")
                    + " not shown.");
        }
    }
}
