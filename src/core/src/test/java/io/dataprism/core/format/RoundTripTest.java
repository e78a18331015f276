package io.dataprism.core.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dataprism.plugin.Batch;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

class RoundTripTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Property(tries = 300)
    void numbersKeepEveryDigit(
            @ForAll long integer,
            @ForAll double floating,
            @ForAll BigInteger any,
            @ForAll @IntRange(max = 38) int scale)
            throws Exception {
        BigDecimal decimal =
                new BigDecimal(any.mod(BigInteger.TEN.pow(38)).multiply(BigInteger.valueOf(any.signum())), scale);
        Schema schema = new Schema(List.of(
                Field.nullable("i", new ArrowType.Int(64, true)),
                Field.nullable("f", new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE)),
                Field.nullable("d", new ArrowType.Decimal(38, scale, 128))));
        try (BufferAllocator allocator = Results.allocator();
                VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator)) {
            ((BigIntVector) root.getVector("i")).setSafe(0, integer);
            ((Float8Vector) root.getVector("f")).setSafe(0, floating);
            ((DecimalVector) root.getVector("d")).setSafe(0, decimal);
            root.setRowCount(1);
            String line = Results.json(root);
            JsonNode row = JSON.readTree(line);
            assertThat(row.get("i").longValue()).isEqualTo(integer);
            assertThat(row.get("f").asDouble()).isEqualTo(floating);
            assertThat(line).contains("\"d\":" + decimal.toPlainString() + "}");
        }
    }

    @Property(tries = 200)
    void anyTextSurvivesJson(@ForAll String text) throws Exception {
        String wellFormed = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        try (BufferAllocator allocator = Results.allocator();
                VectorSchemaRoot root = texts(allocator, List.of(wellFormed))) {
            assertThat(JSON.readTree(Results.json(root)).get("t").textValue()).isEqualTo(wellFormed);
        }
    }

    @Property(tries = 100)
    void anyTextSurvivesCsv(@ForAll @Size(min = 1, max = 5) List<String> texts) {
        List<String> wellFormed = texts.stream()
                .map(text -> new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
                .toList();
        try (BufferAllocator allocator = Results.allocator();
                VectorSchemaRoot root = texts(allocator, wellFormed)) {
            String csv = new String(Results.write(root, ResultFormat.CSV, 64, true), StandardCharsets.UTF_8);
            assertThat(parse(csv)).isEqualTo(wellFormed);
        }
    }

    /** One column of RFC 4180, without its header. */
    private static List<String> parse(String csv) {
        List<String> records = new ArrayList<>();
        int i = csv.indexOf("\r\n") + 2;
        while (i < csv.length()) {
            StringBuilder field = new StringBuilder();
            if (csv.charAt(i) == '"') {
                for (i++; !(csv.charAt(i) == '"' && csv.charAt(i + 1) != '"'); i++) {
                    field.append(csv.charAt(i));
                    i += csv.charAt(i) == '"' ? 1 : 0;
                }
                i++;
            } else {
                for (; csv.charAt(i) != '\r'; i++) {
                    field.append(csv.charAt(i));
                }
            }
            assertThat(csv.substring(i, i + 2)).isEqualTo("\r\n");
            i += 2;
            records.add(field.toString());
        }
        return records;
    }

    @Property(tries = 5)
    void theEngineReadsOurCsv(
            @ForAll @Size(10)
                    List<@net.jqwik.api.constraints.AlphaChars @net.jqwik.api.constraints.Chars({',', '"', ' '}) String>
                            texts)
            throws Exception {
        try (BufferAllocator allocator = Results.allocator();
                VectorSchemaRoot root = texts(allocator, texts);
                var connection = DriverManager.getConnection("jdbc:duckdb:");
                var statement = connection.createStatement()) {
            Path file = Files.createTempFile("texts", ".csv");
            Files.write(file, Results.write(root, ResultFormat.CSV, 64, true));
            List<String> read = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery(
                    "SELECT t FROM read_csv('" + file
                            + "', header=true, delim=',', quote='\"', escape='\"', columns={'t': 'VARCHAR'}, allow_quoted_nulls=false)")) {
                while (rows.next()) {
                    read.add(rows.getString(1));
                }
            }
            assertThat(read).isEqualTo(texts);
            Files.delete(file);
        }
    }

    private static VectorSchemaRoot texts(BufferAllocator allocator, List<String> texts) {
        VectorSchemaRoot root =
                VectorSchemaRoot.create(new Schema(List.of(Field.nullable("t", ArrowType.Utf8.INSTANCE))), allocator);
        for (int i = 0; i < texts.size(); i++) {
            ((VarCharVector) root.getVector(0)).setSafe(i, texts.get(i).getBytes(StandardCharsets.UTF_8));
        }
        root.setRowCount(texts.size());
        return root;
    }

    @org.junit.jupiter.api.Test
    void anArrowStreamIsReadBackAndABrokenOneRefused() throws Exception {
        byte[] stream = Results.bytes("SELECT i, 't' || i AS t FROM range(100) r(i)", ResultFormat.ARROW_STREAM, 64);
        Path file = Files.createTempFile("upload", ".arrow");
        try (BufferAllocator allocator = Results.allocator()) {
            Files.write(file, stream);
            List<Batch> batches =
                    ArrowUpload.read(file, allocator).collectList().block();
            assertThat(batches).hasSize(1);
            assertThat(batches.getFirst().rowCount()).isEqualTo(100);
            assertThat(batches.getFirst().column("t").getObject(99)).hasToString("t99");
            batches.forEach(Batch::close);
            for (int cut : new int[] {0, 3, 8, 100, stream.length / 2}) {
                Files.write(file, java.util.Arrays.copyOf(stream, cut));
                org.assertj.core.api.Assertions.assertThatThrownBy(() -> ArrowUpload.read(file, allocator)
                                .doOnNext(Batch::close)
                                .blockLast())
                        .as("cut at " + cut)
                        .hasMessageContaining("Arrow");
            }
            java.util.Random random = new java.util.Random(7);
            for (int i = 0; i < 200; i++) {
                byte[] broken = stream.clone();
                broken[random.nextInt(broken.length)] = (byte) random.nextInt(256);
                Files.write(file, broken);
                try {
                    ArrowUpload.read(file, allocator).doOnNext(Batch::close).blockLast();
                } catch (io.dataprism.core.error.DataPrismException refused) {
                    assertThat(refused.code().name()).isEqualTo("DATA_INVALID");
                }
            }
            assertThat(allocator.getAllocatedMemory()).isZero();
        } finally {
            Files.delete(file);
        }
    }
}
