package io.dataprism.plugins.delays;

import io.dataprism.plugin.Cells;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.Decimal256Vector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.UInt8Vector;

/** What is gathered of one group. One thread at a time. */
final class Figures {

    private final Total total = new Total();
    private final Distribution distribution = new Distribution();

    /** Adds a value that is not NULL, unless there is no memory left for it; then nothing is changed. */
    boolean tryAdd(FieldVector values, int row, MemoryBudget.Share share) {
        double number = Cells.number(values, row);
        if (!distribution.tryAdd(number, share)) {
            return false;
        }
        switch (values) {
            case UInt8Vector unsigned -> total.add(new BigDecimal(Long.toUnsignedString(unsigned.get(row))));
            case BaseIntVector integers -> total.add(integers.getValueAsLong(row));
            case DecimalVector decimals -> total.add(decimals.getObject(row));
            case Decimal256Vector decimals -> total.add(decimals.getObject(row));
            default -> total.add(number);
        }
        return true;
    }

    void approximate(MemoryBudget.Share share) {
        distribution.approximate(share);
    }

    /** The figures as they are now. */
    GroupRow toRow(Optional<String> key) {
        return new GroupRow(
                key.map(text -> text.getBytes(StandardCharsets.UTF_8)).orElse(null),
                distribution.count(),
                total.mean(distribution.count()),
                distribution.quantile(0.5),
                distribution.quantile(0.95),
                distribution.isExact());
    }
}
