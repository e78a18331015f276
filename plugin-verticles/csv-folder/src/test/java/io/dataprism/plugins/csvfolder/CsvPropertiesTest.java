package io.dataprism.plugins.csvfolder;

import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.plugin.Batch;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/** What is written is read as it was, whatever it is. */
class CsvPropertiesTest {

    @Provide
    Arbitrary<List<List<String>>> tables() {
        Arbitrary<String> value = Arbitraries.strings()
                .withChars("ab \t,;\"'\r\n\\\u00e4\u20ac\uFEFF")
                .ofMaxLength(6)
                .injectNull(0.2);
        return Arbitraries.integers()
                .between(1, 3)
                .flatMap(columns -> value.list().ofSize(columns).list().ofMaxSize(8));
    }

    @Property(tries = 300)
    void rowsComeBackAsTheyWere(@ForAll("tables") List<List<String>> rows, @ForAll boolean tabs) throws Exception {
        char delimiter = tabs ? '\t' : ',';
        int columns = rows.isEmpty() ? 1 : rows.getFirst().size();
        StringBuilder text = new StringBuilder();
        try (RootAllocator allocator = new RootAllocator();
                Batch batch = batch(rows, columns, allocator)) {
            CsvRows form = new CsvRows(delimiter);
            text.append(form.header(batch));
            for (int row = 0; row < rows.size(); row++) {
                text.append(form.row(batch, row));
            }
        }
        CsvParser parser = new CsvParser(new StringReader(text.toString()), "t.csv", delimiter);
        assertThat(parser.header()).hasSize(columns);
        List<List<String>> read = new ArrayList<>();
        for (List<String> row = parser.next(); row != null; row = parser.next()) {
            read.add(row);
        }
        assertThat(read).isEqualTo(rows);
    }

    private static Batch batch(List<List<String>> rows, int columns, RootAllocator allocator) {
        FieldVector[] vectors = new FieldVector[columns];
        for (int column = 0; column < columns; column++) {
            VarCharVector vector = new VarCharVector("c" + column, allocator);
            for (int row = 0; row < rows.size(); row++) {
                String value = rows.get(row).get(column);
                if (value == null) {
                    vector.setNull(row);
                } else {
                    vector.setSafe(row, value.getBytes(StandardCharsets.UTF_8));
                }
            }
            vectors[column] = vector;
        }
        VectorSchemaRoot root = VectorSchemaRoot.of(vectors);
        root.setRowCount(rows.size());
        return new Batch(root);
    }
}
