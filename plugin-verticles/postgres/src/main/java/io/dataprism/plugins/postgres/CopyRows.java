package io.dataprism.plugins.postgres;

import io.dataprism.plugin.Batch;
import io.dataprism.plugin.Cells;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.jspecify.annotations.Nullable;

/** Rows of batches in the text form that {@code COPY} reads. Used by one thread. */
final class CopyRows {

    private static final byte[] NULL = {'\\', 'N'};
    private static final byte[] HEXADECIMAL = {'\\', '\\', 'x'};

    private final ByteArrayOutputStream out = new ByteArrayOutputStream(1 << 16);

    /** Whether enough has come together to be sent. */
    boolean isFull() {
        return out.size() >= 1 << 16;
    }

    /** What has come together since the last call. */
    byte[] take() {
        byte[] bytes = out.toByteArray();
        out.reset();
        return bytes;
    }

    /** Adds a row. */
    void add(Batch batch, int row) {
        List<FieldVector> columns = batch.root().getFieldVectors();
        for (int index = 0; index < columns.size(); index++) {
            if (index > 0) {
                out.write('\t');
            }
            add(columns.get(index), row);
        }
        out.write('\n');
    }

    private void add(FieldVector column, int row) {
        if (column.isNull(row)) {
            out.writeBytes(NULL);
            return;
        }
        switch (column) {
            case VarCharVector texts -> escape(texts.get(row));
            case VarBinaryVector bytes -> {
                out.writeBytes(HEXADECIMAL);
                out.writeBytes(HexFormat.of().formatHex(bytes.get(row)).getBytes(StandardCharsets.US_ASCII));
            }
            default -> escape(bytes(Cells.text(column, row)));
        }
    }

    private static byte[] bytes(@Nullable String text) {
        return text == null ? NULL : text.getBytes(StandardCharsets.UTF_8);
    }

    private void escape(byte[] text) {
        for (byte each : text) {
            switch (each) {
                case '\\' -> escaped('\\');
                case '\n' -> escaped('n');
                case '\r' -> escaped('r');
                case '\t' -> escaped('t');
                default -> out.write(each);
            }
        }
    }

    private void escaped(char as) {
        out.write('\\');
        out.write(as);
    }
}
