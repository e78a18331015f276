package io.dataprism.core.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dataprism.core.TemporaryFolder;
import io.dataprism.core.format.ResultFormat;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.ipc.ArrowStreamReader;

/** Random tables of random types: each format shows the same cells, and the same as the engine's own text of them. */
class FormatsAgreeTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int ROWS = 50;

    private static TemporaryFolder folder;
    private static EngineFixture fixture;

    @BeforeContainer
    static void open() throws Exception {
        folder = TemporaryFolder.create("formats");
        fixture = new EngineFixture(folder.path());
    }

    @AfterContainer
    static void close() throws Exception {
        fixture.close();
        folder.close();
    }

    /** The types, each by an expression over a random 64-bit {@code h}; the engine's text of it is the cell's text in CSV. */
    private static final Map<String, String> TYPES = new HashMap<>(Map.ofEntries(
            Map.entry("BOOLEAN", "h % 2 = 0"),
            Map.entry("TINYINT", "(h % 256)::INTEGER - 128"),
            Map.entry("USMALLINT", "h % 65536"),
            Map.entry("INTEGER", "(h % 4294967296)::BIGINT - 2147483648"),
            Map.entry("UBIGINT", "h"),
            Map.entry("HUGEINT", "(h // 4)::HUGEINT * 18446744073709551615 * (CASE WHEN h % 2 = 0 THEN 1 ELSE -1 END)"),
            Map.entry("UHUGEINT", "h::UHUGEINT * 18446744073709551615"),
            Map.entry("DECIMAL(4,1)", "((h % 19999)::INTEGER - 9999) / 10"),
            Map.entry("DECIMAL(18,6)", "((h % 2000000)::INTEGER - 1000000) / 1000000"),
            Map.entry("DECIMAL(38,9)", "(h % 1000000007) / 1000"),
            Map.entry("DATE", "DATE '0001-01-01' + (h % 3000000)::INTEGER"),
            Map.entry("UUID", "md5(h::VARCHAR)"),
            Map.entry("BIT", "bin(h)"),
            Map.entry("BIGNUM", "(h::VARCHAR || h::VARCHAR || h::VARCHAR)"),
            Map.entry(
                    "VARCHAR",
                    "substr('a\"b,c\\n' || chr((h % 2000 + 1)::INTEGER) || md5(h::VARCHAR), 1, (h % 12)::INTEGER)"),
            Map.entry("ENUM('x', 'y z', 'ü')", "['x', 'y z', 'ü'][(h % 3 + 1)::INTEGER]")));

    @Provide
    Arbitrary<List<String>> types() {
        return Arbitraries.of(TYPES.keySet().stream().sorted().toList())
                .list()
                .ofMinSize(1)
                .ofMaxSize(8);
    }

    @Property(tries = 40)
    void everyFormatShowsTheSameCells(@ForAll("types") List<String> types, @ForAll int seed, @ForAll boolean nulls)
            throws Exception {
        List<String> columns = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < types.size(); i++) {
            String type = types.get(i);
            String random = "hash(r.i, " + seed + ", " + i + ")";
            String value = "CAST(" + TYPES.get(type).replaceAll("\\bh\\b", random) + " AS " + type + ")";
            String cell = nulls ? "CASE WHEN " + random + " % 5 <> 0 THEN " + value + " END" : value;
            columns.add(cell + " AS c" + i);
            texts.add("CAST(" + cell + " AS VARCHAR) AS c" + i);
        }
        String from = " FROM range(" + ROWS + ") r(i)";
        List<List<Object>> own = fixture.rows("SELECT " + String.join(", ", texts) + from);
        String sql = "SELECT " + String.join(", ", columns) + from;
        List<List<String>> json = json(sql, types);
        assertThat(json).isEqualTo(texts(own));
        assertThat(csv(sql)).isEqualTo(texts(own));
        assertThat(arrow(sql)).isEqualTo(texts(own));
    }

    private static List<List<String>> texts(List<List<Object>> rows) {
        return rows.stream()
                .map(row -> row.stream()
                        .map(cell -> cell == null ? null : cell.toString())
                        .collect(ArrayList<String>::new, ArrayList::add, ArrayList::addAll))
                .map(row -> (List<String>) row)
                .toList();
    }

    private static List<List<String>> json(String sql, List<String> types) throws Exception {
        List<List<String>> rows = new ArrayList<>();
        JSON.enable(com.fasterxml.jackson.databind.DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);
        JSON.setNodeFactory(com.fasterxml.jackson.databind.node.JsonNodeFactory.withExactBigDecimals(true));
        for (String line : Answer.text(fixture, sql, ResultFormat.NDJSON).split("\n")) {
            JsonNode object = JSON.readTree(line);
            assertThat(object.size()).isEqualTo(types.size());
            List<String> row = new ArrayList<>();
            object.forEach(cell -> row.add(cell.isNull() ? null : text(cell)));
            rows.add(row);
        }
        return rows;
    }

    private static String text(JsonNode cell) {
        return cell.isBigDecimal() ? cell.decimalValue().toPlainString() : cell.asText();
    }

    /** RFC 4180, where nothing is null and {@code ""} is the empty text. */
    private static List<List<String>> csv(String sql) {
        String text = Answer.text(fixture, sql, ResultFormat.CSV);
        List<List<String>> rows = new ArrayList<>();
        int at = text.indexOf("\r\n") + 2;
        List<String> row = new ArrayList<>();
        while (at < text.length()) {
            int end = fieldEnd(text, at);
            String field = text.substring(at, end);
            boolean quoted = field.startsWith("\"");
            row.add(
                    quoted
                            ? field.substring(1, field.length() - 1).replace("\"\"", "\"")
                            : field.isEmpty() ? null : field);
            at = end + 1;
            if (text.charAt(end) == '\r') {
                rows.add(row);
                row = new ArrayList<>();
                at++;
            }
        }
        return rows;
    }

    private static int fieldEnd(String text, int start) {
        int at = start;
        if (text.charAt(at) == '"') {
            for (at++; text.charAt(at) != '"' || text.charAt(at + 1) == '"'; at++) {
                at += text.charAt(at) == '"' ? 1 : 0;
            }
            return at + 1;
        }
        while (text.charAt(at) != ',' && !text.startsWith("\r\n", at)) {
            at++;
        }
        return at;
    }

    private static List<List<String>> arrow(String sql) throws Exception {
        byte[] stream = Answer.bytes(fixture, sql, ResultFormat.ARROW_STREAM);
        List<List<String>> rows = new ArrayList<>();
        try (BufferAllocator allocator = new RootAllocator();
                ArrowStreamReader reader = new ArrowStreamReader(new ByteArrayInputStream(stream), allocator)) {
            while (reader.loadNextBatch()) {
                List<FieldVector> vectors = reader.getVectorSchemaRoot().getFieldVectors();
                IntStream.range(0, reader.getVectorSchemaRoot().getRowCount())
                        .mapToObj(row -> vectors.stream()
                                .map(vector -> ArrowText.of(vector, row))
                                .collect(ArrayList<String>::new, ArrayList::add, ArrayList::addAll))
                        .forEach(rows::add);
            }
        }
        return rows;
    }
}
