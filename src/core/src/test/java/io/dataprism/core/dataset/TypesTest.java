package io.dataprism.core.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.format.ResultFormat;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every type of the engine, from SQL to the bytes of each format. The expectations come from the contract, not from output. */
class TypesTest {

    @TempDir
    static Path folder;

    private static EngineFixture engine;

    @BeforeAll
    static void open() {
        engine = new EngineFixture(folder);
    }

    @AfterAll
    static void close() {
        engine.close();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            maxCharsPerColumn = 100_000,
            value = {
                // integers: expression | type | JSON | CSV | Arrow
                "'-170141183460469231731687303715884105728'::HUGEINT | HUGEINT | -170141183460469231731687303715884105728 | -170141183460469231731687303715884105728 | Decimal(38, 0, 128) -170141183460469231731687303715884105728",
                "'170141183460469231731687303715884105727'::HUGEINT | HUGEINT | 170141183460469231731687303715884105727 | 170141183460469231731687303715884105727 | Decimal(38, 0, 128) 170141183460469231731687303715884105727",
                "'340282366920938463463374607431768211455'::UHUGEINT | UHUGEINT | 340282366920938463463374607431768211455 | 340282366920938463463374607431768211455 | Decimal(39, 0, 256) 340282366920938463463374607431768211455",
                "'170141183460469231731687303715884105728'::UHUGEINT | UHUGEINT | 170141183460469231731687303715884105728 | 170141183460469231731687303715884105728 | Decimal(39, 0, 256) 170141183460469231731687303715884105728",
                "0::UHUGEINT | UHUGEINT | 0 | 0 | Decimal(39, 0, 256) 0",
                "18446744073709551615::UBIGINT | UBIGINT | 18446744073709551615 | 18446744073709551615 | Int(64, false) -1",
                "'123456789012345678901234567890123456789012345678901'::BIGNUM | BIGNUM | 123456789012345678901234567890123456789012345678901 | 123456789012345678901234567890123456789012345678901 | Utf8 123456789012345678901234567890123456789012345678901",
                "'-256'::BIGNUM | BIGNUM | -256 | -256 | Utf8 -256",
                "'0'::BIGNUM | BIGNUM | 0 | 0 | Utf8 0",
                // decimals
                "'-999.9'::DECIMAL(4,1) | DECIMAL(4,1) | -999.9 | -999.9 | Decimal(4, 1, 128) -999.9",
                "'1234567.89'::DECIMAL(9,2) | DECIMAL(9,2) | 1234567.89 | 1234567.89 | Decimal(9, 2, 128) 1234567.89",
                "'-0.000000000000000001'::DECIMAL(18,18) | DECIMAL(18,18) | -0.000000000000000001 | -0.000000000000000001 | Decimal(18, 18, 128) -1E-18",
                "'-9.9999999999999999999999999999999999999'::DECIMAL(38,37) | DECIMAL(38,37) | -9.9999999999999999999999999999999999999 | -9.9999999999999999999999999999999999999 | Decimal(38, 37, 128) -9.9999999999999999999999999999999999999",
                "'99999999999999999999999999999999999999'::DECIMAL(38,0) | DECIMAL(38,0) | 99999999999999999999999999999999999999 | 99999999999999999999999999999999999999 | Decimal(38, 0, 128) 99999999999999999999999999999999999999",
                // floating point
                "'4.9e-324'::DOUBLE | DOUBLE | 4.9E-324 | 4.9E-324 | FloatingPoint(DOUBLE) 4.9E-324",
                "'2.2250738585072011e-308'::DOUBLE | DOUBLE | 2.225073858507201E-308 | 2.225073858507201E-308 | FloatingPoint(DOUBLE) 2.225073858507201E-308",
                "'-inf'::FLOAT | FLOAT | \"-Infinity\" | -Infinity | FloatingPoint(SINGLE) -Infinity",
                "'nan'::FLOAT | FLOAT | \"NaN\" | NaN | FloatingPoint(SINGLE) NaN",
                "0.3::DOUBLE | DOUBLE | 0.3 | 0.3 | FloatingPoint(DOUBLE) 0.3",
                "(0.1::DOUBLE + 0.2::DOUBLE) | DOUBLE | 0.30000000000000004 | 0.30000000000000004 | FloatingPoint(DOUBLE) 0.30000000000000004",
                "'-0.0'::FLOAT | FLOAT | -0.0 | -0.0 | FloatingPoint(SINGLE) -0.0",
                // dates and times
                "DATE 'infinity' | DATE | \"infinity\" | infinity | Date(DAY) 2147483647",
                "DATE '-infinity' | DATE | \"-infinity\" | -infinity | Date(DAY) -2147483647",
                "DATE '5877642-06-25 (BC)' | DATE | \"-5877641-06-25\" | -5877641-06-25 | Date(DAY) -2147483646",
                "TIMESTAMP 'infinity' | TIMESTAMP | \"infinity\" | infinity | SKIP",
                "TIMESTAMP_S '-infinity' | TIMESTAMP_S | \"-infinity\" | -infinity | SKIP",
                "TIMESTAMP_MS 'infinity' | TIMESTAMP_MS | \"infinity\" | infinity | SKIP",
                "TIMESTAMP_NS '-infinity' | TIMESTAMP_NS | \"-infinity\" | -infinity | SKIP",
                "TIMESTAMPTZ 'infinity' | TIMESTAMP WITH TIME ZONE | \"infinity\" | infinity | SKIP",
                "TIMESTAMP '0001-01-01 (BC) 00:00:00.000001' | TIMESTAMP | \"0000-01-01T00:00:00.000001\" | 0000-01-01T00:00:00.000001 | SKIP",
                "TIMESTAMP '290309-12-22 (BC) 00:00:00' | TIMESTAMP | \"-290308-12-22T00:00:00.000000\" | -290308-12-22T00:00:00.000000 | SKIP",
                "TIMESTAMP '294247-01-10 04:00:54.775806' | TIMESTAMP | \"+294247-01-10T04:00:54.775806\" | +294247-01-10T04:00:54.775806 | SKIP",
                "TIMESTAMPTZ '2001-01-31 10:00:00-08' | TIMESTAMP WITH TIME ZONE | \"2001-01-31T18:00:00.000000Z\" | 2001-01-31T18:00:00.000000Z | SKIP",
                "TIMESTAMP_NS '2001-01-31 10:00:00.123456789' | TIMESTAMP_NS | \"2001-01-31T10:00:00.123456789\" | 2001-01-31T10:00:00.123456789 | Timestamp(NANOSECOND, null) 2001-01-31T10:00:00.123456789",
                "TIME '00:00:00' | TIME | \"00:00:00.000000\" | 00:00:00.000000 | Time(MICROSECOND, 64) 0",
                "TIME '24:00:00' | TIME | \"24:00:00.000000\" | 24:00:00.000000 | Time(MICROSECOND, 64) 86400000000",
                "TIME_NS '10:11:12.123456789' | TIME_NS | \"10:11:12.123456789\" | 10:11:12.123456789 | Time(NANOSECOND, 64) 36672123456789",
                "'12:30:00+05:30'::TIMETZ | TIME WITH TIME ZONE | \"12:30:00.000000+05:30\" | 12:30:00.000000+05:30 | Utf8 12:30:00.000000+05:30",
                "'23:59:59.999999-15:59:59'::TIMETZ | TIME WITH TIME ZONE | \"23:59:59.999999-15:59:59\" | 23:59:59.999999-15:59:59 | Utf8 23:59:59.999999-15:59:59",
                "'00:00:00+00'::TIMETZ | TIME WITH TIME ZONE | \"00:00:00.000000+00:00\" | 00:00:00.000000+00:00 | Utf8 00:00:00.000000+00:00",
                "INTERVAL '-14 months 3 days -1 microsecond' | INTERVAL | \"P-1Y-2M3DT-0.000001S\" | P-1Y-2M3DT-0.000001S | SKIP",
                "INTERVAL '2562046 hours' | INTERVAL | \"PT2562046H\" | PT2562046H | SKIP",
                // bytes and bits
                "'101'::BIT | BIT | \"101\" | 101 | Utf8 101",
                "'0'::BIT | BIT | \"0\" | 0 | Utf8 0",
                "'1111000011110000'::BIT | BIT | \"1111000011110000\" | 1111000011110000 | Utf8 1111000011110000",
                "''::BLOB | BLOB | \"\" | `` | Binary ",
                "'\\x00\\xFF'::BLOB | BLOB | \"AP8=\" | AP8= | Binary 00ff",
                "'12345678-1234-1234-1234-123456789abc'::UUID | UUID | \"12345678-1234-1234-1234-123456789abc\" | 12345678-1234-1234-1234-123456789abc | Utf8 12345678-1234-1234-1234-123456789abc",
                "'ffffffff-ffff-ffff-ffff-ffffffffffff'::UUID | UUID | \"ffffffff-ffff-ffff-ffff-ffffffffffff\" | ffffffff-ffff-ffff-ffff-ffffffffffff | SKIP",
                // texts
                "'{\"a\": 1}'::JSON | JSON | \"{\\\"a\\\": 1}\" | \"{\"\"a\"\": 1}\" | Utf8 {\"a\": 1}",
                "'' | VARCHAR | \"\" | \"\" | Utf8 ",
                "'b'::ENUM('a', 'b') | ENUM('a', 'b') | \"b\" | b | Utf8 b",
                "true | BOOLEAN | true | true | Bool true",
                "NULL::BOOLEAN | BOOLEAN | null | `` | Bool null",
                "NULL::UHUGEINT | UHUGEINT | null | `` | Decimal(39, 0, 256) null",
                "NULL::BIT | BIT | null | `` | Utf8 null",
                // nested
                "[] | INTEGER[] | [] | [] | List []",
                "[NULL, '1'::BIT] | BIT[] | [null,\"1\"] | \"[null,\"\"1\"\"]\" | List [null,\"1\"]",
                "[true, NULL, false] | BOOLEAN[] | [true,null,false] | \"[true,null,false]\" | List [true,null,false]",
                "['1'::BIGNUM] | BIGNUM[] | [1] | [1] | List [\"1\"]",
                "[[], NULL, ['']] | VARCHAR[][] | [[],null,[\"\"]] | \"[[],null,[\"\"\"\"]]\" | SKIP",
                "['b'::ENUM('a', 'b'), NULL] | ENUM('a', 'b')[] | [\"b\",null] | \"[\"\"b\"\",null]\" | List [\"b\",null]",
                "[1, NULL]::UHUGEINT[2] | UHUGEINT[2] | [1,null] | \"[1,null]\" | FixedSizeList(2) [1,null]",
                "{'t': '12:30:00+05:30'::TIMETZ, 'u': ['340282366920938463463374607431768211455'::UHUGEINT]} | STRUCT(t TIME WITH TIME ZONE, u UHUGEINT[]) | {\"t\":\"12:30:00.000000+05:30\",\"u\":[340282366920938463463374607431768211455]} | SKIP | SKIP",
                "{'a': {'b': NULL::UUID}} | STRUCT(a STRUCT(b UUID)) | {\"a\":{\"b\":null}} | \"{\"\"a\"\":{\"\"b\"\":null}}\" | Struct {\"a\":{}}",
                "NULL::STRUCT(a INTEGER) | STRUCT(a INTEGER) | null | `` | Struct null",
                "MAP {'101'::BIT: '7'::BIGNUM} | MAP(BIT, BIGNUM) | [{\"key\":\"101\",\"value\":7}] | SKIP | SKIP",
                "MAP {}::MAP(INTEGER, BOOLEAN) | MAP(INTEGER, BOOLEAN) | [] | [] | Map(false) []",
                "union_value(k := true) | UNION(k BOOLEAN) | true | true | SKIP",
                "union_value(b := 'y')::UNION(a VARCHAR, b VARCHAR) | UNION(a VARCHAR, b VARCHAR) | \"y\" | \"\"\"y\"\"\" | SKIP",
                "union_value(d := {'x': 5})::UNION(a INTEGER, c DECIMAL(9,2), d STRUCT(x INTEGER), h UUID) | UNION(a INTEGER, c DECIMAL(9,2), d STRUCT(x INTEGER), h UUID) | {\"x\":5} | SKIP | SKIP",
                "NULL::UNION(a VARCHAR, b INTEGER) | UNION(a VARCHAR, b INTEGER) | null | `` | SKIP",
                "{'a': 1, 'b': [1, 2]}::VARIANT | VARIANT | \"{\\\"a\\\":1,\\\"b\\\":[1,2]}\" | SKIP | Utf8 {\"a\":1,\"b\":[1,2]}",
                "'POINT (1 1)'::GEOMETRY | GEOMETRY | \"AQEAAAAAAAAAAADwPwAAAAAAAPA/\" | AQEAAAAAAAAAAADwPwAAAAAAAPA/ | Binary 0101000000000000000000f03f000000000000f03f",
            })
    void isTheSameValueInEveryFormat(String expression, String type, String json, String csv, String arrow)
            throws Exception {
        String sql = "SELECT " + expression + " AS v";
        String document = Answer.text(engine, sql, ResultFormat.JSON);
        assertThat(document)
                .isEqualTo("{\"schema\":[{\"name\":\"v\",\"type\":" + quoted(type) + "}],\"rows\":[{\"v\":" + json
                        + "}],\"truncated\":false}");
        assertThat(Answer.text(engine, sql, ResultFormat.NDJSON)).isEqualTo("{\"v\":" + json + "}\n");
        assertThat(Answer.text(engine, sql, ResultFormat.SERVER_SENT_EVENTS))
                .contains("data: {\"seq\":0,\"rows\":[{\"v\":" + json + "}]}\n\n");
        if (!csv.equals("SKIP")) {
            assertThat(Answer.text(engine, sql, ResultFormat.CSV)).isEqualTo("v\r\n" + csv + "\r\n");
        }
        byte[] stream = Answer.bytes(engine, sql, ResultFormat.ARROW_STREAM);
        if (!arrow.equals("SKIP")) {
            assertThat(Answer.arrow(stream).strip()).isEqualTo(arrow.strip());
        }
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\"", "\\\"") + "\"";
    }

    @Test
    void enumsOfAnySizeAreTheirValues() {
        for (int size : new int[] {255, 256, 257, 65_535, 65_537}) {
            String values = "(SELECT list('v' || i) FROM range(" + size + ") r(i))";
            String members = String.join(
                    ",",
                    java.util.stream.IntStream.range(0, size)
                            .mapToObj(i -> "'v" + i + "'")
                            .toList());
            String sql =
                    "SELECT x::ENUM(" + members + ") AS e FROM (VALUES ('v0'), (NULL), ('v" + (size - 1) + "')) t(x)";
            assertThat(Answer.text(engine, sql, ResultFormat.CSV))
                    .as("%d values, %s", size, values)
                    .isEqualTo("e\r\nv0\r\n\r\nv" + (size - 1) + "\r\n");
            assertThat(Answer.text(engine, sql, ResultFormat.JSON))
                    .as("the type of many values is a name alone")
                    .startsWith("{\"schema\":[{\"name\":\"e\",\"type\":\""
                            + (size > 1_000 ? "ENUM\"" : "ENUM('v0', 'v1', "));
        }
    }

    @Test
    void unionsKeepTheirMembersWhenBatchesAreCut() {
        String sql = "SELECT CASE WHEN i % 3 = 0 THEN union_value(a := repeat('x', 500))::UNION(a VARCHAR, b VARCHAR)"
                + " WHEN i % 3 = 1 THEN union_value(b := i::VARCHAR)::UNION(a VARCHAR, b VARCHAR) END AS u, i"
                + " FROM range(30000) r(i)";
        String[] lines = Answer.text(engine, sql, ResultFormat.NDJSON).split("\n");
        assertThat(lines).hasSize(30_000);
        for (int i = 0; i < lines.length; i++) {
            String value = i % 3 == 0 ? "\"" + "x".repeat(500) + "\"" : i % 3 == 1 ? "\"" + i + "\"" : "null";
            assertThat(lines[i]).isEqualTo("{\"u\":" + value + ",\"i\":" + i + "}");
        }
    }

    @Test
    void decodedColumnsSurviveTheCuttingOfBatches() {
        String sql = "SELECT CASE WHEN i % 7 <> 0 THEN i % 2 = 0 END AS b, i::BIGNUM AS n, i::UHUGEINT AS u,"
                + " repeat('y', 300) AS t FROM range(30000) r(i)";
        String[] lines = Answer.text(engine, sql, ResultFormat.CSV).split("\r\n");
        assertThat(lines).hasSize(30_001);
        for (int i = 0; i < 30_000; i++) {
            String bool = i % 7 == 0 ? "" : Boolean.toString(i % 2 == 0);
            assertThat(lines[i + 1]).isEqualTo(bool + "," + i + "," + i + "," + "y".repeat(300));
        }
    }

    @Test
    void anIntervalThatNoResultCanCarryIsAnErrorAndNotAnotherInterval() {
        assertThatThrownBy(() -> Answer.text(engine, "SELECT INTERVAL '200000000 hours' AS i", ResultFormat.CSV))
                .isInstanceOf(DataPrismException.class)
                .hasMessageContaining("2562046 hours");
    }

    @Test
    void aResultWithoutRowsHasItsHeadInEveryFormat() throws Exception {
        String sql = "SELECT 1 AS a, '1'::BIT AS b WHERE false";
        assertThat(Answer.text(engine, sql, ResultFormat.NDJSON)).isEmpty();
        assertThat(Answer.text(engine, sql, ResultFormat.CSV)).isEqualTo("a,b\r\n");
        assertThat(Answer.text(engine, sql, ResultFormat.JSON))
                .isEqualTo("{\"schema\":[{\"name\":\"a\",\"type\":\"INTEGER\"},{\"name\":\"b\",\"type\":\"BIT\"}],"
                        + "\"rows\":[],\"truncated\":false}");
        assertThat(Answer.arrow(Answer.bytes(engine, sql, ResultFormat.ARROW_STREAM)))
                .isEqualTo("Int(32, true)");
    }

    @Test
    void wideRowsAndLongTextsAreWhole() {
        String columns = String.join(
                ", ",
                java.util.stream.IntStream.range(0, 2_000)
                        .mapToObj(i -> i + " AS c" + i)
                        .toList());
        String csv = Answer.text(engine, "SELECT " + columns, ResultFormat.CSV);
        assertThat(csv.split("\r\n")[1].split(",")).hasSize(2_000).endsWith("1999");
        byte[] long5 = Answer.bytes(engine, "SELECT repeat('ü', 5000000) AS t", ResultFormat.CSV);
        assertThat(new String(long5, StandardCharsets.UTF_8)).isEqualTo("t\r\n" + "ü".repeat(5_000_000) + "\r\n");
    }
}
