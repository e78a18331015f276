package io.dataprism.core.dataset;

import java.math.BigDecimal;
import java.time.LocalDate;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.UInt2Vector;
import org.apache.arrow.vector.UInt8Vector;

/** A cell of Arrow as the text that the engine has for it. */
final class ArrowText {

    private ArrowText() {}

    static String of(FieldVector vector, int row) {
        Object value = vector.getObject(row);
        return switch (value) {
            case null -> null;
            case BigDecimal decimal -> decimal.toPlainString();
            case Object any
            when vector instanceof DateDayVector days ->
                LocalDate.ofEpochDay(days.get(row)).toString();
            case Object any when vector instanceof UInt8Vector unsigned -> Long.toUnsignedString(unsigned.get(row));
            case Object any when vector instanceof UInt2Vector unsigned -> Integer.toString(unsigned.get(row));
            default -> value.toString();
        };
    }
}
