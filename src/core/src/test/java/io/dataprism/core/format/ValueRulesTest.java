package io.dataprism.core.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValueRulesTest {

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "127::TINYINT | 127 | 127",
                "(-128)::TINYINT | -128 | -128",
                "255::UTINYINT | 255 | 255",
                "65535::USMALLINT | 65535 | 65535",
                "4294967295::UINTEGER | 4294967295 | 4294967295",
                "18446744073709551615::UBIGINT | 18446744073709551615 | 18446744073709551615",
                "9223372036854775807::BIGINT | 9223372036854775807 | 9223372036854775807",
                "(-9223372036854775808)::BIGINT | -9223372036854775808 | -9223372036854775808",
                "99999999999999999999999999999999999999::HUGEINT | 99999999999999999999999999999999999999 | 99999999999999999999999999999999999999",
                "(-1)::HUGEINT | -1 | -1",
                "1.50::DECIMAL(9,2) | 1.50 | 1.50",
                "(-0.05)::DECIMAL(9,2) | -0.05 | -0.05",
                "0::DECIMAL(18,18) | 0.000000000000000000 | 0.000000000000000000",
                "12345678901234567890.123456789012345678::DECIMAL(38,18) | 12345678901234567890.123456789012345678 | 12345678901234567890.123456789012345678",
                "0.1::DOUBLE | 0.1 | 0.1",
                "1e300::DOUBLE | 1.0E300 | 1.0E300",
                "5::DOUBLE | 5.0 | 5.0",
                "'-0'::DOUBLE | -0.0 | -0.0",
                "0.1::FLOAT | 0.1 | 0.1",
                "16777216::FLOAT | 1.6777216E7 | 1.6777216E7",
                "'NaN'::DOUBLE | \"NaN\" | NaN",
                "'inf'::FLOAT | \"Infinity\" | Infinity",
                "'-inf'::DOUBLE | \"-Infinity\" | -Infinity",
                "true | true | true",
                "DATE '2001-01-31' | \"2001-01-31\" | 2001-01-31",
                "DATE '1969-12-31' | \"1969-12-31\" | 1969-12-31",
                "DATE '2000-02-29' | \"2000-02-29\" | 2000-02-29",
                "DATE '0001-01-01' | \"0001-01-01\" | 0001-01-01",
                "DATE '10000-01-01' | \"+10000-01-01\" | +10000-01-01",
                "DATE '0044-03-15 (BC)' | \"-0043-03-15\" | -0043-03-15",
                "DATE 'infinity' | \"infinity\" | infinity",
                "TIMESTAMP '2001-01-31 10:00:00' | \"2001-01-31T10:00:00.000000\" | 2001-01-31T10:00:00.000000",
                "TIMESTAMP '1969-12-31 23:59:59.999999' | \"1969-12-31T23:59:59.999999\" | 1969-12-31T23:59:59.999999",
                "TIMESTAMP '-infinity' | \"-infinity\" | -infinity",
                "TIMESTAMP_S '2001-01-31 10:00:00' | \"2001-01-31T10:00:00.000000\" | 2001-01-31T10:00:00.000000",
                "TIMESTAMP_MS '2001-01-31 10:00:00.123' | \"2001-01-31T10:00:00.123000\" | 2001-01-31T10:00:00.123000",
                "TIMESTAMP_NS '2001-01-31 10:00:00.123456' | \"2001-01-31T10:00:00.123456000\" | 2001-01-31T10:00:00.123456000",
                "TIMESTAMPTZ '2001-01-31 10:00:00+01' | \"2001-01-31T09:00:00.000000Z\" | 2001-01-31T09:00:00.000000Z",
                "TIME '10:00:00.5' | \"10:00:00.500000\" | 10:00:00.500000",
                "INTERVAL '14 months 3 days 04:05:06.000007' | \"P1Y2M3DT4H5M6.000007S\" | P1Y2M3DT4H5M6.000007S",
                "INTERVAL '0 days' | \"PT0S\" | PT0S",
                "INTERVAL '-1 month' | \"P-1M\" | P-1M",
                "INTERVAL '-90 seconds' | \"PT-1M-30S\" | PT-1M-30S",
                "INTERVAL '-0.5 seconds' | \"PT-0.5S\" | PT-0.5S",
                "'\\xAA\\xBB\\xCC\\x00'::BLOB | \"qrvMAA==\" | qrvMAA==",
                "''::BLOB | \"\" | ``",
                "'a\"b\\c' | \"a\\\"b\\\\c\" | \"a\"\"b\\c\"",
                "'a,b' | \"a,b\" | \"a,b\"",
                "concat(chr(10), 'x', chr(1)) | \"\\nx\\u0001\" | NL",
                "'grüße 😀' | \"grüße 😀\" | grüße 😀",
                "'' | \"\" | \"\"",
                "NULL::INTEGER | null | ``",
                "NULL | null | ``",
                "'00000000-0000-0000-0000-00000000000f'::UUID | \"00000000-0000-0000-0000-00000000000f\" | 00000000-0000-0000-0000-00000000000f",
                "[1,NULL,3] | [1,null,3] | \"[1,null,3]\"",
                "[]::INTEGER[] | [] | []",
                "[[1],[]] | [[1],[]] | \"[[1],[]]\"",
                "[1,2]::INTEGER[2] | [1,2] | \"[1,2]\"",
                "{'a': 1, 'b': NULL} | {\"a\":1,\"b\":null} | \"{\"\"a\"\":1,\"\"b\"\":null}\"",
                "MAP {'k': 1.5} | [{\"key\":\"k\",\"value\":1.5}] | \"[{\"\"key\"\":\"\"k\"\",\"\"value\"\":1.5}]\"",
                "[{'d': DATE '2001-01-31', 'm': MAP {1: [true]}}] | [{\"d\":\"2001-01-31\",\"m\":[{\"key\":1,\"value\":[true]}]}] | SKIP",
                "union_value(num := 2) | 2 | 2",
                "'{\"a\":1}'::JSON | \"{\\\"a\\\":1}\" | \"{\"\"a\"\":1}\"",
            })
    void valuesAreWrittenByTheRulesOfTheContract(String expression, String json, String csv) {
        String sql = "SELECT " + expression + " AS v";
        assertThat(Results.of(sql, ResultFormat.NDJSON)).isEqualTo("{\"v\":" + json + "}\n");
        String nested = "SELECT {'l': [" + expression + "]} AS v"; // which other code writes than whole columns
        assertThat(Results.of(nested, ResultFormat.NDJSON)).isEqualTo("{\"v\":{\"l\":[" + json + "]}}\n");
        if (!csv.equals("SKIP")) {
            String expected = csv.equals("NL") ? "\"\nx\u0001\"" : csv;
            assertThat(Results.of(sql, ResultFormat.CSV)).isEqualTo("v\r\n" + expected + "\r\n");
        }
    }

    @Test
    void typesHaveTheNamesOfTheEngine() {
        String sql = "SELECT 1::UTINYINT a, 1::HUGEINT b, 1.5::DECIMAL(9,2) c, [1] d, [1,2]::INTEGER[2] e, "
                + "{'x': 1, 'Y y': 'z'} f, MAP {'k': 1} g, now()::TIMESTAMP h, now() i, 'b'::BLOB j, INTERVAL 1 DAY k, "
                + "TIMESTAMP_NS '2001-01-01' l, 1::FLOAT m, NULL::DATE n, TIME '10:00:00' o, true p";
        assertThat(Results.of(sql, ResultFormat.JSON))
                .contains(
                        "{\"name\":\"a\",\"type\":\"UTINYINT\"}",
                        "{\"name\":\"c\",\"type\":\"DECIMAL(9,2)\"}",
                        "{\"name\":\"d\",\"type\":\"INTEGER[]\"}",
                        "{\"name\":\"e\",\"type\":\"INTEGER[2]\"}",
                        "{\"name\":\"f\",\"type\":\"STRUCT(x INTEGER, \\\"Y y\\\" VARCHAR)\"}",
                        "{\"name\":\"g\",\"type\":\"MAP(VARCHAR, INTEGER)\"}",
                        "{\"name\":\"h\",\"type\":\"TIMESTAMP\"}",
                        "{\"name\":\"i\",\"type\":\"TIMESTAMP WITH TIME ZONE\"}",
                        "{\"name\":\"j\",\"type\":\"BLOB\"}",
                        "{\"name\":\"k\",\"type\":\"INTERVAL\"}",
                        "{\"name\":\"l\",\"type\":\"TIMESTAMP_NS\"}",
                        "{\"name\":\"m\",\"type\":\"FLOAT\"}",
                        "{\"name\":\"n\",\"type\":\"DATE\"}",
                        "{\"name\":\"o\",\"type\":\"TIME\"}",
                        "{\"name\":\"p\",\"type\":\"BOOLEAN\"}");
    }

    @Test
    void repeatedNamesAreNumberedAroundThoseThatAreTaken() {
        assertThat(Results.of("SELECT 1 AS a, 2 AS a, 3 AS a_1, 4 AS a", ResultFormat.CSV))
                .startsWith("a,a_2,a_1,a_3\r\n");
        assertThat(Results.of("SELECT 1 AS \"a,\"\"b\"", ResultFormat.CSV)).startsWith("\"a,\"\"b\"\r\n");
    }

    @Test
    void theNameThatClosesAFailedAnswerIsRefused() {
        assertThatThrownBy(() -> Results.of("SELECT 1 AS \"$error\"", ResultFormat.NDJSON))
                .hasRootCauseInstanceOf(DataPrismException.class)
                .rootCause()
                .extracting(failure -> ((DataPrismException) failure).code())
                .isEqualTo(ErrorCode.QUERY_INVALID);
    }

    @Test
    void slicesOfAnySizeMakeTheSameBytes() {
        String sql = "SELECT i, 'text ' || i AS t, [i] AS l FROM range(2000) r(i)";
        for (ResultFormat format : new ResultFormat[] {ResultFormat.NDJSON, ResultFormat.CSV, ResultFormat.JSON}) {
            byte[] whole = Results.bytes(sql, format, Integer.MAX_VALUE);
            assertThat(Results.bytes(sql, format, 1)).isEqualTo(whole);
            assertThat(Results.bytes(sql, format, 1_000)).isEqualTo(whole);
        }
    }
}
