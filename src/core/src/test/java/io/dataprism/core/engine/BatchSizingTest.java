package io.dataprism.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.plugin.TableInfo;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchSizingTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // wanted | open queries | rows | types
                "32768   | 1   | 32768 | BIGINT",
                "32768   | 1   | 32768 | TIMESTAMP, BIGINT, BIGINT, VARCHAR",
                "1000000 | 1   | 262144 | BIGINT",
                "32768   | 1   | 10240 | BIGINT, DECIMAL(15~2), VARCHAR, VARCHAR, VARCHAR, VARCHAR, VARCHAR, VARCHAR, VARCHAR",
                "32768   | 3   | 32768 | TIMESTAMP WITH TIME ZONE, BIGINT, BIGINT",
                "32768   | 20  | 12288 | TIMESTAMP WITH TIME ZONE, BIGINT, BIGINT",
                "32768   | 50  | 4096  | TIMESTAMP WITH TIME ZONE, BIGINT, BIGINT",
                "32768   | 200 | 2048  | VARCHAR, VARCHAR, STRUCT(a INTEGER)",
                "100     | 200 | 100   | VARCHAR",
                "32768   | 1   | 2048  | BIGINT[], STRUCT(a BIGINT), MAP(BIGINT~ BIGINT), UNION(x BIGINT), BIGINT[3], BIGINT[], BIGINT[], BIGINT[], BIGINT[], BIGINT[], BIGINT[], BIGINT[], BIGINT[], BIGINT[], BIGINT[]"
            })
    void aBatchFitsAndManyStreamsShare(int wanted, int open, int rows, String types) {
        List<TableInfo.Column> columns = Arrays.stream(types.split(", "))
                .map(type -> new TableInfo.Column("c", type.replace('~', ',')))
                .toList();
        assertThat(BatchSizing.rows(wanted, columns, open)).isEqualTo(rows);
    }
}
