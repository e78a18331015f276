package io.dataprism.plugins.validator;

import io.dataprism.plugin.Batch;
import io.dataprism.plugin.ValidationReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.FieldVector;

/** One call: its rules over its rows. Close it to give the memory's count back. One thread at a time, but for closing. */
final class Validation implements AutoCloseable {

    private final List<Tally> tallies;
    private long rows;
    private long invalidRows;

    Validation(List<Rule> rules, int exampleLimit) {
        tallies = rules.stream().map(rule -> new Tally(rule, exampleLimit)).toList();
    }

    /** The rules that need values of other tables before the first row is checked. */
    List<Referential> references() {
        return tallies.stream()
                .map(tally -> tally.rule().check())
                .filter(Referential.class::isInstance)
                .map(Referential.class::cast)
                .toList();
    }

    /** Checks the rows of a batch, which stays the caller's to close. */
    void add(Batch batch) {
        List<List<FieldVector>> columns = new ArrayList<>();
        for (Tally tally : tallies) {
            List<FieldVector> each =
                    tally.rule().fields().stream().map(batch::column).toList();
            tally.rule().check().accept(each);
            columns.add(each);
        }
        for (int row = 0; row < batch.rowCount(); row++) {
            rows++;
            boolean valid = true;
            for (int index = 0; index < tallies.size(); index++) {
                Tally tally = tallies.get(index);
                if (!tally.holds(columns.get(index), row, rows) && !tally.rule().warning()) {
                    valid = false;
                }
            }
            invalidRows += valid ? 0 : 1;
        }
    }

    ValidationReport report() {
        List<ValidationReport.Finding> errors = findings(false);
        List<ValidationReport.Finding> warnings = new ArrayList<>(findings(true));
        if (rows == 0) {
            warnings.add(new ValidationReport.Finding(
                    "dataset", null, null, 0, "The input has no rows, so no rule says anything."));
        } else {
            tallies.stream()
                    .filter(Tally::sawNothing)
                    .map(tally -> new ValidationReport.Finding(
                            tally.rule().name(),
                            tally.rule().field(),
                            null,
                            rows,
                            "All " + rows + " values of '" + tally.rule().field()
                                    + "' are NULL, so this rule says nothing."))
                    .forEach(warnings::add);
        }
        return ValidationReport.of(
                errors,
                warnings,
                new ValidationReport.Statistics(
                        rows,
                        invalidRows,
                        Map.of("rules", tallies.stream().map(Tally::statistics).toList())));
    }

    private List<ValidationReport.Finding> findings(boolean warning) {
        return tallies.stream()
                .filter(tally -> tally.isBroken() && tally.rule().warning() == warning)
                .map(Tally::finding)
                .toList();
    }

    @Override
    public void close() {
        for (Tally tally : tallies) {
            switch (tally.rule().check()) {
                case Unique unique -> unique.seen().close();
                case Referential referential -> referential.known().close();
                default -> {}
            }
        }
    }
}
